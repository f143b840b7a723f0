"""Keeps payloads and keys out of what error reporters send.

The frames of this package hold nothing that tells. Those of others do: an error reporter takes the
body of the request that Inngest made, the local variables of the SDK and of the HTTP client, and
the URLs in breadcrumbs and spans, which hold the event key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar, cast, get_args
from urllib.parse import quote

from ..events._hidden import Hidden
from ..events.fields import Sensitive
from ..events.payload import Payload

R = TypeVar("R", bound=Mapping[str, Any])  # Any: whatever a reporter's records hold

FILTERED: Final = "[Filtered]"
"""What stands in the place of what was taken out; Sentry's own word."""

_KEY_VARIABLES: Final = (
    "INNGEST_EVENT_KEY",
    "INNGEST_SIGNING_KEY",
    "INNGEST_SIGNING_KEY_FALLBACK",
)
# How a key may stand in a text, such as in a URL.
_SPELLINGS: Final[Sequence[Callable[[str], str]]] = (str, quote, partial(quote, safe=""))
# The shortest key that is looked for as it is: "test" would be found in half of all texts.
_SHORTEST_KEY: Final = 8
_MAX_DEPTH: Final = 40

_PATTERNS: Final = (
    # The path of the Event API ends in the event key.
    (re.compile(r"(/e/)[^/?#\s\"'<>)\]]+"), rf"\1{FILTERED}"),
    (re.compile(r"signkey-\w+-[0-9A-Za-z]+"), FILTERED),
    (re.compile(r"(?i)(bearer\s+)[^\s\"',]+"), rf"\1{FILTERED}"),
    (re.compile(r"t=\d+&s=[0-9a-fA-F]+"), FILTERED),
)
# An event's data in a repr or in JSON, whichever of its members a reporter has cut off.
_DATA: Final = re.compile(r"""\\?["']?\bdata\\?["']?\s*[:=]\s*\{""")
_HIDDEN_HEADERS: Final = frozenset({"authorization", "x-inngest-signature"})
# What holds keys and events in their local variables.
_HIDDEN_MODULES: Final = (
    "httpcore", "httpcore2", "httpx", "httpx2", "inngest", "platform_events", "pydantic",
)  # fmt: skip
_CALL_MEMBERS: Final = frozenset({"ctx", "event", "events", "steps"})


class Scrubber:
    """Hooks for Sentry that take payloads and keys out of what it is about to send.

    Of each field that is marked :class:`~platform_events.Sensitive` the value goes, wherever a
    dictionary has it; of events, of bodies of Inngest's calls and of the local variables in frames
    of the SDK and of the HTTP client everything goes; and of each text the keys.

    What it cannot know: a value that your code has copied into a variable, a message or a tag of
    another name.

    Args:
        keys: Keys to look for, beside those of the environment.

    Example:
        >>> import sentry_sdk
        >>> scrubber = Scrubber()
        >>> _ = sentry_sdk.init(
        ...     before_send=scrubber.scrub,
        ...     before_send_transaction=scrubber.scrub,
        ...     before_breadcrumb=scrubber.scrub,
        ... )
        >>> scrubber.scrub({"message": "POST https://inn.gs/e/evt_7f3a"})
        {'message': 'POST https://inn.gs/e/[Filtered]'}
    """

    def __init__(self, keys: Sequence[str] = ()) -> None:
        known = Hidden([*keys, *(os.environ.get(name, "") for name in _KEY_VARIABLES)])
        del keys  # error reporters would show a local variable
        forms = Hidden({spell(key) for key in known.value for spell in _SPELLINGS})
        # The longest first, as one key may be the beginning of another.
        self._keys = sorted(
            (form for form in forms.value if len(form) >= _SHORTEST_KEY), key=len, reverse=True
        )
        self._fields: frozenset[str] = frozenset()
        self._class_count = -1

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def scrub(self, record: R, hint: object = None) -> R:  # noqa: ARG002  # Sentry gives it
        """Take payloads and keys out of an event, a transaction or a breadcrumb of Sentry's.

        Args:
            record: What Sentry is about to keep or send.
            hint: What Sentry knows beside it; not looked at.

        Returns:
            A copy of it, scrubbed. If that fails, one that says so and holds nothing else.
        """
        try:
            return cast("R", self._scrub(record, is_captured=False, depth=0))
        except Exception as error:  # noqa: BLE001  # rather no report than one that tells
            return cast("R", {"message": f"scrubbing failed with {type(error).__name__}"})

    def _scrub(self, value: object, *, is_captured: bool, depth: int) -> object:
        """Scrub a part; below ``is_captured`` names are those of variables and members."""
        if depth > _MAX_DEPTH:
            return FILTERED
        if isinstance(value, str):
            return self._scrub_text(value)
        if isinstance(value, bytes | bytearray):
            return FILTERED
        if isinstance(value, Mapping):
            return self._scrub_mapping(
                cast("Mapping[object, object]", value), is_captured=is_captured, depth=depth
            )
        if isinstance(value, list | tuple | set | frozenset):
            parts = cast("Sequence[object]", value)
            return [self._scrub(p, is_captured=is_captured, depth=depth + 1) for p in parts]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._scrub_text(repr(value)) if is_captured else value

    def _scrub_mapping(
        self, value: Mapping[object, object], *, is_captured: bool, depth: int
    ) -> dict[object, object]:
        if _is_hidden_frame(value):
            value = {**value, "vars": FILTERED}
        is_event = _is_event(value)
        return {
            self._scrub_text(key) if isinstance(key, str) else key: FILTERED
            if (is_event and key == "data") or self._is_hidden(key, part, is_captured=is_captured)
            else self._scrub(part, is_captured=is_captured or key in _CAPTURED, depth=depth + 1)
            for key, part in value.items()
        }

    def _is_hidden(self, key: object, part: object, *, is_captured: bool) -> bool:
        name = str(key)
        if name.lower() in _HIDDEN_HEADERS:
            return True
        if name == "data" and _is_call(part):
            return True
        return is_captured and name in self._sensitive_fields()

    def _scrub_text(self, text: str) -> str:
        if _DATA.search(text):
            return FILTERED
        for key in self._keys:
            text = text.replace(key, FILTERED)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _sensitive_fields(self) -> frozenset[str]:
        classes = list(_descendants(Payload))
        if len(classes) != self._class_count:
            self._fields = frozenset(
                name
                for cls in classes
                for name, field in cls.model_fields.items()
                if any(isinstance(mark, Sensitive) for mark in field.metadata)
                or _is_sensitive(field.annotation)
            )
            self._class_count = len(classes)
        return self._fields


_CAPTURED: Final = frozenset({"breadcrumbs", "contexts", "data", "extra", "request", "vars"})


def _is_event(value: Mapping[object, object]) -> bool:
    return "data" in value and str(value.get("name", "")).startswith(("platform/", "inngest/"))


def _is_call(value: object) -> bool:
    """Whether it is the body of a call of Inngest's, parsed or not."""
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return len(_CALL_MEMBERS.intersection(map(str, members))) > 1
    return isinstance(value, str | bytes) and '"ctx"' in str(value) and '"steps"' in str(value)


def _is_hidden_frame(value: Mapping[object, object]) -> bool:
    module = str(value.get("module") or "")
    return "vars" in value and module.partition(".")[0] in _HIDDEN_MODULES


def _is_sensitive(annotation: object) -> bool:
    if any(isinstance(mark, Sensitive) for mark in getattr(annotation, "__metadata__", ())):
        return True
    return any(map(_is_sensitive, get_args(annotation)))


def _descendants(kind: type[Payload]) -> Iterator[type[Payload]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
