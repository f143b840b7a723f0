"""What a server that fails answers, by the name of the failure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from ._sent import Fault

ANSWERS: Final[Mapping[Fault | None, tuple[int, Mapping[str, str], bytes]]] = {
    "server-error": (500, {}, b'{"error":"internal error","status":500}'),
    "rate-limited": (429, {}, b'{"error":"rate limited","status":429}'),
    "unauthorized": (401, {}, b'{"status":401,"message":"","error":"Event key not found"}'),
    "too-large": (413, {}, b'{"status":413,"error":"request body is too large"}'),
    "redirect": (302, {}, b""),
    "page": (200, {}, b"<html>the page of a proxy</html>"),
    "no-ids": (200, {}, b'{"ids":[],"status":200}'),
}
"""Status, headers and body. Other failures give no answer, or accept a part."""


def spoil_last(body: bytes) -> bytes:
    """Take the name off the last event of a request, at which a server stops."""
    *others, last = json.loads(body)
    return json.dumps([*others, {**last, "name": ""}]).encode()
