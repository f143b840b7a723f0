"""Whether an app could be registered."""

from __future__ import annotations

from typing import Final

from .go_json import Json

_OK: Final = 200


class RegistrationError(RuntimeError):
    """An app could not be registered.

    Attributes:
        status: The HTTP status of the app's answer, or 0 if it did not answer.
        reason: Why, as the server or the app said.
    """

    def __init__(self, app_url: str, status: int, reason: str) -> None:
        why = f"{reason} (HTTP {status})" if status else f"it does not answer ({reason})"
        super().__init__(f"{app_url} could not be registered: {why}")
        self.status = status
        self.reason = reason


def check(app_url: str, status: int, answer: Json) -> None:
    """Check what an app answered when it was asked to register."""
    if answer is True:
        return
    # The SDK answers 200 even when the server refused, with the server's answer as the body.
    found = answer if isinstance(answer, dict) else {}
    answered = found.get("error") or found.get("message") or answer or "it gave no reason"
    if found.get("ok") is True or (status == _OK and "error" not in found):
        answered = f"it registered at another server ({answered})"
    refused = found.get("status")
    raise RegistrationError(app_url, refused if isinstance(refused, int) else status, str(answered))
