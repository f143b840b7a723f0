"""Errors in spans and metrics: their kind, and no text that may hold a value."""

from __future__ import annotations

from opentelemetry.trace import Span, Status, StatusCode

from ..errors import PlatformEventsError, SendError
from ..functions._final_error import FinalError
from ._attributes import ERROR_TYPE


def error_type(error: BaseException) -> str:
    """Return the kind of an error: of a send, the HTTP status or what broke the connection."""
    if isinstance(error, SendError):
        if error.status_code is not None:
            return str(error.status_code)
        if error.__cause__ is not None:
            return type(error.__cause__).__name__
    return type(error).__name__


def mark_failed(span: Span, error: BaseException) -> None:
    """Mark a span as failed. Only the text of the package's own errors holds no value."""
    is_ours = isinstance(error, PlatformEventsError | FinalError)
    description = str(error) if is_ours else None
    span.set_attribute(ERROR_TYPE, error_type(error))
    span.set_status(Status(StatusCode.ERROR, description))
