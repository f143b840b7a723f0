from __future__ import annotations

import pytest

from platform_events.testing._local.clock import Clock


def test_what_is_due_is_done_in_order_and_once() -> None:
    clock = Clock(lambda: 0.0)
    done: list[str] = []
    clock.call_later(2, lambda: done.append("later"))
    clock.call_later(1, lambda: done.append("sooner"))
    clock.call_later(1, lambda: done.append("then"))
    clock.run_due()
    assert done == []
    clock.advance(2)
    clock.run_due()
    clock.run_due()
    assert done == ["sooner", "then", "later"]


def test_what_is_cancelled_is_not_done() -> None:
    clock = Clock(lambda: 0.0)
    done: list[str] = []
    clock.call_later(1, lambda: done.append("no")).cancel()
    clock.advance(1)
    clock.run_due()
    assert done == []
    assert clock.until_next() is None


def test_a_delay_counts_from_the_moved_time() -> None:
    clock = Clock(lambda: 10.0)
    clock.advance(100)
    clock.call_later(5, lambda: None)
    assert clock.time() == 110.0
    assert clock.until_next() == 5.0


def test_a_time_out_is_not_work() -> None:
    clock = Clock(lambda: 0.0)
    clock.call_later(1, lambda: None, is_work=False)
    assert clock.until_work() is None
    clock.call_later(3, lambda: None)
    clock.call_later(2, lambda: None).cancel()
    assert (clock.until_next(), clock.until_work()) == (1.0, 3.0)


def test_something_overdue_is_due_now() -> None:
    clock = Clock(lambda: 0.0)
    clock.call_later(-5, lambda: None)
    clock.advance(1)
    assert (clock.until_next(), clock.until_work()) == (0, 0)


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        Clock().advance(-1)
