"""What schemas say beside their rules: the meaning of a field, which no validator sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ._describe import shortened
from ._keywords import is_told
from ._shapes import Json, canonical
from .changes import ChangeKind, Finding

_KINDS: Final = {
    "description": ChangeKind.DESCRIPTION,
    "default": ChangeKind.DEFAULT,
    "deprecated": ChangeKind.DEPRECATED,
    "x-deprecated-message": ChangeKind.DEPRECATED,
    "x-sensitive": ChangeKind.SENSITIVE,
}


def changed_annotations(
    event: str, path: str, old: Mapping[str, Json], new: Mapping[str, Json]
) -> Iterator[Finding]:
    """Find the annotations that changed, none of which breaks anybody."""
    for keyword in sorted(old.keys() | new.keys()):
        before, after = old.get(keyword), new.get(keyword)
        if is_told(keyword) and canonical(before) != canonical(after):
            kind = _KINDS.get(keyword, ChangeKind.MARK)
            yield Finding(event, path, kind, *_words(kind, keyword, before, after))


def _words(kind: ChangeKind, keyword: str, before: Json, after: Json) -> tuple[str, str]:
    if kind is ChangeKind.DESCRIPTION:
        return "", ""
    return f"{keyword.removeprefix('x-')}: {_shown(before)}", _shown(after)


def _shown(value: Json) -> str:
    return "none" if value is None else shortened(canonical(value).strip('"'))
