"""How one setting is declared: its default, where it stands in `.env.example`, what it means, what is allowed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from bot import settings_values as values

Method = Literal["stars", "provider", "transfer"]
Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(values.split)]
Methods = Annotated[tuple[Method, ...], NoDecode, BeforeValidator(values.methods)]


def setting(default: Any, group: str, about: str, allowed: str, **limits: Any) -> Any:
    """A field of the settings; `limits` are pydantic's own (ge, le, max_length …)."""
    return Field(
        default, description=about, json_schema_extra={"group": group, "allowed": allowed}, **limits
    )


class Subject(BaseModel):
    """The settings of one subject. Immutable; a mistake never quotes what was written."""

    model_config = ConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
        arbitrary_types_allowed=True,
    )
