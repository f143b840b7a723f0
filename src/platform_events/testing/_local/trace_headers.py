"""The trace context that a server sends with every call: its own, not that of the event's sender.

All calls of a run have one trace, and each has a span of its own, as seen on a real server.
"""

from __future__ import annotations

import json
import secrets
import uuid
from urllib.parse import quote

from .runs import Run


def trace_headers(run: Run, now_ms: int) -> dict[str, str]:
    trace_id = uuid.uuid5(uuid.NAMESPACE_URL, run.id).hex
    parent = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    reference = json.dumps({"tp": parent, "ts": now_ms}, separators=(",", ":"))
    app_id = run.function.id.rpartition("-")[0]
    return {
        "traceparent": parent,
        "tracestate": f"inngest@traceref={quote(reference, safe='')},"
        f"inngest@fn={run.function.uuid},"
        f"inngest@app={uuid.uuid5(uuid.NAMESPACE_URL, app_id)}",
    }
