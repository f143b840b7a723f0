"""How the words of others are shown: in printable ASCII, and cut."""

from __future__ import annotations

from typing import Final

_SHOWN: Final = 200


def quote_foreign(text: str, limit: int = _SHOWN) -> str:
    r"""Escape and cut a text that came from outside.

    Example:
        >>> quote_foreign("line\nbreak \x1b[2J")
        'line\\nbreak \\x1b[2J'
    """
    cut = text[:limit]
    return cut if cut.isascii() and cut.isprintable() else ascii(cut)[1:-1]
