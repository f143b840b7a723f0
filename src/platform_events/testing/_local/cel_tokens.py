"""The tokens of an expression, and what is said of one that cannot be read."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)(?![\w.]))
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign>==|!=|<=|>=|&&|\|\||[<>!().,\[\]?:+*/%-])
    )""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


class ExpressionError(ValueError):
    """An expression is not of the kind that the double understands, or cannot be worked out."""


def unreadable(text: str, problem: str) -> ExpressionError:
    """Make the error of an expression that cannot be read."""
    return ExpressionError(f"cannot read the expression {text!r}: {problem}")


def tokens(text: str) -> list[str]:
    """Cut an expression into its tokens."""
    found: list[str] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise unreadable(text, f"unexpected {text[place:].strip()[0]!r}")
        found.append(match[0].strip())
        place = match.end()
    return found


def unquote(expression: str, token: str) -> str:
    """Give the text that a token stands for."""

    def escaped(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise unreadable(expression, f"unknown escape {match[0]!r}")
        return _ESCAPES[code]

    return _ESCAPE.sub(escaped, token[1:-1])
