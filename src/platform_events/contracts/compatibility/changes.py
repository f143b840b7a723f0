"""What can change between two releases, whom it breaks, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who runs an older release while the new one is rolled out.

    Example:
        >>> from platform_events.contracts.compatibility import Role
        >>> print(Role.PRODUCERS)
        deployed producers
    """

    PRODUCERS = "deployed producers"
    """They send by the old schema, and new consumers read it."""
    CONSUMERS = "deployed consumers"
    """They read by the old schema what new producers send."""


class ChangeKind(StrEnum):
    """What changed.

    Example:
        >>> from platform_events.contracts.compatibility import ChangeKind
        >>> ChangeKind("field-added").value
        'field-added'
    """

    EVENT_ADDED = "event-added"
    EVENT_REMOVED = "event-removed"
    FIELD_ADDED = "field-added"
    REQUIRED_FIELD_ADDED = "required-field-added"
    FIELD_REMOVED = "field-removed"
    REQUIRED_FIELD_REMOVED = "required-field-removed"
    BECAME_REQUIRED = "became-required"
    BECAME_OPTIONAL = "became-optional"
    OTHER_FIELDS = "other-fields"
    TYPE = "type"
    NULL_ADDED = "null-added"
    NULL_REMOVED = "null-removed"
    VALUE_ADDED = "value-added"
    VALUE_REMOVED = "value-removed"
    EXCLUDED_VALUES = "excluded-values"
    OPENED = "opened"
    CLOSED = "closed"
    ALTERNATIVE_ADDED = "alternative-added"
    ALTERNATIVE_REMOVED = "alternative-removed"
    TAG = "tag"
    """An alternative is told apart by another value, and is the same otherwise."""
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MULTIPLE = "multiple"
    MIN_LENGTH = "min-length"
    MAX_LENGTH = "max-length"
    PATTERN = "pattern"
    FORMAT = "format"
    EARLIEST = "earliest"
    LATEST = "latest"
    MIN_ITEMS = "min-items"
    MAX_ITEMS = "max-items"
    UNIQUE_ITEMS = "unique-items"
    MIN_FIELDS = "min-fields"
    MAX_FIELDS = "max-fields"
    FIELD_NAMES = "field-names"
    INVARIANTS = "invariants"
    """What holds between the fields of an object."""
    CONTENT = "content"
    """Something that no other kind names: the rules as a whole allow more, or less."""
    NOT_JUDGED = "not-judged"
    """A keyword that the engine does not know is in it, so it counts as breaking."""
    UNIT = "unit"
    DEFAULT = "default"
    DEPRECATED = "deprecated"
    SENSITIVE = "sensitive"
    DESCRIPTION = "description"
    MARK = "mark"
    """Another ``x-`` keyword, which no validator reads."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One change of one event.

    Attributes:
        event: The name of the event.
        path: Where, such as ``"data.measurements[kind=sleep].duration_s"``.
        kind: What sort of change it is.
        old: What it was, in words; empty if it was not there.
        new: What it is now, in words; empty if it is gone.
        breaks: Whom it breaks; empty if it is compatible.
        hint: What the change looks like beyond the schema, such as a rename; mostly empty.
        against: The versions of the baselines that it was found against, the oldest first.
        fix: Python to write instead, for the event and its successor; empty if there is none.

    Example:
        >>> from platform_events.contracts.compatibility import compare_schemas
        >>> old, new = {"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 4}
        >>> [finding] = compare_schemas(old, new)
        >>> print(finding)
        at most 9 characters → at most 4 characters
        >>> finding.is_breaking, sorted(finding.breaks)
        (True, [<Role.PRODUCERS: 'deployed producers'>])
    """

    event: str
    path: str
    kind: ChangeKind
    old: str
    new: str
    breaks: frozenset[Role] = frozenset()
    hint: str = ""
    against: tuple[str, ...] = field(default=(), compare=False)
    fix: str = field(default="", compare=False, repr=False)

    @property
    def is_breaking(self) -> bool:
        """Whether it breaks anybody."""
        return bool(self.breaks)

    @property
    def remedy(self) -> str:
        """What to do about it; empty if nothing needs to be done."""
        return self._remedy.format(event=self.event or "the event", next=next_name(self.event))

    @property
    def needs_successor(self) -> bool:
        """Whether the remedy may be an event of the next version."""
        return "{next}" in self._remedy

    @property
    def _remedy(self) -> str:
        if self.breaks == frozenset(Role):
            return _FOR_BOTH.get(self.kind, "add {next} with the new form, and deprecate {event}")
        if Role.PRODUCERS in self.breaks:
            return _FOR_PRODUCERS.get(self.kind, _DEPLOY_PRODUCERS)
        if Role.CONSUMERS in self.breaks:
            return _FOR_CONSUMERS.get(self.kind, _DEPLOY_CONSUMERS)
        return _FOR_NOBODY.get(self.kind, "")

    def __str__(self) -> str:
        """The change in words."""
        words = _WORDS.get(self.kind, "{old} → {new}").format(old=self.old, new=self.new)
        return f"{words} ({self.hint})" if self.hint else words


def next_name(event: str) -> str:
    """Name the event that replaces another one in a breaking way.

    Args:
        event: The name of the event.

    Returns:
        The name with the suffix of the next version.

    Example:
        >>> from platform_events.contracts.compatibility.changes import next_name
        >>> next_name("platform/sync.integration-failed")
        'platform/sync.integration-failed-v2'
        >>> next_name("platform/sync.integration-failed-v2")
        'platform/sync.integration-failed-v3'
    """
    if not event:
        return "a new event"
    versioned = re.fullmatch(r"(.+-v)([0-9]+)", event)
    return f"{versioned[1]}{int(versioned[2]) + 1}" if versioned else f"{event}-v2"


_DEPLOY_PRODUCERS: Final = (
    "release it once no deployed producer sends the old form, or add {next} and deprecate {event}"
)
_DEPLOY_CONSUMERS: Final = (
    "deploy all consumers before the first producer, or add {next} and deprecate {event}"
)

_FOR_PRODUCERS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.REQUIRED_FIELD_ADDED: "make it optional, and require it in {next}",
    ChangeKind.BECAME_REQUIRED: "leave it optional, and require it in {next}",
    ChangeKind.NULL_REMOVED: "keep accepting null until no deployed producer sends it",
    ChangeKind.VALUE_REMOVED: "keep the value, and stop sending it; remove it once no deployed "
    "producer sends it",
    ChangeKind.ALTERNATIVE_REMOVED: "keep it, and stop sending it; remove it once no deployed "
    "producer sends it",
    ChangeKind.CLOSED: "leave it open: deployed producers may send what is not listed",
}  # fmt: skip
_FOR_CONSUMERS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.NULL_ADDED: "leave the field out instead of sending null, or deploy all consumers "
    "before the first producer that sends it",
    ChangeKind.VALUE_ADDED: "deploy all consumers before the first producer; a choice of strings "
    "that will grow can be made open in an earlier release",
    ChangeKind.ALTERNATIVE_ADDED: "deploy all consumers before the first producer; a union with a "
    "discriminator that will grow can be made open in an earlier release",
    ChangeKind.REQUIRED_FIELD_REMOVED: "keep sending it; leave it out of {next}",
    ChangeKind.BECAME_OPTIONAL: "leave it required, or deploy all consumers before the first "
    "producer",
}  # fmt: skip
_FOR_BOTH: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.EVENT_REMOVED: "keep it, mark it with `@deprecated`, and remove it in "
    "a later release",
    ChangeKind.UNIT: "leave it as it is, and add an optional field with the unit in its name",
    ChangeKind.NOT_JUDGED: "use keywords that can be compared, or add {next}",
}  # fmt: skip
_FOR_NOBODY: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.EVENT_REMOVED: "make sure that nobody sends it or waits for it anymore",
    ChangeKind.FIELD_REMOVED: "make sure that no deployed consumer needs it",
    ChangeKind.DEFAULT: "make sure that what is absent means the same as before",
    ChangeKind.SENSITIVE: "check where the field is logged or shown",
}  # fmt: skip

_WORDS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.EVENT_ADDED: "event added",
    ChangeKind.EVENT_REMOVED: "event removed",
    ChangeKind.FIELD_ADDED: "optional field added: {new}",
    ChangeKind.REQUIRED_FIELD_ADDED: "required field added: {new}",
    ChangeKind.FIELD_REMOVED: "optional field removed: {old}",
    ChangeKind.REQUIRED_FIELD_REMOVED: "required field removed: {old}",
    ChangeKind.NULL_ADDED: "null is now accepted",
    ChangeKind.NULL_REMOVED: "null is no longer accepted",
    ChangeKind.TAG: "{old} → {new}, and nothing else",
    ChangeKind.UNIT: "unit: {old} → {new}",
    ChangeKind.INVARIANTS: "between fields: {old} → {new}",
    ChangeKind.FIELD_NAMES: "names of fields: {old} → {new}",
    ChangeKind.VALUE_ADDED: "value added: {new}",
    ChangeKind.VALUE_REMOVED: "value removed: {old}",
    ChangeKind.OPENED: "closed choice → open: other values are read, too",
    ChangeKind.CLOSED: "open choice → closed: other values are no longer read",
    ChangeKind.ALTERNATIVE_ADDED: "alternative added: {new}",
    ChangeKind.ALTERNATIVE_REMOVED: "alternative removed: {old}",
    ChangeKind.DESCRIPTION: "reworded",
    ChangeKind.NOT_JUDGED: "cannot be compared",
}  # fmt: skip
