"""The signing key of a server: it signs calls, and is asked of apps."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

_PREFIX: Final = re.compile(r"signkey-\w+-")


def strip_prefix(key: str) -> str:
    """Take ``signkey-<env>-`` off a key, as SDKs do before they sign or check anything."""
    return _PREFIX.sub("", key, count=1)


class SigningKey:
    """A signing key as a self-hosted server uses it: as given, with its prefix."""

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            raw = bytes.fromhex(strip_prefix(text))
        except ValueError:
            raise ValueError("a signing key must be hexadecimal after its prefix") from None
        self.hash: str = hashlib.sha256(raw).hexdigest()

    def __repr__(self) -> str:
        return "SigningKey(...)"

    def sign(self, body: bytes, now: int) -> str:
        """Give the header ``x-inngest-signature`` of a body, at a time in seconds since 1970."""
        # inngest/inngest: pkg/execution/driver/httpdriver/util.go
        mac = hmac.new(self._text.encode(), body + str(now).encode(), hashlib.sha256)
        return f"t={now}&s={mac.hexdigest()}"

    def admits(self, authorization: str) -> bool:
        """Tell whether the header of that name bears the key or its hash."""
        # inngest/inngest: pkg/authn/signing_key_strategy.go
        given = strip_prefix(authorization.removeprefix("Bearer ").strip()).encode()
        known = (self.hash, strip_prefix(self._text))
        return any(hmac.compare_digest(given, one.encode()) for one in known)
