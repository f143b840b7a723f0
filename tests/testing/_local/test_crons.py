"""Crons of functions that are served."""

from __future__ import annotations

from datetime import timedelta

import inngest

from platform_events.testing import LocalInngest
from tests.testing._local.apps import Functions, client_of, serving


def crons(client: inngest.Inngest, noted: list[inngest.Event], *texts: str) -> Functions:
    @client.create_function(
        fn_id="timed", trigger=[inngest.TriggerCron(cron=text) for text in texts]
    )
    def timed(ctx: inngest.ContextSync) -> None:
        noted.append(ctx.event)

    return [timed]


def test_a_cron_fires_whenever_its_time_passes() -> None:
    noted: list[inngest.Event] = []
    with LocalInngest() as server:
        client = client_of(server)
        with serving(client, crons(client, noted, "TZ=Europe/Berlin 30 7 * * *")) as url:
            server.register(url)
            server.wait_idle()
            assert noted == []
            server.advance(3 * 86400)
    assert len(noted) == 3
    assert {event.name for event in noted} == {"inngest/scheduled.timer"}
    times = [str(event.data["scheduledAt"]) for event in noted]
    assert times == sorted(times)
    assert noted[0].data["cron"] == "TZ=Europe/Berlin 30 7 * * *"
    assert noted[0].id == times[0]


def test_jitter_puts_off_by_the_least() -> None:
    noted: list[inngest.Event] = []
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(
            fn_id="timed", trigger=inngest.TriggerCron(cron="0 7 * * *", jitter="5m")
        )
        def timed(ctx: inngest.ContextSync) -> None:
            noted.append(ctx.event)

        with serving(client, [timed]) as url:
            server.register(url)
            server.advance(86401)
    [event] = noted
    assert event.id == event.data["scheduledAt"]
    assert str(event.data["scheduledAt"])[11:] == "07:00:00Z"
    assert str(event.data["fireAt"])[11:] == "07:00:01Z"


def test_a_cron_starts_no_batch() -> None:
    noted: list[int] = []
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(
            fn_id="both",
            trigger=[inngest.TriggerEvent(event="c/one"), inngest.TriggerCron(cron="0 7 * * *")],
            batch_events=inngest.Batch(max_size=5, timeout=timedelta(days=10) - timedelta(hours=1)),
        )
        def both(ctx: inngest.ContextSync) -> None:
            noted.append(len(ctx.events))

        with serving(client, [both]) as url:
            server.register(url)
            server.advance(86400)
    assert noted == [1]


def test_two_crons_of_a_function_start_it_once_at_the_same_time() -> None:
    noted: list[inngest.Event] = []
    with LocalInngest() as server:
        client = client_of(server)
        with serving(client, crons(client, noted, "0 7 * * *", "0 7,19 * * *")) as url:
            server.register(url)
            server.advance(86400)
    assert len(noted) == 2


def test_registering_again_takes_the_old_times_away() -> None:
    noted: list[inngest.Event] = []
    with LocalInngest() as server:
        client = client_of(server)
        for text in ("0 7 * * *", "0 8 * * *"):
            with serving(client, crons(client, noted, text)) as url:
                server.register(url)
                server.advance(86400)
    assert [event.data["cron"] for event in noted] == ["0 7 * * *", "0 8 * * *"]
