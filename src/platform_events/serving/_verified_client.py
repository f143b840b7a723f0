"""A client for the SDK's endpoint behind the gate, where signatures are already verified."""

from __future__ import annotations

from dataclasses import replace

import inngest
from typing_extensions import override

from ..sending.client import Client


class VerifiedClient(Client):
    """A twin of a production client, whose SDK endpoint verifies nothing."""

    # The SDK verifies each request over its canonical JSON, which it makes in pure Python: for a
    # large event that takes most of the time of a call. In dev mode it verifies nothing and runs a
    # call in the same way, so calls that the gate has verified go to an endpoint with this client.
    # That endpoint can be reached only through the gate. Its sends go through the client itself.

    def __init__(self, client: Client) -> None:
        super().__init__(replace(client.settings, is_production=False))
        self.is_production = True  # what middleware sees; the SDK itself goes by its mode
        self.logger = client.logger
        self.middleware = client.middleware
        self._client = client
        # One set of connections to Inngest's API, shared with the client, which closes it.
        vars(self)["_http_client"] = vars(client)["_http_client"]

    @override
    def _withhold_bearer(self) -> None:
        """Keep it: only the SDK's endpoint is in dev mode; the client is a production client."""

    @override
    def send_sync(
        self, events: inngest.Event | list[inngest.Event], *, skip_middleware: bool = False
    ) -> list[str]:
        return self._client.send_sync(events, skip_middleware=skip_middleware)

    @override
    async def send(
        self, events: inngest.Event | list[inngest.Event], *, skip_middleware: bool = False
    ) -> list[str]:
        return await self._client.send(events, skip_middleware=skip_middleware)
