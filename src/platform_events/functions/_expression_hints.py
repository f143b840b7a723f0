"""Says why a text is not CEL, and what its author probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ._expressions import ExpressionSyntaxError

# What other languages write, by what CEL writes.
_MEANT: Final[Mapping[str, str]] = {
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "&": "&&",
    "|": "||",
    "and": "&&",
    "or": "||",
    "not": "!",
    "is": "==",
}
_OPERATOR: Final = re.compile(r"[=!<>&|]+")
_WORD: Final = re.compile(r"[A-Za-z]+")
_LAST_WORD: Final = re.compile(r"(?<![\w.])([A-Za-z]+)\s*\Z")
_QUOTES: Final = frozenset("\"'")
_CURLY_QUOTES: Final = frozenset("\u2018\u2019\u201c\u201d")


def describe_syntax_error(text: str, error: ExpressionSyntaxError) -> str:
    """Say what is wrong with a text, and how to mend it if that is known."""
    if not text.strip():
        return "it is empty: write an expression, or None"
    if error.position == len(text):
        return "this is not CEL: something is missing at the end, or a bracket is not closed"
    hint = _hint(text, error.position)
    return f"this is not CEL: {error} at position {error.position}{hint and f'; {hint}'}"


def _hint(text: str, position: int) -> str:
    found = text[position]
    if found in _QUOTES:
        return "is the string closed?"
    if found in _CURLY_QUOTES:
        return "strings stand between straight quotes"
    meant = _MEANT.get(_operator_at(text, position)) or _word_meant(text, position)
    return f"did you mean {meant}?" if meant else ""


def _operator_at(text: str, position: int) -> str:
    """Return the whole run of signs that a position is in."""
    runs = (match for match in _OPERATOR.finditer(text) if match.start() <= position < match.end())
    return next((match[0] for match in runs), "")


def _word_meant(text: str, position: int) -> str | None:
    """Find the operator for a word, or for the word before it: ``not a`` fails at ``a``."""
    word = _WORD.match(text, position)
    before = _LAST_WORD.search(text, 0, position)
    named = _MEANT.get(word[0].lower()) if word else None
    return named or (_MEANT.get(before[1].lower()) if before else None)
