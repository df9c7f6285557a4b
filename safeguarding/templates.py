"""One line that stands for many phrases: `(i am|im) going to (hurt|) {someone}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MOST_FORMS = 4_000
"""Phrases that one template may stand for: more is a mistake, or hides from whoever reviews it."""

_token = re.compile(r"\{[a-z_]+\}|[()|]|[^(){}|]+")


def expand(template: str, lists: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Every phrase that a template stands for, in order, without blanks at the ends.

    `(a|b)` is either, `(a|)` perhaps `a`; brackets may hold brackets; `{name}` is any of a list.
    Raises `ValueError` that says what is wrong.
    """
    tokens = _token.findall(template)
    if "".join(tokens) != template:
        raise ValueError(f"{template!r}: a brace is not closed, or its name is not a name")
    forms, rest = _choices(template, tokens, lists or {}, is_inner=False)
    if rest:
        raise ValueError(f"{template!r}: a bracket is closed that was not opened")
    return list(dict.fromkeys(" ".join(form.split()) for form in forms))


def _choices(
    template: str, tokens: list[str], lists: Mapping[str, Sequence[str]], *, is_inner: bool
) -> tuple[list[str], list[str]]:
    """What stands up to the closing bracket, and the tokens behind it."""
    choices: list[str] = []
    current = [""]
    while tokens:
        token, tokens = tokens[0], tokens[1:]
        match token:
            case "(":
                inner, tokens = _choices(template, tokens, lists, is_inner=True)
                current = _joined(template, current, inner)
            case ")":
                if not is_inner:
                    return current, [token]
                return [*choices, *current], tokens
            case "|":
                if not is_inner:
                    raise ValueError(f"{template!r}: put choices into brackets")
                choices += current
                current = [""]
            case _ if token.startswith("{"):
                name = token[1:-1]
                if name not in lists:
                    raise ValueError(f"{template!r}: there is no list {name!r}")
                current = _joined(template, current, lists[name])
            case _:
                current = [form + token for form in current]
    if is_inner:
        raise ValueError(f"{template!r}: a bracket is not closed")
    return current, []


def _joined(template: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    if len(before) * len(after) > MOST_FORMS:
        raise ValueError(f"{template!r}: stands for more than {MOST_FORMS} phrases")
    return [first + second for first in before for second in after]
