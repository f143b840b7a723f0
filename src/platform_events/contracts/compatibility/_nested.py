"""What is inside of objects and arrays, compared field by field and item by item."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from ._context import ComparisonContext, field_path
from ._describe import no_rule, rules, shortened, summary
from ._documents import Document
from ._impact import NOBODY, Roles, by_rules
from ._shapes import Array, Record, Schema, Shape, UnsupportedSchema
from .changes import ChangeKind, Role
from .inclusion import with_known

_MOST_CANDIDATES: Final = 3
_PRODUCERS: Final[Roles] = frozenset({Role.PRODUCERS})
_CONSUMERS: Final[Roles] = frozenset({Role.CONSUMERS})


def compare_arrays(context: ComparisonContext, path: str, old: Array, new: Array) -> None:
    listed = max(len(old.first), len(new.first))
    longest = min(old.counts[1], new.counts[1])
    for index in range(listed):
        # An item that the one side cannot have is told as another number of items.
        if index < longest:
            context.inside(f"{path}[{index}]", old.at(index), new.at(index))
    if listed < longest:
        context.inside(f"{path}[]", old.rest, new.rest)


def compare_records(context: ComparisonContext, path: str, old: Record, new: Record) -> None:
    before, after = _fields(old), _fields(new)
    for name in dict.fromkeys([*before, *after]):
        inner = field_path(path, name)
        if name not in after:
            _without_field(context, inner, name, old, new)
        elif name not in before:
            _with_new_field(context, inner, name, old, new)
        else:
            context.inside(inner, before[name], after[name])
            _compare_presence(context, inner, name in old.certain, name in new.certain)
    _compare_other_fields(context, path, old, new)
    _compare_names(context, path, old, new)


def _compare_other_fields(context: ComparisonContext, path: str, old: Record, new: Record) -> None:
    for pattern in dict.fromkeys([*old.patterns, *new.patterns]):
        if pattern in old.patterns and pattern in new.patterns:
            inner = f"{path}[/{pattern}/]"
            context.inside(inner, old.patterns[pattern], new.patterns[pattern])
    if old.rest is not False and new.rest is not False:
        context.inside(f"{path}.*", old.rest, new.rest)
    before, after = _other_fields(old), _other_fields(new)
    if before != after:
        context.add(ChangeKind.OTHER_FIELDS, before, after, breaks=context.broken, path=path)


def _compare_names(context: ComparisonContext, path: str, old: Record, new: Record) -> None:
    words = [
        _words(side.names, document)
        for side, document in zip((old, new), context.documents, strict=True)
    ]
    if words[0] != words[1]:
        context.add(ChangeKind.FIELD_NAMES, *words, breaks=context.broken, path=path)


def compare_fallbacks(context: ComparisonContext, path: str, old: Record, new: Record) -> None:
    """Find what changed in the fallbacks of open unions, which deployed producers alone send."""
    producers_context = replace(context, broken=context.broken & _PRODUCERS)
    compare_records(producers_context, path, _without_tags(old), _without_tags(new))
    context.explained |= producers_context.explained
    for name in sorted(old.tags & new.tags):
        pair = old.fields.get(name, True), new.fields.get(name, True)
        with suppress(UnsupportedSchema):  # then it is told as a change of the whole
            before, after = (
                place_of.alternatives(one).shapes
                for place_of, one in zip(context.documents, pair, strict=True)
            )
            for one, other in zip(before, after, strict=False):
                # What is excluded changes with each new kind.
                compare_rules(
                    context, field_path(path, name), with_known(one), with_known(other), _PRODUCERS
                )


def _without_tags(record: Record) -> Record:
    fields = {name: field for name, field in record.fields.items() if name not in record.tags}
    return replace(record, fields=fields, required=record.required - record.tags)


def compare_rules(
    context: ComparisonContext, path: str, old: Shape, new: Shape, roles: Roles
) -> None:
    """Find what changed in the rules of two shapes of one class, for some roles."""
    before, after, breaking = rules(old), rules(new), by_rules(old, new)
    for kind in dict.fromkeys([*before, *after, *breaking]):
        breaks = breaking.get(kind, NOBODY) & roles & context.broken
        words = [part.get(kind) or no_rule(kind) for part in (before, after)]
        if breaks or words[0] != words[1]:
            context.add(kind, *words, breaks=breaks, path=path)


def _fields(record: Record) -> dict[str, Schema]:
    return {
        **record.fields,
        **dict.fromkeys(sorted(record.required - record.fields.keys()), record.rest),
    }


def _compare_presence(
    context: ComparisonContext, path: str, was_required: bool, is_required: bool
) -> None:
    words = ["required" if it_is else "optional" for it_is in (was_required, is_required)]
    if is_required and not was_required:
        context.add(ChangeKind.BECAME_REQUIRED, *words, breaks=_PRODUCERS, path=path)
    elif was_required and not is_required:
        context.add(ChangeKind.BECAME_OPTIONAL, *words, breaks=_CONSUMERS, path=path)


def _without_field(
    context: ComparisonContext, path: str, name: str, old: Record, new: Record
) -> None:
    is_required = name in old.required
    kind = ChangeKind.REQUIRED_FIELD_REMOVED if is_required else ChangeKind.FIELD_REMOVED
    namesakes = _rename_candidates(name, old, new, *context.documents)
    hint = f"renamed to {namesakes}?" if namesakes else ""
    breaks = context.impact.without_field(name, old, new)
    words = _words(_fields(old)[name], context.documents[0])
    context.add(kind, words, breaks=breaks, path=path, hint=hint)


def _with_new_field(
    context: ComparisonContext, path: str, name: str, old: Record, new: Record
) -> None:
    is_required = name in new.required
    kind = ChangeKind.REQUIRED_FIELD_ADDED if is_required else ChangeKind.FIELD_ADDED
    namesakes = _rename_candidates(name, new, old, *reversed(context.documents))
    hint = f"renamed from {namesakes}?" if namesakes else ""
    breaks = context.impact.with_new_field(name, old, new)
    if Role.PRODUCERS in breaks and not is_required:
        hint = "the old schema lets producers send it in any form"
    words = _words(_fields(new)[name], context.documents[1])
    context.add(kind, new=words, breaks=breaks, path=path, hint=hint)


def _rename_candidates(
    name: str, here: Record, there: Record, own: Document, other: Document
) -> str:
    """Find fields that are on the other side alone, and look the same."""
    known = _fields(here)
    only_there = [other_name for other_name in there.fields if other_name not in known]
    try:
        wanted = own.fingerprint(known[name])
        found = [field for field in only_there if other.fingerprint(there.fields[field]) == wanted]
    except UnsupportedSchema:
        return ""
    return " or ".join(f"`{field}`" for field in found[:_MOST_CANDIDATES])


def _words(field: Schema, document: Document) -> str:
    try:
        return summary(document.alternatives(field).shapes)
    except UnsupportedSchema as error:
        return str(error)


def _other_fields(record: Record) -> str:
    patterns = [f"fields that match {shortened(pattern)}" for pattern in sorted(record.patterns)]
    rest = [] if record.rest is False else ["any other fields"]
    return " and ".join([*patterns, *rest]) or "no other fields"
