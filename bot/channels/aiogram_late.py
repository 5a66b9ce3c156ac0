"""aiogram, its models built when they are first used.

On import aiogram builds each of its 444 models: seconds in which a bot that was restarted answers nobody. The
channel uses a dozen of them. Import this before anything of aiogram; where it was imported already, nothing
changes.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

_rebuild: Any = BaseModel.__dict__["model_rebuild"].__func__


def _put_off(cls: type[BaseModel], /, **options: Any) -> bool | None:
    """Leaves a model unbuilt: pydantic builds it itself when it is used, by the class's `model_rebuild`."""
    return None


@contextlib.contextmanager
def _later() -> Iterator[None]:
    put_off: Any = classmethod(_put_off)
    BaseModel.model_rebuild = put_off  # type: ignore[method-assign]
    try:
        yield
    finally:
        again: Any = classmethod(_rebuild)
        BaseModel.model_rebuild = again  # type: ignore[method-assign]


if "aiogram" not in sys.modules:
    with _later():
        import aiogram.methods
        import aiogram.methods.base
        import aiogram.types

    _NAMES = dict(vars(aiogram.types))

    def _build(
        cls: type[BaseModel], /, *, _types_namespace: Any = None, **options: Any
    ) -> bool | None:
        """The models name each other by names that only `aiogram.types` as a whole knows."""
        options.pop("_parent_namespace_depth", None)
        built: bool | None = _rebuild(cls, _types_namespace=_types_namespace or _NAMES, **options)
        return built

    for kind in (
        aiogram.types.TelegramObject,
        aiogram.methods.TelegramMethod,
        aiogram.methods.base.Response,
    ):
        kind.model_rebuild = classmethod(_build)  # type: ignore[assignment, method-assign]
