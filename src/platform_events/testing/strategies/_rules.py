"""The rules of a field, out of what its annotation holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from annotated_types import GroupedMetadata
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from ...events.fields import OpenKinds
from ...events.payload import Payload

_UNBOUNDED: Final = 1_000_000
_FIELD_NAMES: Final = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")


@dataclass(frozen=True, slots=True)
class Rules:
    """What restricts the values of a type.

    Attributes:
        ge, gt, le, lt: Bounds, of whatever type the values are; None where there is none.
        multiple_of: What numbers are a multiple of.
        min_length: The least length of a text or a sequence.
        max_length: The greatest.
        pattern: A regular expression that texts match.
        metadata: All that was said beside the type, these rules included.
    """

    ge: Any = None  # bounds are of the type of the values, which differs
    gt: Any = None
    le: Any = None
    lt: Any = None
    multiple_of: Any = None
    min_length: int = 0
    max_length: int = _UNBOUNDED
    pattern: str | None = None
    metadata: tuple[object, ...] = ()

    @property
    def has_max_length(self) -> bool:
        """Whether there is a greatest length."""
        return self.max_length < _UNBOUNDED

    @property
    def low(self) -> Any:
        """The least value, or what is below it if that is excluded; None if there is none."""
        return self.gt if self.ge is None else self.ge

    @property
    def high(self) -> Any:
        """The greatest value, or what is above it if that is excluded; None if there is none."""
        return self.lt if self.le is None else self.le

    def first(self, name: str) -> Any:
        """What the metadata says first under a name, such as ``decimal_places``; or None."""
        found = (getattr(item, name, None) for item in self.metadata)
        return next((value for value in found if value is not None), None)

    def marked_with(self, kind: type) -> bool:
        """Whether there is a mark of a class, such as ``Open``, beside the type."""
        return any(isinstance(item, kind) for item in self.metadata)


@dataclass(frozen=True)
class Annotation:
    """A type in its parts.

    Attributes:
        kind: What the values are: a class, ``Literal``, ``Union`` or ``tuple``.
        arguments: Of a ``Literal``, a union or a generic: what stands in its brackets.
        rules: What restricts them.
        discriminator: Of a union: the field that tells its members apart, if one does.
    """

    kind: Any  # a type in the widest sense, for which there is no type
    arguments: tuple[Any, ...]
    rules: Rules
    discriminator: str | None = None

    @cached_property
    def members(self) -> list[Annotation]:
        """Those of a union, with the rules that hold for all.

        The simplest come first, to which examples shrink: None, then what has the fewest fields.
        """
        return sorted((read(a, self.rules.metadata) for a in self.arguments), key=_size)

    @cached_property
    def item(self) -> Annotation:
        """That of each item of a sequence."""
        return read(self.arguments[0])


def without_none(annotation: Annotation) -> Annotation | None:
    """Give the rest of a union with None; None for any other type."""
    if annotation.kind is not Union or NoneType not in annotation.arguments:
        return None
    arguments = tuple(one for one in annotation.arguments if one is not NoneType)
    if len(arguments) == 1:
        return read(arguments[0], annotation.rules.metadata)
    return replace(annotation, arguments=arguments)


def is_known_kind(text: str, base: type[Payload] = Payload) -> bool:
    """Tell whether a payload of any union says with this text what kind it is."""
    return any(
        ("kind" in cls.model_fields and cls.model_fields["kind"].default == text)
        or is_known_kind(text, cls)
        for cls in base.__subclasses__()
    )


def read_fields(kind: type[Payload]) -> Mapping[str, Annotation]:
    """Take the annotations of a payload's fields apart."""
    if kind not in _read:
        _read[kind] = {
            # What pydantic keeps outside of the metadata is put back there.
            name: read(field.annotation, (*field.metadata, field))
            for name, field in kind.model_fields.items()
        }
    return _read[kind]


# Every example asks again.
_read: Final[dict[type[Payload], Mapping[str, Annotation]]] = {}


def read(annotation: object, metadata: Iterable[object] = ()) -> Annotation:
    """Take an annotation apart."""
    items = tuple(metadata)
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            items = (*items, *more)
        else:
            break
    origin = get_origin(annotation)
    kind = Union if origin is UnionType else origin or annotation
    return Annotation(kind, get_args(annotation), _rules(items), _discriminator(items))


def _rules(metadata: Iterable[object]) -> Rules:
    rules = Rules()
    for item in _flat(metadata):
        given: dict[str, Any] = {name: getattr(item, name, None) for name in _FIELD_NAMES}
        changes = {name: _narrower(rules, name, v) for name, v in given.items() if v is not None}
        rules = replace(rules, **changes, metadata=(*rules.metadata, item))
    return rules


def _narrower(rules: Rules, name: str, value: Any) -> Any:
    before: Any = getattr(rules, name)
    if before is None:
        return value
    if name in {"ge", "gt", "min_length"}:
        return max(before, value)
    return min(before, value) if name in {"le", "lt", "max_length"} else value


def _size(member: Annotation) -> int:
    return -1 if member.kind is NoneType else len(getattr(member.kind, "model_fields", ()))


def _discriminator(metadata: Iterable[object]) -> str | None:
    for item in metadata:
        if isinstance(item, OpenKinds):
            return "kind"
        if isinstance(item, FieldInfo) and isinstance(item.discriminator, str):
            return item.discriminator
    return None


def _flat(metadata: Iterable[object]) -> Iterator[object]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(item.metadata)
        elif isinstance(item, GroupedMetadata):
            yield from _flat(item)
        else:
            yield item
