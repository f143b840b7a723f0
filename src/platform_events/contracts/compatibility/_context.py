"""One place in two documents, and what was found there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ._documents import Document
from ._impact import NOBODY, ImpactAnalyzer, Roles
from ._shapes import Schema
from .changes import ChangeKind, Finding

_Walk: TypeAlias = Callable[[str, Schema, Schema, Roles], Roles]
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(kw_only=True, slots=True)
class ComparisonContext:
    """A pair of schemas, one of the old document and one of the new."""

    event: str
    path: str
    old: Schema
    new: Schema
    broken: Roles  # by the change of the schema
    impact: ImpactAnalyzer
    documents: tuple[Document, Document]  # the old one, and the new one
    walk: _Walk  # compares schemas inside of these
    findings: list[Finding]  # so far, here and elsewhere
    explained: Roles = NOBODY  # those that are broken, and for whom a reason was found

    def add(
        self,
        kind: ChangeKind,
        old: str = "",
        new: str = "",
        *,
        breaks: Roles = NOBODY,
        path: str = "",
        hint: str = "",
    ) -> None:
        """Note down a change; who is not broken as a whole is not broken by a part."""
        breaks &= self.broken
        self.explained |= breaks
        where = path or self.path
        self.findings.append(Finding(self.event, where, kind, old, new, breaks, hint))

    def explain(self, kind: ChangeKind, old: str = "", new: str = "", *, hint: str = "") -> None:
        """Note down a change for those who are broken without a reason that was found."""
        rest = self.broken - self.explained
        if rest:
            self.add(kind, old, new, breaks=rest, hint=hint)

    def inside(self, path: str, old: Schema, new: Schema) -> None:
        self.explained |= self.walk(path, old, new, self.broken)


def field_path(path: str, name: str) -> str:
    return f"{path}.{name}" if _PLAIN_NAME.fullmatch(name) else f"{path}[{json.dumps(name)}]"


def member_path(path: str, label: str) -> str:
    """Give the path of a member of a union; of the items of an array, if it is one of these."""
    return f"{path.removesuffix('[]')}[{label}]" if label else path
