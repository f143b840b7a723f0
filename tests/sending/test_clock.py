"""The clock that stands still for nobody."""

from __future__ import annotations

import asyncio
import time
from importlib.util import find_spec, module_from_spec

import freezegun

from platform_events.sending import _clock


def test_the_clock_runs_while_time_is_frozen() -> None:
    with freezegun.freeze_time("2026-11-27"):
        before = _clock.now()
        time.sleep(0.01)  # by the clock that is not frozen
        assert 0 < _clock.now() - before < 60


def test_the_clock_may_be_imported_while_time_is_frozen() -> None:
    spec = find_spec(_clock.__name__)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    with freezegun.freeze_time("2026-11-27"):
        spec.loader.exec_module(module)
        before = module.now()
        time.sleep(0.01)  # by the clock that is not frozen
        assert 0 < module.now() - before < 60


def test_a_sleep_that_is_cancelled_as_it_ends_is_no_error() -> None:
    done = asyncio.Event()

    async def run() -> None:
        woken = asyncio.get_running_loop().create_future()
        woken.cancel()
        vars(_clock)["_finish"](woken)
        assert woken.cancelled()
        done.set()

    asyncio.run(run())
    assert done.is_set()


def test_a_loop_that_has_ended_is_not_woken() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    vars(_clock)["_wake_loop"](loop, lambda: None)
