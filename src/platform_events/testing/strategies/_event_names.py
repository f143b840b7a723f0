"""Names of events: well-formed ones, those of the catalogue, and near misses."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...errors import NameRule
from ...names import EVENT_NAMES, KnownEventName
from ...naming import MAX_NAME_LENGTH, Category
from ._rarely import rarely

_PREFIX: Final = "platform/"
_LETTERS: Final = string.ascii_lowercase
_WORD: Final = _LETTERS + string.digits
# Letters of Greek, Cyrillic, Turkish and full width that look like those of a name; an accent, an
# invisible space and a hyphen of Unicode's; and what people put into names elsewhere.
_STRANGE: Final = (
    string.ascii_uppercase + "_ :%/\t\n\r\x00"
    "\u03bf\u0430\u0435\u043e\u0440\u0441\u0131\uff41\u00e9\u200b\u2010"
)

_categories: Final = st.sampled_from([category.value for category in Category])
_words: Final = st.text(_WORD, min_size=1, max_size=8)
_actions: Final = st.tuples(
    st.sampled_from(_LETTERS), st.text(_WORD, max_size=8), st.lists(_words, max_size=4)
).map(lambda parts: "-".join([parts[0] + parts[1], *parts[2]]))
_names: Final = st.tuples(_categories, _actions).map(lambda parts: f"{_PREFIX}{'.'.join(parts)}")


@dataclass(frozen=True, slots=True)
class InvalidEventName:
    """A text that is no event name, though nearly one.

    Attributes:
        name: The text.
        rule: The first rule of the grammar that it breaks.
    """

    name: str
    rule: NameRule


def event_names() -> SearchStrategy[str]:
    """Make well-formed names, of events that need not exist, up to the longest.

    Returns:
        The strategy; it shrinks to ``"platform/scoring.a"``.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.testing.strategies import event_names
        >>> find(event_names(), lambda name: "-" in name)
        'platform/scoring.a-0'
    """
    return rarely(_names.map(_longest), _names)


def known_event_names() -> SearchStrategy[KnownEventName]:
    """Make the names of the catalogue.

    Returns:
        The strategy.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.testing.strategies import known_event_names
        >>> find(known_event_names(), is_known_event_name)
        'platform/alerts.churn-risk-check'
    """
    return st.sampled_from(sorted(EVENT_NAMES))


def invalid_event_names() -> SearchStrategy[InvalidEventName]:
    """Make texts that are one mistake away from a name, each with the rule that it breaks.

    There are some for every rule but ``NameRule.TYPE``, which is for what is no text.

    Returns:
        The strategy.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.errors import NameRule
        >>> from platform_events.testing.strategies import invalid_event_names
        >>> find(invalid_event_names(), lambda it: it.rule is NameRule.HYPHEN).name
        'platform/scoring.-a'
    """
    return st.one_of([_mistakes(rule, make) for rule, make in _MISTAKES])


def _mistakes(
    rule: NameRule, make: Callable[[DrawFn, str, str], str]
) -> SearchStrategy[InvalidEventName]:
    @st.composite
    def draw_mistake(draw: DrawFn) -> InvalidEventName:
        return InvalidEventName(make(draw, draw(_categories), draw(_actions)), rule)

    return draw_mistake()


def _longest(name: str) -> str:
    return name.ljust(MAX_NAME_LENGTH, "a")


def _empty(_: DrawFn, __: str, ___: str) -> str:
    return ""


def _too_long(draw: DrawFn, category: str, action: str) -> str:
    return _longest(f"{_PREFIX}{category}.{action}") + draw(st.sampled_from("a-\n"))


def _no_prefix(draw: DrawFn, category: str, action: str) -> str:
    place = draw(st.integers(0, len(_PREFIX) - 1))
    # Nothing instead of a letter, or something strange; a slash before the slash would be one.
    instead = draw(st.sampled_from(["", *_STRANGE.replace("/", "")]))
    prefixes = [
        "",
        "inngest/",
        _PREFIX.title(),
        f" {_PREFIX}",
        _PREFIX[:place] + instead + _PREFIX[place + 1 :],
    ]
    return f"{draw(st.sampled_from(prefixes))}{category}.{action}"


def _no_category(draw: DrawFn, category: str, action: str) -> str:
    place = draw(st.integers(0, len(category) - 1))
    more = draw(st.sampled_from(_LETTERS))
    near = ["", category[:place], category[:place] + more + category[place:], category + "s"]
    return f"{_PREFIX}{draw(st.sampled_from(near))}.{action}"


def _strange_category(draw: DrawFn, category: str, action: str) -> str:
    place = draw(st.integers(0, len(category) - 1))
    strange = draw(st.sampled_from(_STRANGE + "-1"))
    return f"{_PREFIX}{category[:place]}{strange}{category[place + 1 :]}.{action}"


def _no_dot(draw: DrawFn, category: str, action: str) -> str:
    instead = draw(st.sampled_from([*_STRANGE, "-", "1"]))
    rest: str = draw(st.sampled_from(["", instead, instead + action]))
    return _PREFIX + category + rest


def _no_action(draw: DrawFn, category: str, action: str) -> str:
    digit = draw(st.sampled_from(["", *string.digits]))
    return f"{_PREFIX}{category}.{digit and digit + action}"


def _wrong_hyphen(draw: DrawFn, category: str, action: str) -> str:
    place = draw(st.integers(1, len(action)))
    wrong = ["-" + action, action + "-", f"{action[:place]}--{action[place:]}", "-"]
    return f"{_PREFIX}{category}.{draw(st.sampled_from(wrong))}"


def _strange_action(draw: DrawFn, category: str, action: str) -> str:
    place = draw(st.integers(0, len(action)))
    strange = draw(st.sampled_from(_STRANGE + "."))
    return f"{_PREFIX}{category}.{action[:place]}{strange}{action[place:]}"


_MISTAKES: Final[Sequence[tuple[NameRule, Callable[[DrawFn, str, str], str]]]] = [
    (NameRule.CHARACTER, _strange_action),
    (NameRule.CHARACTER, _strange_category),
    (NameRule.HYPHEN, _wrong_hyphen),
    (NameRule.ACTION, _no_action),
    (NameRule.SEPARATOR, _no_dot),
    (NameRule.CATEGORY, _no_category),
    (NameRule.PREFIX, _no_prefix),
    (NameRule.LENGTH, _too_long),
    (NameRule.EMPTY, _empty),
]
