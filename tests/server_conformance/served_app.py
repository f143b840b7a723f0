"""An app that is registered at a server, and what tests do with the two."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging import getLogger
from typing import Any, Final

import httpx

from platform_events import (
    Client,
    Failure,
    ScoringCalculate,
    ScoringCalculated,
    ScoringReason,
    override_client,
    send_event,
)
from platform_events.sending.settings import ClientOptions
from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey
from tests.server_conformance.frameworks import Framework
from tests.server_conformance.journal import Note
from tests.server_conformance.shapes import Desk, Functions, calculated
from tests.server_conformance.target import Target

_TIMEOUT: Final = 30


@dataclass(frozen=True, slots=True)
class ServedApp:
    """A server and an app of functions of every shape.

    Attributes:
        target: The server.
        desk: What the functions were made with.
        app_id: The app's id.
        url: Where the app is served, as the server reaches it.
        app: Requests to the app, without the server.
        api: Requests to the server.
    """

    target: Target
    desk: Desk
    app_id: str
    url: str
    app: httpx.Client
    api: httpx.Client

    def register(self) -> httpx.Response:
        """Have the app register its functions, as the server would."""
        body = go_json.dumps({"url": self.url})
        kind = "cloud" if self.target.signing_key else "dev"
        headers = {"x-inngest-server-kind": kind, **self.signature(body)}
        return self.app.put("/api/inngest", content=body, headers=headers)

    def signature(self, body: bytes) -> dict[str, str]:
        """Give the headers with which the server signs a body."""
        key = self.target.signing_key
        if key is None:
            return {}
        return {"x-inngest-signature": SigningKey(key).sign(body, int(time.time()))}

    def event(self, shape: str, member: str, reason: ScoringReason = "manual") -> ScoringCalculate:
        """Make an event that starts a shape."""
        gym_id = self.desk.address(shape)
        return ScoringCalculate(member_id=member, gym_id=gym_id, score="progress", reason=reason)

    def raw(self, shape: str, member: str) -> dict[str, Any]:  # Any: JSON
        """Make the same as any sender does."""
        event = self.event(shape, member)
        return {"name": event.event_name, "data": event.to_data()}

    def calculated(self, member: str, value: float, gym_id: str = "") -> ScoringCalculated:
        """Make an event that runs wait for, or are cancelled by."""
        gym_id = gym_id or self.desk.address("nobody")
        return calculated(member, gym_id, value)

    def start(self, shape: str, member: str, reason: ScoringReason = "manual") -> str:
        """Send an event that starts a shape, and give its id."""
        return send_event(self.event(shape, member, reason))

    def notes(
        self, shape: str, what: str, event_id: str, *, count: int = 1, within: float = 0
    ) -> Sequence[Note]:
        """Wait for so many notes of a shape."""

        def found() -> Sequence[Note]:
            return self.desk.journal.of(event_id, what, shape)

        self.target.wait_until(lambda: len(found()) >= count, within)
        return found()

    def note(self, shape: str, what: str, event_id: str, *, within: float = 0) -> Note:
        """Wait for the one note of a shape."""
        (note,) = self.notes(shape, what, event_id, within=within)
        return note

    def result(self, shape: str, event_id: str, *, within: float = 0) -> Any:
        """Wait for what a run returns."""
        return self.note(shape, "returned", event_id, within=within).value

    def failure(
        self, shape: str, event_id: str
    ) -> tuple[dict[str, Any], Failure[ScoringCalculate]]:  # Any: JSON
        """Wait until a failure of a shape was handled; give what arrived, and it as it was read."""

        def found() -> list[Any]:
            notes = list(self.desk.journal.notes)
            handled = [note.value for note in notes if note.what == f"{shape} failed"]
            return [value for value in handled if value[0]["event"]["id"] == event_id]

        self.target.wait_until(lambda: bool(found()))
        ((data, failure),) = found()
        return data, failure

    def runs(self, event_id: str) -> dict[str, str]:
        """Give the statuses of an event's runs by their ids, as the server tells them now."""
        answer = self.api.get(f"/v1/events/{event_id}/runs")
        assert answer.status_code == 200
        runs: list[dict[str, str]] = answer.json()["data"] or []
        return {run["run_id"]: run["status"] for run in runs}


@contextmanager
def serve_app(
    target: Target, framework: Framework, make: Callable[[Desk], Functions] | None = None
) -> Generator[ServedApp]:
    """Host an app of all shapes, or of other functions, and register it."""
    unique = uuid.uuid4().hex
    desk = Desk(unique)
    is_local = target.app_host in {"127.0.0.1", "localhost"}
    with (
        _connecting(target, f"contract-{unique}") as client,
        framework.host(
            (make or framework.functions)(desk), "127.0.0.1" if is_local else "0.0.0.0"
        ) as port,
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"host": f"{target.app_host}:{port}"},
            timeout=_TIMEOUT,
            trust_env=False,
        ) as app,
        httpx.Client(
            base_url=target.url, headers=bearer(target), timeout=_TIMEOUT, trust_env=False
        ) as api,
    ):
        url = f"http://{target.app_host}:{port}/api/inngest"
        served = ServedApp(target, desk, client.app_id, url, app, api)
        registered = served.register()
        assert registered.json().get("ok") is True, registered.text
        yield served
        # A server that goes on shall not call what is gone.
        farewell: dict[str, object] = {"appname": client.app_id, "url": url, "functions": []}
        api.post("/fn/register", json=farewell)


@contextmanager
def _connecting(target: Target, app_id: str) -> Generator[Client]:
    options: ClientOptions = {
        "app_id": app_id,
        "is_production": target.signing_key is not None,
        "event_api_base_url": target.url,
        "api_base_url": target.url,
        "event_key": target.event_key,
        # What fails on purpose fills no log.
        "logger": getLogger("quiet"),
    }
    if target.signing_key is not None:
        options["signing_key"] = target.signing_key
    with override_client(**options) as client:
        yield client


def bearer(target: Target) -> dict[str, str]:
    """Give the headers with which the API of a server is asked."""
    key = target.signing_key
    return {} if key is None else {"authorization": f"Bearer {SigningKey(key).hash}"}
