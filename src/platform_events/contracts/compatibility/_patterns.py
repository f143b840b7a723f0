"""Regular expressions of schemas, tried on single values in linear time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

# What ECMA-262, Python and Rust read in the same way, on ASCII.
_COMMON_SYNTAX: Final = re.compile(
    r"(?:[^\\(]|\\[dDwWsS]|\\(?![<>])\W|\((?:\?[:=!])?(?!\?))*", re.ASCII
)
_DIFFERING_SYNTAX: Final = re.compile(r"\[\^?\]|\[\[|[*+?}]\+|\{,|--|&&|\|\||~~")
_PLAIN: Final = re.compile(r"[ -~]*")
_LONGEST: Final = 1_000


def matches(pattern: str, value: str) -> bool | None:
    """Tell whether a pattern is found in a string; None if that is not certain."""
    validator = _validator(pattern) if _PLAIN.fullmatch(value) else None
    if validator is None:
        return None
    try:
        validator.validate_python(value)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=256)
def _validator(pattern: str) -> SchemaValidator | None:
    """Compile a pattern with Rust's engine, which never backtracks."""
    is_common = _COMMON_SYNTAX.fullmatch(pattern) and not _DIFFERING_SYNTAX.search(pattern)
    if not is_common or len(pattern) > _LONGEST:
        return None
    try:
        re.compile(pattern)
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except (SchemaError, re.error, OverflowError):  # the last of a count with too many digits
        return None
