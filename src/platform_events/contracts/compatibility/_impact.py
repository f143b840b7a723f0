"""Whom a change at one place breaks."""

from __future__ import annotations

from typing import Final, TypeAlias

from ._documents import Document
from ._rules import exceeding
from ._shapes import Record, Schema, Shape
from .changes import ChangeKind, Role
from .inclusion import Inclusion

Roles: TypeAlias = frozenset[Role]
NOBODY: Final[Roles] = frozenset()
EVERYBODY: Final[Roles] = frozenset(Role)


class ImpactAnalyzer:
    """Asks in both directions: what deployed producers send, and what deployed consumers read."""

    def __init__(self, old: Document, new: Document) -> None:
        self._forward = Inclusion(old, new, is_deployed=True)
        self._backward = Inclusion(new, old, is_deployed=False)

    def broken(self, roles: Roles, old: Schema, new: Schema) -> Roles:
        found: set[Role] = set()
        if Role.PRODUCERS in roles and not self._forward.holds(old, new):
            found.add(Role.PRODUCERS)
        if Role.CONSUMERS in roles and not self._backward.holds(new, old):
            found.add(Role.CONSUMERS)
        return frozenset(found)

    def without(self, shape: Shape, new: Schema) -> Roles:
        """Tell whom it breaks that a shape of the old schema is gone."""
        return NOBODY if self._forward.takes(shape, new) else frozenset({Role.PRODUCERS})

    def with_new(self, shape: Shape, old: Schema) -> Roles:
        """Tell whom it breaks that the new schema has a shape more."""
        return NOBODY if self._backward.takes(shape, old) else frozenset({Role.CONSUMERS})

    def without_field(self, name: str, old: Record, new: Record) -> Roles:
        """Tell whom it breaks that a field is gone."""
        field = old.fields.get(name, True)
        found = {Role.CONSUMERS} if name in old.required else set[Role]()
        found |= self.broken(EVERYBODY, field, new.tolerated) & {Role.PRODUCERS}
        if new.rest is not False:
            found |= self.broken(EVERYBODY, field, new.rest) & {Role.CONSUMERS}
        return frozenset(found)

    def with_new_field(self, name: str, old: Record, new: Record) -> Roles:
        """Tell whom it breaks that there is a field more."""
        field = new.fields.get(name, True)
        found = {Role.PRODUCERS} if name in new.required else set[Role]()
        found |= self.broken(EVERYBODY, old.tolerated, field) & {Role.CONSUMERS}
        if old.rest is not False:
            found |= self.broken(EVERYBODY, old.rest, field) & {Role.PRODUCERS}
        return frozenset(found)


def by_rules(old: Shape, new: Shape) -> dict[ChangeKind, Roles]:
    """Tell whom the rules of two shapes of one class break, as far as they break anybody."""
    found: dict[ChangeKind, set[Role]] = {}
    for kind in exceeding(old, new):
        found.setdefault(kind, set()).add(Role.PRODUCERS)
    for kind in exceeding(new, old):
        found.setdefault(kind, set()).add(Role.CONSUMERS)
    return {kind: frozenset(roles) for kind, roles in found.items()}
