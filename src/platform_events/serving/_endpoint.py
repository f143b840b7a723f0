"""The endpoint: opened on the first request, for the client configured at that time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from ..errors import ConfigurationError
from ..functions.event_function import Servable
from ..sending.client import Client, configured_client, get_client
from ._answers import EndpointAnswer, RequestRejected
from ._gate import Gate
from ._rejection_log import RejectionLog
from ._servable import check_functions, is_any_async
from ._verified_client import VerifiedClient
from .options import ServeOptions, ServeSettings

S = TypeVar("S")

_LOG: Final = RejectionLog(logging.getLogger("platform_events.serving"), time.monotonic)


@dataclass(frozen=True, slots=True)
class OpenEndpoint(Generic[S]):
    """A gate and the SDK's endpoints behind it."""

    gate: Gate
    trusted: S = field(repr=False)  # for calls that the gate has verified
    verifying: S = field(repr=False)  # for other requests, which it verifies again

    def for_method(self, method: str) -> S:
        return self.trusted if method == "POST" else self.verifying


class Endpoint(Generic[S]):
    """What ``serve`` creates, for every framework."""

    # An app can be imported without configuration: open() reports what is missing, or the
    # constructor if there is a client already. A client configured later gets a gate of its own.

    def __init__(
        self,
        functions: Sequence[Servable],
        options: ServeOptions,
        build: Callable[[Client, Gate], S],
    ) -> None:
        settings = ServeSettings.resolve(**options)
        self.path = settings.serve_path
        self.health_path = settings.health_path
        self.functions = check_functions(functions)
        self.is_async = is_any_async(self.functions)
        self._options = options
        self._build = build
        self._lock = threading.Lock()
        self._opened: OpenEndpoint[S] | None = None
        if settings.client or configured_client():
            self.open()

    def open(self) -> OpenEndpoint[S]:
        """Return the endpoint for the current client."""
        client = self._options.get("client") or get_client()
        opened = self._opened
        if opened is not None and opened.gate.client is client:
            return opened
        with self._lock:
            opened = self._opened
            if opened is None or opened.gate.client is not client:
                opened = self._opened = self._make(client)
            return opened

    def _make(self, client: Client) -> OpenEndpoint[S]:
        gate = Gate.of(self.functions, ServeSettings.resolve(**self._options), client)
        verifying = self._build(client, gate)
        if gate.verifier is None:
            return OpenEndpoint(gate, verifying, verifying)
        return OpenEndpoint(gate, self._build(VerifiedClient(client), gate), verifying)


def unavailable(error: ConfigurationError) -> EndpointAnswer:
    """Return the answer of a service that is not configured, and log why."""
    _LOG.warn(error.setting, f"Functions cannot be served: {error}")
    message = "the service is not configured: its log says what is missing"
    return RequestRejected(500, "not_configured", message).answer
