"""Whether a request comes from Inngest: its signature, and the age of that.

The header is ``x-inngest-signature: t=<unix seconds>&s=<hex>``, where ``s`` is HMAC-SHA256 over the
canonical JSON (RFC 8785) of the body followed by the digits of ``t``, and the key is the text of
the signing key after its prefix (inngest/inngest: pkg/execution/driver/httpdriver/util.go). The SDK
compares no age, so that what was recorded once could be sent for ever; here it has five minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import jcs  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # no types

MAX_AGE_S: Final = 300
"""How far the time of a signature may lie from the present, either way, in seconds."""

_HEADER: Final = re.compile(r"t=([0-9]{1,12})&s=([0-9a-f]{64})")
_PREFIX: Final = re.compile(r"\Asignkey-\w+-")


class SignatureError(Exception):
    """A request does not come from Inngest, as far as can be told. It shows no part of it."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies signatures.

    Attributes:
        keys: The signing key, and during a rotation the other one.
        clock: Gives the present, in seconds since 1970.

    Example:
        >>> verifier = Verifier(["signkey-test-1234"], clock=lambda: 1_700_000_000.0)
        >>> try:
        ...     verifier.verify(None, b"{}")
        ... except SignatureError as error:
        ...     print(error)
        the request is not signed
    """

    keys: Sequence[str] = field(repr=False)
    clock: Callable[[], float]

    def verify(self, header: str | None, body: bytes) -> str:
        """Verify a request.

        Args:
            header: ``x-inngest-signature``, if there is one.
            body: The request's body.

        Returns:
            A header that the SDK accepts for the same body. It is the one given, unless that was
            made with the prefix of the key, as a self-hosted server does when it is configured
            with a key that has one.

        Raises:
            SignatureError: It is missing, malformed, too old, too far ahead, or does not match.
        """
        if header is None:
            raise SignatureError("the request is not signed")
        parsed = _HEADER.fullmatch(header)
        if parsed is None:
            raise SignatureError("the signature is malformed")
        seconds, mac = parsed.groups()
        age = int(self.clock()) - int(seconds)
        if abs(age) > MAX_AGE_S:
            how = f"{age} s old" if age > 0 else f"{-age} s ahead"
            raise SignatureError(
                f"the signature is {how}: it was sent before, or the clocks differ"
            )
        key = self._matching(mac, body, seconds)
        if key is None and body:
            # Inngest sends the canonical form, so this is seldom needed.
            body = _canonical(body)
            key = self._matching(mac, body, seconds)
        if key is not None:
            bare = _PREFIX.sub("", key, count=1)
            return header if key == bare else f"t={seconds}&s={_mac(bare, body, seconds)}"
        raise SignatureError(
            "the signature does not match: the request was altered, or INNGEST_SIGNING_KEY is "
            "not the key of the environment that sent it"
        )

    def _matching(self, mac: str, body: bytes, seconds: str) -> str | None:
        """Find the key, without or with its prefix, that a signature was made with."""
        bare = [_PREFIX.sub("", key, count=1) for key in self.keys]
        for key in dict.fromkeys([*bare, *self.keys]):
            if hmac.compare_digest(mac, _mac(key, body, seconds)):
                return key
        return None


def sign(key: str, body: bytes, *, now: int) -> str:
    """Sign a request, as Inngest does.

    Args:
        key: The signing key.
        body: Canonical JSON, or nothing.
        now: The present, in seconds since 1970.

    Returns:
        The header ``x-inngest-signature``.

    Example:
        >>> header = sign("signkey-test-1234", b"", now=1_700_000_000)
        >>> Verifier(["signkey-test-1234"], clock=lambda: 1_700_000_001.0).verify(header, b"")[:14]
        't=1700000000&s'
    """
    return f"t={now}&s={_mac(_PREFIX.sub('', key, count=1), body, str(now))}"


def authorization(key: str) -> str:
    """Say who asks, to the API that registers functions.

    Args:
        key: The signing key, which is hexadecimal after its prefix.

    Returns:
        The header ``authorization``: the hash of what the hexadecimal digits stand for
        (inngest-py: pkg/inngest/inngest/_internal/transforms.py, `hash_signing_key`).

    Example:
        >>> authorization("signkey-test-12345678")[:15]
        'Bearer b2ed9921'
    """
    digits = _PREFIX.sub("", key, count=1)
    return f"Bearer {hashlib.sha256(bytes.fromhex(digits)).hexdigest()}"


def _mac(key: str, body: bytes, seconds: str) -> str:
    mac = hmac.new(key.encode(), body, hashlib.sha256)
    mac.update(seconds.encode())
    return mac.hexdigest()


def _canonical(body: bytes) -> bytes:
    """Give the canonical form; of what is no JSON, the body itself."""
    try:
        return _CANONICALIZE(json.loads(body))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return body


_CANONICALIZE: Final = cast("Callable[[object], bytes]", vars(jcs)["canonicalize"])
