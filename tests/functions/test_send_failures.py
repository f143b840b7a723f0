"""What becomes of a run whose send fails: it is tried again if the events may pass later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import inngest
import pytest

from platform_events import Client, ScoringCalculate, create_function
from platform_events.sending.settings import Settings

from ..support.http import Connection, EventServer, Request
from .running_app import RunningApp, calculate, running

CALLS = Counter[str]()


def refuse(request: Request, connection: Connection) -> None:
    """Answer with the status that an event asks for."""
    _, status = request.events[0]["data"]["member_id"].split("_")
    connection.reply(int(status), b"{}")


@pytest.fixture(scope="module")
def app() -> Iterator[RunningApp]:
    with EventServer(refuse) as server:
        settings = Settings.resolve(
            {},
            app_id="other",
            is_production=False,
            event_api_base_url=server.url,
            send_timeout_s=30,
        )
        client = Client(settings)

        @create_function(fn_id="sends", trigger=ScoringCalculate, retries=2)
        def sends(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
            CALLS[event.member_id] += 1
            if event.gym_id == "in_a_step":
                ctx.step.run("send", client.send_sync, event.to_inngest())
            else:
                client.send_sync(event.to_inngest())

        with running([sends]) as app:
            yield app
        client.close()


# What failed in a step is raised in one more call.
@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize(("gym_id", "more"), [("in_the_run", 0), ("in_a_step", 1)])
@pytest.mark.parametrize(
    ("status", "calls"),
    [(401, 3), (403, 3), (404, 3), (503, 3), (400, 1), (413, 1), (422, 1)],
)
def test_a_run_is_tried_again_if_the_events_may_pass_later(
    app: RunningApp, status: int, calls: int, gym_id: str, more: int
) -> None:
    CALLS.clear()
    data = {**calculate(f"mem_{status}").to_data(), "gym_id": gym_id}
    run = app.run(ScoringCalculate.event_name, data)
    assert run.error is not None
    assert str(status) in str(run.error["message"])
    assert CALLS[f"mem_{status}"] == calls + more
