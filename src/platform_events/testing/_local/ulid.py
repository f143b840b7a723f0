"""Ids as Inngest makes them: a time and 80 random bits, 26 characters of Crockford's base 32."""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections.abc import Callable
from typing import Final, NamedTuple

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26
_TIME_LENGTH: Final = 10
_ENTROPY_BYTES: Final = 10
_COUNTED_BYTES: Final = 4
_MAX_MILLIS: Final = (1 << 48) - 1


class Seed(NamedTuple):
    """What a sender chose, so that a repeated request gives the same ids."""

    millis: int
    # Ten bytes, of which the last four are counted up.
    entropy: bytes


def encode(millis: int, entropy: bytes) -> str:
    if not 0 <= millis <= _MAX_MILLIS or len(entropy) != _ENTROPY_BYTES:
        raise ValueError("a ULID has 48 bits of time and 10 bytes of entropy")
    number = int.from_bytes(millis.to_bytes(6, "big") + entropy, "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def is_ulid(text: str) -> bool:
    """Tell whether a text has the form of a ULID; case does not matter."""
    return len(text) == _LENGTH and set(text.upper()) <= set(_ALPHABET) and text[0] < "8"


def millis_of(text: str) -> int:
    millis = 0
    for character in text[:_TIME_LENGTH]:
        millis = millis << 5 | _ALPHABET.index(character)
    return millis


def parse_seed(header: str) -> Seed | None:
    """Read the header ``x-inngest-event-id-seed``."""
    # inngest/inngest: pkg/event/id.go
    millis, comma, entropy_text = header.partition(",")
    if not comma or not (millis.isascii() and millis.isdigit()):
        return None
    try:
        entropy = base64.b64decode(entropy_text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(entropy) != _ENTROPY_BYTES or not 0 < int(millis) <= _MAX_MILLIS:
        return None
    return Seed(int(millis), entropy)


def seeded(seed: Seed, index: int) -> str:
    """Make the id of one event of a request from the request's seed."""
    fixed, counted = seed.entropy[:-_COUNTED_BYTES], seed.entropy[-_COUNTED_BYTES:]
    number = (int.from_bytes(counted, "big") + index) % (1 << 8 * _COUNTED_BYTES)
    return encode(seed.millis, fixed + number.to_bytes(_COUNTED_BYTES, "big"))


def present_ms() -> int:
    """Tell the time in milliseconds since 1970, also where a test has frozen it."""
    return int(time.time() * 1000)


class Ulids:
    """Gives ids, each greater than the one before, by which the server orders events and runs."""

    def __init__(
        self,
        millis: Callable[[], int] = present_ms,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._millis = millis
        self._randomness = randomness
        self._last = (0, 0)

    def new(self) -> str:
        millis = self._millis()
        if millis > self._last[0]:
            # One bit less than there is, so that counting up cannot overflow.
            entropy = int.from_bytes(self._randomness(_ENTROPY_BYTES), "big") >> 1
            self._last = (millis, entropy)
        else:
            self._last = (self._last[0], self._last[1] + 1)
        return encode(self._last[0], self._last[1].to_bytes(_ENTROPY_BYTES, "big"))
