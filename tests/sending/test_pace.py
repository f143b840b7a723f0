"""How large requests are, by how quickly the server answers."""

from __future__ import annotations

from platform_events.sending._pace import MAX_BATCH_EVENTS, Pace


def test_requests_grow_while_full_ones_are_answered_quickly() -> None:
    pace = Pace()
    sizes = [pace.max_events]
    for _ in range(4):
        pace.note_answer(pace.max_events, 0.4)
        sizes.append(pace.max_events)
    assert sizes == [1_000, 2_000, 4_000, MAX_BATCH_EVENTS, MAX_BATCH_EVENTS]
    pace.note_answer(3, 0.01)  # says nothing about larger ones
    assert pace.max_events == MAX_BATCH_EVENTS


def test_requests_stay_as_they_are_when_the_server_takes_its_time() -> None:
    pace = Pace()
    pace.note_answer(1_000, 1)
    assert pace.max_events == 1_000


def test_requests_shrink_when_the_server_is_slow_or_silent() -> None:
    pace = Pace()
    pace.note_answer(1_000, 6)
    assert pace.max_events == 500
    for _ in range(10):
        pace.note_silence(pace.max_events)
    assert pace.max_events == 20
    pace.note_silence(5_000)
    assert pace.max_events == 20


def test_one_slow_event_says_nothing_about_many() -> None:
    pace = Pace()
    pace.note_answer(1, 6)
    pace.note_silence(1)
    assert pace.max_events == 1_000


def test_what_was_too_large_is_halved() -> None:
    pace = Pace()
    pace.note_too_large(1_000_000)
    assert pace.max_bytes == 500_000
    pace.note_too_large(2_000_000)
    assert pace.max_bytes == 500_000
