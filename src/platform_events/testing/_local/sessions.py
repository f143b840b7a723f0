"""The sessions of an event (``meta.sessions``), which group the runs that it starts.

The Python SDK sends none, but other senders do, and the Event API checks them.

Source of the rules and limits: inngest/inngest: pkg/event/sessions.go, pkg/consts/consts.go
"""

from __future__ import annotations

from typing import Final

from .go_json import Json, JsonError

MAX_SESSIONS: Final = 5
MAX_KEY_BYTES: Final = 128
MAX_ID_BYTES: Final = 512


def resolve(meta: Json) -> dict[str, str]:
    """Merge the sessions that a sender set with those of the run that it sent from."""
    fields = {key.lower(): value for key, value in meta.items()} if isinstance(meta, dict) else {}
    given = _layer(fields.get("sessions", {}), "must be a string, number, or null", nulls=True)
    inherited = _layer(fields.get("propagated_sessions"), "must be a string or number")
    merged = {key: session for key, session in (given or {}).items() if session is not None}
    for key, session in sorted((inherited or {}).items()):
        if given is not None and key not in given and len(merged) < MAX_SESSIONS:
            merged[key] = session or ""
    _validate(merged)
    return merged


def _layer(value: Json, rule: str, *, nulls: bool = False) -> dict[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise JsonError("json: cannot unmarshal into Go value of type map[string]interface {}")
    layer: dict[str, str | None] = {}
    for key, session in value.items():
        if isinstance(session, bool | list | dict) or (session is None and not nulls):
            raise ValueError(f"event session {_quoted(key)} {rule}")
        layer[key] = None if session is None else str(session)
    return layer


def _validate(sessions: dict[str, str]) -> None:
    if len(sessions) > MAX_SESSIONS:
        raise ValueError(f"event sessions can include at most {MAX_SESSIONS} entries")
    for key, session in sessions.items():
        if not key:
            raise ValueError("event session keys cannot be empty")
        if len(key.encode()) > MAX_KEY_BYTES:
            raise ValueError(f"event session key {_quoted(key)} exceeds {MAX_KEY_BYTES} bytes")
        if not session:
            raise ValueError(f"event session {_quoted(key)} cannot have an empty ID")
        if len(session.encode()) > MAX_ID_BYTES:
            raise ValueError(f"event session {_quoted(key)} exceeds {MAX_ID_BYTES} bytes")


def _quoted(key: str) -> str:
    return f'"{key}"'
