"""The grammar of event names: parse, validate, build and suggest them.

A platform event name is ``platform/<category>.<action>``: the category is one of
:class:`Category`, and the action is lower-case ASCII words of letters and digits, joined by single
hyphens and beginning with a letter. A name has at most 255 characters, the limit of an
Inngest trigger (``inngest/inngest``: ``pkg/inngest/trigger.go``).

Whether a name is *well-formed* (:func:`is_event_name`) and whether it is *known*
(:func:`is_known_event_name`) are two questions. This module needs only the standard library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, TypeGuard

from .errors import InvalidEventNameError, NameRule
from .names import EVENT_NAMES

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from .names import KnownEventName

MAX_NAME_LENGTH: Final = 255
"""The maximum length of a name, in characters."""

_PREFIX: Final = "platform/"


class Category(StrEnum):
    """What an event is about: the first part of its name.

    Example:
        >>> Category("sync")
        <Category.SYNC: 'sync'>
        >>> Category.SYNC.description
        'data from wearables, and integrations that pull or push data'
    """

    SCORING = "scoring"
    ALERTS = "alerts"
    SYNC = "sync"
    SOCIAL = "social"

    @property
    def description(self) -> str:
        """What the events of this category are about, as a phrase."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS: Final = {
    Category.SCORING: "member performance and progress scores, and what they are calculated from",
    Category.ALERTS: "churn risk, injury risk and other thresholds, for owners and coaches",
    Category.SYNC: "data from wearables, and integrations that pull or push data",
    Category.SOCIAL: "community activity: reactions, comments, follows and the feed",
}

_CATEGORY_PATTERN: Final = "|".join(Category)
_ACTION_PATTERN: Final = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
EVENT_NAME_PATTERN: Final = rf"{_PREFIX}(?:{_CATEGORY_PATTERN})\.{_ACTION_PATTERN}"
"""The grammar as a regular expression, without anchors and without the limit of length."""

# Possessive, so that nothing is tried twice; the engines of other languages know no such thing.
_fullmatch: Final = re.compile(re.sub(r"(?<=[\])])[*+]", r"\g<0>+", EVENT_NAME_PATTERN)).fullmatch
# The longest beginning of an action that may still become one: where it ends, a rule is broken.
_match_action: Final = re.compile(_ACTION_PATTERN).match


@dataclass(frozen=True, slots=True)
class EventName:
    """A well-formed event name in two parts; ``str()`` returns the name.

    Attributes:
        category: What the event is about.
        action: What happened, or what is asked for, such as ``"workout-logged"``.

    Raises:
        InvalidEventNameError: The parts do not form a well-formed name.

    Example:
        >>> str(EventName(Category.SYNC, "integration-failed"))
        'platform/sync.integration-failed'
    """

    category: Category
    action: str

    def __post_init__(self) -> None:
        build_event_name(self.category, self.action)
        # A plain "sync" is taken for Category.SYNC, as everywhere else.
        object.__setattr__(self, "category", Category(self.category))

    def __str__(self) -> str:
        return f"{_PREFIX}{self.category}.{self.action}"


def is_event_name(value: object) -> TypeGuard[str]:
    r"""Tell whether ``value`` is a well-formed event name. Never raises.

    Args:
        value: Anything.

    Returns:
        Whether it is a ``str`` that follows the grammar. There may be no event of that name.

    Example:
        >>> is_event_name("platform/scoring.calculate")
        True
        >>> is_event_name("platform/scoring.calculate\n")
        False
    """
    # Measured before it is matched, so that the longest text costs no more than a name.
    return (
        isinstance(value, str) and len(value) <= MAX_NAME_LENGTH and _fullmatch(value) is not None
    )


def is_known_event_name(value: object) -> TypeGuard[KnownEventName]:
    """Tell whether the catalogue has an event of this name. Never raises.

    Args:
        value: Anything.

    Returns:
        Whether it is one of :data:`platform_events.names.EVENT_NAMES`.

    Example:
        >>> is_known_event_name("platform/scoring.calculate")
        True
        >>> is_known_event_name("platform/scoring.guess")
        False
    """
    return isinstance(value, str) and value in EVENT_NAMES


def validate_event_name(name: object) -> str:
    """Return ``name`` unchanged if it is a well-formed event name.

    Args:
        name: The name. Any type other than ``str`` is refused, not converted.

    Returns:
        The same name.

    Raises:
        InvalidEventNameError: It breaks the grammar. The error says which rule, where, and
            which known names are closest.

    Example:
        >>> validate_event_name("platform/sync.integration-failed")
        'platform/sync.integration-failed'
    """
    if is_event_name(name):
        return name
    rule, position, detail = _broken_rule(name)
    raise InvalidEventNameError.of(
        name, rule, position, detail=detail, suggestions=tuple(suggest_event_names(name))
    )


def parse_event_name(name: object) -> EventName:
    """Split a name into its category and action.

    Args:
        name: The name. Any type other than ``str`` is refused, not converted.

    Returns:
        The two parts; their ``str()`` is ``name``.

    Raises:
        InvalidEventNameError: It breaks the grammar.

    Example:
        >>> parse_event_name("platform/social.comment-added").action
        'comment-added'
    """
    category, _, action = validate_event_name(name).removeprefix(_PREFIX).partition(".")
    return EventName(Category(category), action)


def build_event_name(category: Category | str, action: str) -> str:
    """Build a name from its parts.

    Args:
        category: One of :class:`Category`, or its value.
        action: Lower-case words joined by single hyphens.

    Returns:
        The name.

    Raises:
        InvalidEventNameError: The parts do not form a well-formed name.

    Example:
        >>> build_event_name(Category.ALERTS, "churn-risk-check")
        'platform/alerts.churn-risk-check'
    """
    return validate_event_name(f"{_PREFIX}{category}.{action}")


def suggest_event_names(name: object, *, limit: int = 3) -> list[str]:
    """Find the known names that are closest to a misspelled one.

    Args:
        name: What was written. Case, surrounding white space, percent-encoding, full-width
            letters and a missing ``platform/`` do not matter.
        limit: The maximum number of names to return, at least 1.

    Returns:
        Known names, closest first; empty if none is close or ``name`` is not a ``str``.

    Example:
        >>> suggest_event_names("Scoring.Calculat")
        ['platform/scoring.calculate', 'platform/scoring.calculated']
    """
    if not isinstance(name, str):
        return []
    # Loaded here, because only a mistake needs them.
    from difflib import get_close_matches
    from unicodedata import normalize
    from urllib.parse import unquote

    # Nothing longer than a name can be near to one, and this bounds the time.
    text = normalize("NFKC", unquote(name[: 2 * MAX_NAME_LENGTH])).strip().casefold()
    if not text.startswith(_PREFIX):
        text = _PREFIX + text
    return get_close_matches(text, EVENT_NAMES, n=limit, cutoff=0.75)


class EventNameRule:
    """Lets pydantic check a ``str`` field with :func:`validate_event_name`."""

    def __get_pydantic_core_schema__(
        self, source: type[str], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(validate_event_name, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        rules = {"pattern": f"^{EVENT_NAME_PATTERN}$", "maxLength": MAX_NAME_LENGTH}
        return {**handler(schema), **rules}


EventNameStr: TypeAlias = Annotated[str, EventNameRule()]
"""The type of a pydantic field that holds a well-formed event name."""


def _broken_rule(name: object) -> tuple[NameRule, int | None, str]:
    """Say which rule is the first that ``name`` breaks, and where."""
    if not isinstance(name, str):
        return NameRule.TYPE, None, "it must be a str"
    if not name:
        return NameRule.EMPTY, 0, "it is empty"
    if len(name) > MAX_NAME_LENGTH:
        detail = f"it has {len(name)} characters, and {MAX_NAME_LENGTH} are the most"
        return NameRule.LENGTH, MAX_NAME_LENGTH, detail
    if not name.startswith(_PREFIX):
        position = _first_difference(name, _PREFIX)
        found = f", and has {_describe(name[position])} there" if position < len(name) else ""
        return NameRule.PREFIX, position, f"it must begin with {_PREFIX!r}{found}"
    category, dot, action = name.removeprefix(_PREFIX).partition(".")
    strange = re.search("[^a-z]", category)
    if strange:
        is_end = category[: strange.start()] in set(Category)
        rule = NameRule.SEPARATOR if is_end else NameRule.CHARACTER
        wanted = "a dot must follow the category" if is_end else "a category is lower-case letters"
        detail = f"{wanted}, and there is {_describe(strange[0])}"
        return rule, len(_PREFIX) + strange.start(), detail
    if category not in set(Category):
        known = ", ".join(Category)
        return NameRule.CATEGORY, len(_PREFIX), f"its category must be one of {known}"
    if not dot:
        return NameRule.SEPARATOR, len(name), "a dot and an action must follow the category"
    rule, offset, detail = _broken_action_rule(action)
    return rule, len(name) - len(action) + offset, detail


def _broken_action_rule(action: str) -> tuple[NameRule, int, str]:
    if not action:
        return NameRule.ACTION, 0, "an action must follow the dot"
    matched = _match_action(action)
    end = matched.end() if matched else 0
    wrong = action[end]
    if wrong == "-" and end == 0:
        return NameRule.HYPHEN, end, "an action does not begin with a hyphen"
    if wrong == "-" and action[end + 1 : end + 2] in {"", "-"}:
        return NameRule.HYPHEN, end, "words are joined by single hyphens"
    if wrong == "-":
        end += 1
        wrong = action[end]
    if wrong.isascii() and wrong.isdigit():
        return NameRule.ACTION, end, "an action begins with a letter"
    detail = f"{_describe(wrong)} is not a lower-case ASCII letter, a digit or a hyphen"
    return NameRule.CHARACTER, end, detail


def _first_difference(text: str, expected: str) -> int:
    pairs = enumerate(zip(text, expected, strict=False))
    return next((i for i, (a, b) in pairs if a != b), len(text))


def _describe(character: str) -> str:
    """Name a character so that look-alikes and invisible ones can be told apart."""
    if character.isascii() and character.isprintable() and character != " ":
        return repr(character)
    import unicodedata

    return f"U+{ord(character):04X} ({unicodedata.name(character, 'no printable character')})"
