"""{% trans %} put into its language when a template is compiled: an environment speaks one language only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations

from jinja2 import nodes
from jinja2.ext import InternationalizationExtension

_PLACE = re.compile(r"%\((\w+)\)s")


class Spoken(InternationalizationExtension):
    """As the extension it stands for, without a look-up at every rendering.

    The environment's attribute `spoken` has the translations. What depends on a number is still looked up.
    """

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Output:
        if plural is None and context is None:
            spoken: NullTranslations = self.environment.spoken  # type: ignore[attr-defined]
            made = _pieces(spoken.gettext(singular), variables)
            if made is not None:
                return nodes.Output(made)
        return super()._make_node(
            singular, plural, context, variables, plural_expr, vars_referenced, num_called_num
        )


def _pieces(text: str, variables: Mapping[str, nodes.Expr]) -> list[nodes.Expr] | None:
    """The text with its variables between; None when it is nothing that can be taken apart."""
    made: list[nodes.Expr] = []
    for at, piece in enumerate(_PLACE.split(text)):
        if at % 2:
            if piece not in variables:
                return None
            made.append(variables[piece])
        elif "%" in piece.replace("%%", ""):
            return None
        elif piece:
            made.append(nodes.MarkSafe(nodes.Const(piece.replace("%%", "%"))))
    return made
