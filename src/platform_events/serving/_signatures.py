"""Signatures: whether a request comes from Inngest, and was made recently.

The header is ``x-inngest-signature: t=<unix seconds>&s=<hex>``, where ``s`` is HMAC-SHA256 over the
body followed by the digits of ``t``, keyed with the text of the signing key after its prefix.
Inngest signs the canonical JSON (RFC 8785) of a body and sends calls in that form
(inngest/inngest: pkg/execution/driver/httpdriver/util.go), so the bytes are verified as received.
If a small body does not match, its canonical form is tried as well; for a large body that would
cost the server much more than the forger.

The SDK does not check the age of a signature, so a recorded request could be replayed forever. Here
a signature expires. The limit applies both ways: one from too far in the future is refused as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from ..sending._hosts import is_loopback

MAX_AGE_S: Final = 300.0
"""How far in the past or in the future a signature may have been made, in seconds."""

PROBE_VALIDITY_S: Final = 15
"""How long a signature of :func:`sign_probe` is valid, in seconds."""

# The cost of canonicalizing grows with the body: this much takes about 5 ms.
_MAX_CANONICALIZED_BYTES: Final = 16 * 1024

# Upper-case hexadecimal is refused on purpose: Inngest sends lower case, and a signature with only
# one spelling cannot pass the replay check twice.
_HEADER: Final = re.compile(r"t=([0-9]{1,12})&s=([0-9a-f]{64})")
_PREFIX: Final = re.compile(r"\Asignkey-\w+-")


SignatureFault: TypeAlias = Literal["missing", "malformed", "stale", "mismatch"]


class SignatureError(Exception):
    """A request cannot be shown to come from Inngest. The message quotes no part of it."""

    def __init__(self, fault: SignatureFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed ``x-inngest-signature`` header."""

    seconds: str  # since 1970, as the digits that were signed
    mac: str = field(repr=False)

    def __str__(self) -> str:
        return f"t={self.seconds}&s={self.mac}"


class Signer:
    """Signs with one key (a signing key without its prefix), which never appears in its repr."""

    __slots__ = ("_state",)

    def __init__(self, key: str) -> None:
        self._state = hmac.new(key.encode(), digestmod=hashlib.sha256)

    def mac(self, body: bytes, seconds: str) -> str:
        """Return the MAC of a body signed at a given time, in hexadecimal."""
        state = self._state.copy()
        state.update(body)
        state.update(seconds.encode())
        return state.hexdigest()

    def sign(self, body: bytes, *, now: int) -> str:
        """Return the value of the header ``x-inngest-signature``."""
        return str(Signature(str(now), self.mac(body, str(now))))


class _AcceptedKey(NamedTuple):
    request_signer: Signer
    answer_signer: Signer


class Verifier:
    """Verifies signatures with the signing key and, during a rotation, the fallback key."""

    def __init__(
        self, keys: Sequence[str], clock: Callable[[], float], max_age_s: float = MAX_AGE_S
    ) -> None:
        self.clock = clock
        self.max_age_s = max_age_s
        texts = [(key, _strip_prefix(key)) for key in keys]
        self._accepted = [_AcceptedKey(Signer(text), Signer(text)) for _, text in texts]
        # A self-hosted server signs with its key as written, prefix included.
        self._accepted += [
            _AcceptedKey(Signer(key), Signer(text)) for key, text in texts if key != text
        ]

    def check_header(self, header: str | None) -> Signature:
        """Check what can be checked before the body is read."""
        if header is None:
            raise SignatureError("missing", "the request is not signed")
        parsed = _HEADER.fullmatch(header)
        if parsed is None:
            raise SignatureError("malformed", "the signature is malformed")
        signature = Signature(*parsed.groups())
        age = int(self.clock()) - int(signature.seconds)
        if abs(age) > self.max_age_s:
            how = f"{age} s old" if age > 0 else f"{-age} s ahead"
            raise SignatureError(
                "stale", f"the signature is {how}: it was sent before, or the clocks differ"
            )
        return signature

    def verify(self, header: str | None, body: bytes) -> Signer:
        signature = self.check_header(header)
        signer = self._matching(signature, body)
        if signer is None and 0 < len(body) <= _MAX_CANONICALIZED_BYTES:
            signer = self._matching(signature, canonical_json(body))
        if signer is not None:
            return signer
        raise SignatureError(
            "mismatch",
            "the signature does not match: the request was altered, or INNGEST_SIGNING_KEY is "
            "not the key of the environment that sent it",
        )

    def _matching(self, signature: Signature, body: bytes) -> Signer | None:
        for key in self._accepted:
            if hmac.compare_digest(signature.mac, key.request_signer.mac(body, signature.seconds)):
                return key.answer_signer
        return None


def sign(key: str, body: bytes, *, now: int) -> str:
    """Sign a request, as Inngest does."""
    return Signer(_strip_prefix(key)).sign(body, now=now)


def sign_probe(
    key: str, body: bytes, *, url: str, now: int, max_age_s: float = MAX_AGE_S
) -> str | None:
    """Sign a request that a person sends to their own service, so that nobody else can use it."""
    if not url.lower().startswith("https://") and not is_loopback(url):
        return None
    return sign(key, body, now=now - int(max_age_s) + min(PROBE_VALIDITY_S, int(max_age_s)))


def authorization(key: str) -> str:
    """Return the credentials for the API that registers functions."""
    return f"Bearer {hashlib.sha256(bytes.fromhex(_strip_prefix(key))).hexdigest()}"


def canonical_json(body: bytes) -> bytes:
    """Return the canonical form of a JSON body, or the body itself if it is not JSON. Slow."""
    import jcs  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # no types

    canonicalize = cast("Callable[[object], bytes]", vars(jcs)["canonicalize"])
    try:
        return canonicalize(json.loads(body)) if body else body
    except (ValueError, TypeError, OverflowError, RecursionError):
        return body


def _strip_prefix(key: str) -> str:
    return _PREFIX.sub("", key, count=1)
