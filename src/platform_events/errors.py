"""Every error that this package raises on purpose.

.. code-block:: text

    PlatformEventsError
    ├── ConfigurationError    (ValueError)   a setting is missing or wrong
    ├── EventDefinitionError  (TypeError)    a class cannot be an event
    ├── FunctionDefinitionError (TypeError)  a function cannot be declared like that
    ├── InvalidEventNameError (ValueError)   a name breaks the grammar
    ├── UnknownEventError     (LookupError)  no event has this well-formed name
    ├── InvalidEventError     (ValueError)   data breaks the schema of its event
    ├── EventTooLargeError    (ValueError)   an event is larger than a server takes
    └── SendError                            not all events were accepted

Errors carry their facts as attributes, so that nobody needs to parse a message. No message, repr or
cause holds a payload value or a key. All of them can be pickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, Self, cast

if TYPE_CHECKING:
    from datetime import datetime

    import inngest
    import pydantic


MAX_PROBLEMS: Final = 20
"""The most problems that one error lists; the others are counted."""

_SHOWN: Final = 80
# Texts of pydantic's that quote the input, or name what nobody knows.
_KINDS: Final = {
    "union_tag_invalid": "Input is none of the expected kinds",
    "union_tag_not_found": "Input does not say its kind",
}


class PlatformEventsError(Exception):
    """The base of every error of this package.

    Example:
        >>> issubclass(InvalidEventNameError, PlatformEventsError)
        True
    """


class ConfigurationError(PlatformEventsError, ValueError):
    """A setting is missing or wrong. Raised before anything is sent.

    Attributes:
        setting: The argument or environment variable to fix, such as ``"INNGEST_EVENT_KEY"``.

    Example:
        >>> ConfigurationError("INNGEST_EVENT_KEY is not set", setting="INNGEST_EVENT_KEY").setting
        'INNGEST_EVENT_KEY'
    """

    def __init__(self, message: str, *, setting: str = "") -> None:
        super().__init__(message)
        self.setting = setting


class EventDefinitionError(PlatformEventsError, TypeError):
    """A class cannot be an event: its name or one of its fields is not allowed."""


class FunctionDefinitionError(PlatformEventsError, TypeError):
    """A function cannot be declared: its id, triggers or options are not allowed."""


class NameRule(StrEnum):
    """The rules of the grammar of names.

    Example:
        >>> NameRule("prefix")
        <NameRule.PREFIX: 'prefix'>
    """

    TYPE = "type"
    EMPTY = "empty"
    LENGTH = "length"
    PREFIX = "prefix"
    CATEGORY = "category"
    SEPARATOR = "separator"
    ACTION = "action"
    HYPHEN = "hyphen"
    CHARACTER = "character"


class InvalidEventNameError(PlatformEventsError, ValueError):
    """A name breaks the grammar of event names.

    Attributes:
        name: What was given, of any type.
        rule: The first rule that it breaks.
        position: Where, as an index into the name; None if it is not a ``str``.
        suggestions: The closest known names, closest first; may be empty.

    Example:
        >>> from platform_events.naming import validate_event_name
        >>> try:
        ...     validate_event_name("platform/scoring.Calculate")
        ... except InvalidEventNameError as error:
        ...     print(error.rule, error.position, error.suggestions[0])
        character 17 platform/scoring.calculate
    """

    name: object = None
    rule: NameRule = NameRule.TYPE
    position: int | None = None
    suggestions: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: object,
        rule: NameRule,
        position: int | None,
        *,
        detail: str,
        suggestions: tuple[str, ...],
    ) -> Self:
        """Put the sentence together.

        Args:
            name: What was given.
            rule: The first rule that it breaks.
            position: Where, as an index into the name.
            detail: The rest of the sentence ``"... is not an event name: <detail>"``.
            suggestions: The nearest known names.

        Returns:
            The error, with its attributes set.
        """
        where = "" if position is None else f" (at position {position})"
        error = cls(f"{_show(name)} is not an event name: {detail}{where}.{_did_you(suggestions)}")
        error.name, error.rule, error.position = name, rule, position
        error.suggestions = suggestions
        return error


class UnknownEventError(PlatformEventsError, LookupError):
    """No event class has this well-formed name.

    Attributes:
        name: The name.
        suggestions: The closest known names, closest first; may be empty.

    Example:
        >>> UnknownEventError("platform/scoring.calc", ("platform/scoring.calculate",)).name
        'platform/scoring.calc'
    """

    def __init__(self, name: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(name, suggestions)
        self.name = name
        self.suggestions = suggestions

    def __str__(self) -> str:
        """One sentence, with the nearest names."""
        return f"no event is named {_show(self.name)}.{_did_you(self.suggestions)}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a piece of data breaks. It never holds the value.

    Attributes:
        location: The path to the field, such as ``"measurements.0.rmssd_ms"``.
        rule: The rule's identifier, such as ``"missing"`` or ``"less_than_equal"``; the types of
            pydantic's errors (https://docs.pydantic.dev/latest/errors/validation_errors/).
        message: The rule as a sentence.

    Example:
        >>> str(Problem("gym_id", "missing", "Field required"))
        'gym_id: Field required'
    """

    location: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message


class InvalidEventError(PlatformEventsError, ValueError):
    """Data breaks the schema of its event; names the event, the fields and the rules.

    Attributes:
        event: The name of the event, or of the class if it is not an event itself.
        problems: The broken rules and their locations; the first 20.
        omitted: How many more problems there are.

    Example:
        >>> error = InvalidEventError("platform/x.y", [Problem("n", "int_type", "Not an integer")])
        >>> print(error)
        invalid platform/x.y: n: Not an integer
    """

    def __init__(self, event: str, problems: Sequence[Problem], omitted: int = 0) -> None:
        self.event = event
        self.problems: tuple[Problem, ...] = tuple(problems[:MAX_PROBLEMS])
        self.omitted: int = omitted + len(problems) - len(self.problems)
        super().__init__(event, self.problems, self.omitted)

    def __str__(self) -> str:
        """The event and its problems in one line."""
        more = f"; and {self.omitted:,} more" if self.omitted else ""
        return f"invalid {self.event}: {'; '.join(map(str, self.problems))}{more}"

    @classmethod
    def from_pydantic(cls, event: str, error: pydantic.ValidationError) -> Self:
        """Take over what pydantic found, without the values that it found it in.

        Args:
            event: The name of the event.
            error: What pydantic raised.

        Returns:
            The error, one problem for each of pydantic's.
        """
        details = error.errors(include_url=False, include_input=False, include_context=False)
        problems = [
            Problem(
                # The fallback of an open union has no name in a path.
                ".".join(show_key(part) for part in detail["loc"] if part != ""),
                detail["type"],
                _KINDS.get(detail["type"], detail["msg"]),
            )
            for detail in details
        ]
        # pydantic goes on to count the items that are left when it has refused others.
        refused = [problem.location for problem in problems]
        return cls(
            event,
            [
                problem
                for problem in problems
                if problem.rule != "too_short"
                or not any(place.startswith(f"{problem.location}.") for place in refused)
            ],
        )


class EventTooLargeError(PlatformEventsError, ValueError):
    """An event is larger than a server accepts. Raised before it is sent.

    Attributes:
        event: The name of the event.
        size: Its size as JSON, in bytes.
        limit: The most bytes allowed: the setting ``max_event_bytes``.

    Example:
        >>> print(EventTooLargeError("platform/x.y", size=12, limit=10))
        platform/x.y is too large to send: 12 bytes as JSON, and max_event_bytes is 10
    """

    def __init__(self, event: str, size: int, limit: int) -> None:
        super().__init__(event, size, limit)
        self.event = event
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        """The event, its size and the limit."""
        return (
            f"{self.event} is too large to send: {self.size} bytes as JSON, "
            f"and max_event_bytes is {self.limit}"
        )


class TypedEvent(Protocol):
    """What a sender needs of an event: the part of :class:`platform_events.Event` that errors name.

    Errors lie below events, so that they cannot name the class itself.
    """

    event_name: ClassVar[str]

    def to_inngest(
        self, *, id: str | None = None, ts: int | datetime | None = None
    ) -> inngest.Event:
        """Make the SDK's event of it.

        Args:
            id: An idempotency key.
            ts: When it happened: milliseconds since 1970, or an aware datetime.

        Returns:
            The SDK's event.
        """
        ...


class SendError(PlatformEventsError):
    """Not all events were accepted. Nothing is lost: the error holds the rest.

    Attributes:
        status_code: The HTTP status of the last answer; None if no answer came.
        is_retriable: Whether the same events may be accepted later, unchanged: when the server is
            back, or the key or the address is corrected.
        accepted_ids: The ids of the events that were accepted, in the order sent.
        unsent: The events that were not, in order and as they were given, ready for
            ``send_events(error.unsent)``. After a failure without a clear answer an event may
            have arrived nevertheless: give events an ``id`` where a second run would do harm. For
            an iterator, it holds what was taken; the rest is still in the iterator.
        retry_after: How long the server asked to wait before the next attempt, in seconds.
        server_message: The server's own words, if it gave any. They are not part of the message,
            because nobody can promise that they quote no payload.
        may_have_arrived: Whether events of ``unsent`` may have been accepted all the same: an
            answer was lost, came too late or was not clear.

    Example:
        >>> SendError("no answer", status_code=503, is_retriable=True).is_retriable
        True
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        is_retriable: bool = False,
        accepted_ids: Sequence[str] = (),
        unsent: Sequence[TypedEvent | inngest.Event] = (),
        retry_after: float | None = None,
        server_message: str | None = None,
    ) -> None:
        # Not super(): the SDK's error, which sending mixes in, wants other arguments.
        Exception.__init__(self, message)
        self.status_code = status_code
        self.is_retriable = is_retriable
        self.accepted_ids: list[str] = list(accepted_ids)
        self.unsent: list[TypedEvent | inngest.Event] = list(unsent)
        self.retry_after = retry_after
        self.server_message = server_message
        self.may_have_arrived = False

    @classmethod
    def find(cls, error: BaseException) -> SendError | None:
        """Find the account of a send that was cancelled or interrupted.

        ``TimeoutError``, ``CancelledError`` and ``KeyboardInterrupt`` pass through a send as they
        are; what was accepted until then, and what was not, is among their causes.

        Args:
            error: What was raised.

        Returns:
            The error itself, or the first among its causes, contexts and group members; None if
            no send was interrupted by it.

        Example:
            >>> interrupted = KeyboardInterrupt()
            >>> interrupted.__cause__ = SendError("interrupted", accepted_ids=["01M8"])
            >>> account = SendError.find(interrupted)
            >>> account.accepted_ids if account else []
            ['01M8']
        """
        queue: list[BaseException | None] = [error]
        seen = set[int]()
        while queue:
            current = queue.pop(0)
            if isinstance(current, SendError):
                return current
            if current is None or id(current) in seen:
                continue
            seen.add(id(current))
            queue += [current.__cause__, current.__context__]
            if isinstance(current, BaseExceptionGroup):
                queue += cast("BaseExceptionGroup[BaseException]", current).exceptions
        return None


def _show(value: object) -> str:
    """Show a name, or the type of what should have been one, short and in ASCII."""
    if not isinstance(value, str):
        return f"a value of type {type(value).__name__}"
    return ascii(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}...")


def show_key(part: int | str) -> str:
    r"""Show one step of a path; a key of the data may be anything.

    Args:
        part: A key, or the number of an item.

    Returns:
        The step, short and in printable ASCII.

    Example:
        >>> show_key("line\nbreak")
        "'line\\nbreak'"
    """
    text = str(part)
    is_plain = text.isascii() and text.isprintable() and len(text) <= _SHOWN
    return text if is_plain else ascii(text[:_SHOWN])


def _did_you(suggestions: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(map(repr, suggestions))}?" if suggestions else ""
