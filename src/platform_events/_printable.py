"""Text from elsewhere, written so that it does nothing but show."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

# Control, format (with the marks that turn the direction of text), surrogate, private, unassigned,
# and what ends lines.
_ACTIVE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# CI systems read commands at the beginning of a line (``::error::``), or anywhere (``##[error]``).
_COMMAND: Final = re.compile(r"^\s*::|##(?=\w*\[)")


def printable(text: str) -> str:
    """Escape what a terminal or a CI system would act on."""
    shown = "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _ACTIVE
        else character
        for character in text
    )
    return _COMMAND.sub(lambda found: _disarmed(found[0]), shown)


def printable_json(value: object, *, indent: int | None = None) -> str:
    """Write JSON, in ASCII and without what a CI system would take for a command."""
    return json.dumps(value, indent=indent).replace("##", "\\u0023#")


def _disarmed(command: str) -> str:
    first = command.lstrip()[0]
    return command.replace(first, f"\\x{ord(first):02x}", 1)
