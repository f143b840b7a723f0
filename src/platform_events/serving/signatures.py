"""Whether a request comes from Inngest: its signature, and the age of that.

The header is ``x-inngest-signature: t=<unix seconds>&s=<hex>``, where ``s`` is HMAC-SHA256 over the
body followed by the digits of ``t``, and the key is the text of the signing key after its prefix.
Inngest signs the canonical JSON (RFC 8785) of a body, and calls are sent in that form
(inngest/inngest: pkg/execution/driver/httpdriver/util.go), so the bytes are verified as they came.
A small body that does not match is tried in its canonical form, too; for a large one that would
cost whoever serves much more than whoever forges.
The SDK compares no age, so that what was recorded once could be sent for ever; here it expires.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, cast

from ..sending._hosts import is_loopback

MAX_AGE_S: Final = 300.0
"""How far the time of a signature may lie from the present, either way, in seconds."""

PROBE_VALIDITY_S: Final = 15
"""How long a signature of :func:`sign_probe` is valid, in seconds."""

# What it costs to canonicalize grows with the body: this much takes about 5 ms.
_MAX_CANONICALIZED_BYTES: Final = 16 * 1024

_HEADER: Final = re.compile(r"t=([0-9]{1,12})&s=([0-9a-f]{64})")
_PREFIX: Final = re.compile(r"\Asignkey-\w+-")


class SignatureFault(StrEnum):
    """What is wrong with a signature.

    Example:
        >>> SignatureFault("stale")
        <SignatureFault.STALE: 'stale'>
    """

    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"
    MISMATCH = "mismatch"


class SignatureError(Exception):
    """A request does not come from Inngest, as far as can be told. It shows no part of it.

    Attributes:
        fault: What is wrong.
    """

    def __init__(self, fault: SignatureFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Signature:
    """A header ``x-inngest-signature``, read.

    Attributes:
        seconds: When it was made, as the digits that were signed.
        mac: The MAC, in lower-case hexadecimal.
    """

    seconds: str
    mac: str = field(repr=False)

    def __str__(self) -> str:
        """The header."""
        return f"t={self.seconds}&s={self.mac}"


class Signer:
    """Signs with one key, which it does not show.

    Args:
        key: The text to sign with, which for Inngest is a signing key without its prefix.

    Example:
        >>> Signer("1234").sign(b"{}", now=1_700_000_000)[:14]
        't=1700000000&s'
    """

    __slots__ = ("_state",)

    def __init__(self, key: str) -> None:
        self._state = hmac.new(key.encode(), digestmod=hashlib.sha256)

    def mac(self, body: bytes, seconds: str) -> str:
        """Give the MAC of a body at a time, in hexadecimal."""
        state = self._state.copy()
        state.update(body)
        state.update(seconds.encode())
        return state.hexdigest()

    def sign(self, body: bytes, *, now: int) -> str:
        """Give the header ``x-inngest-signature``."""
        return str(Signature(str(now), self.mac(body, str(now))))


class Verifier:
    """Verifies signatures.

    Args:
        keys: The signing key, and during a rotation the other one.
        clock: Gives the present, in seconds since 1970.
        max_age_s: How old a signature may be, or how far ahead, in seconds.

    Example:
        >>> verifier = Verifier(["signkey-test-1234"], clock=lambda: 1_700_000_000.0)
        >>> try:
        ...     verifier.verify(None, b"{}")
        ... except SignatureError as error:
        ...     print(error)
        the request is not signed
    """

    def __init__(
        self, keys: Sequence[str], clock: Callable[[], float], max_age_s: float = MAX_AGE_S
    ) -> None:
        self.clock = clock
        self.max_age_s = max_age_s
        bare = [(Signer(_bare(key)), Signer(_bare(key))) for key in keys]
        # A self-hosted server signs with its key as it is written, prefix included.
        whole = [(Signer(key), Signer(_bare(key))) for key in keys if key != _bare(key)]
        self._signers = [*bare, *whole]

    def check_header(self, header: str | None) -> Signature:
        """Check what can be told before the body is read.

        Args:
            header: ``x-inngest-signature``, if there is one.

        Returns:
            The signature, which may not match yet.

        Raises:
            SignatureError: It is missing, malformed, too old or too far ahead.
        """
        if header is None:
            raise SignatureError(SignatureFault.MISSING, "the request is not signed")
        parsed = _HEADER.fullmatch(header)
        if parsed is None:
            raise SignatureError(SignatureFault.MALFORMED, "the signature is malformed")
        signature = Signature(*parsed.groups())
        age = int(self.clock()) - int(signature.seconds)
        if abs(age) > self.max_age_s:
            how = f"{age} s old" if age > 0 else f"{-age} s ahead"
            raise SignatureError(
                SignatureFault.STALE,
                f"the signature is {how}: it was sent before, or the clocks differ",
            )
        return signature

    def verify(self, header: str | None, body: bytes) -> Signer:
        """Verify a request.

        Args:
            header: ``x-inngest-signature``, if there is one.
            body: The request's body.

        Returns:
            What answers are signed with.

        Raises:
            SignatureError: It is missing, malformed, too old, too far ahead, or does not match.
        """
        signature = self.check_header(header)
        signer = self._matching(signature, body)
        if signer is None and 0 < len(body) <= _MAX_CANONICALIZED_BYTES:
            signer = self._matching(signature, canonical_json(body))
        if signer is not None:
            return signer
        raise SignatureError(
            SignatureFault.MISMATCH,
            "the signature does not match: the request was altered, or INNGEST_SIGNING_KEY is "
            "not the key of the environment that sent it",
        )

    def _matching(self, signature: Signature, body: bytes) -> Signer | None:
        for candidate, bare in self._signers:
            if hmac.compare_digest(signature.mac, candidate.mac(body, signature.seconds)):
                return bare
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
        >>> verifier = Verifier(["signkey-test-1234"], clock=lambda: 1_700_000_001.0)
        >>> verifier.check_header(header).seconds, isinstance(verifier.verify(header, b""), Signer)
        ('1700000000', True)
    """
    return Signer(_bare(key)).sign(body, now=now)


def sign_probe(
    key: str, body: bytes, *, url: str, now: int, max_age_s: float = MAX_AGE_S
) -> str | None:
    """Sign a request that a person sends to their own service, to be of no use to others.

    A signature covers neither address nor method, so whoever receives it can pass it on. It is made
    for https and loopback alone, and as if it had been made long ago: it is about to expire.

    Args:
        key: The signing key.
        body: Canonical JSON, or nothing.
        url: Where the request goes.
        now: The present, in seconds since 1970.
        max_age_s: How old a signature may be for that service, in seconds.

    Returns:
        The header ``x-inngest-signature``; None where others could read it on its way.

    Example:
        >>> sign_probe("signkey-test-1234", b"", url="http://scores.example.com", now=0) is None
        True
        >>> header = sign_probe("signkey-test-1234", b"", url="https://x.example", now=1_000)
        >>> Verifier(["signkey-test-1234"], clock=lambda: 1_000.0).check_header(header).seconds
        '715'
    """
    if not url.lower().startswith("https://") and not is_loopback(url):
        return None
    return sign(key, body, now=now - int(max_age_s) + min(PROBE_VALIDITY_S, int(max_age_s)))


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
    return f"Bearer {hashlib.sha256(bytes.fromhex(_bare(key))).hexdigest()}"


def canonical_json(body: bytes) -> bytes:
    """Give the canonical form, slowly; of what is not JSON, the body itself."""
    import jcs  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # no types

    canonicalize = cast("Callable[[object], bytes]", vars(jcs)["canonicalize"])
    try:
        return canonicalize(json.loads(body)) if body else body
    except (ValueError, TypeError, OverflowError, RecursionError):
        return body


def _bare(key: str) -> str:
    return _PREFIX.sub("", key, count=1)
