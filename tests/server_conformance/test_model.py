"""Random apps and events, on the double or on a real server: laws that no server may break."""

from __future__ import annotations

import uuid
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from platform_events import ScoringReason, send_event
from tests.server_conformance.frameworks import FRAMEWORKS
from tests.server_conformance.model import (
    PLANS,
    REASONS,
    History,
    Plan,
    Sent,
    check_liveness,
    check_safety,
    make_function,
)
from tests.server_conformance.served_app import ServedApp, serve_app
from tests.server_conformance.shapes import Desk, Functions
from tests.server_conformance.target import RealServer, Target

MEMBERS = st.sampled_from(["a", "b"])
_LATE = frozenset({"batch", "debounce"})
ENDS_WITHIN_S = 40
"""No plan takes longer, once nothing is sent any more."""
QUIET_S = 6
"""For how long a server is watched that seems to have done everything."""


class AppMachine(RuleBasedStateMachine):
    """An app of random functions, which gets random events."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target
        self.opened = ExitStack()
        self.plans: dict[str, Plan] = {}

    @initialize(plans=st.lists(PLANS, min_size=5, max_size=8))
    def serve(self, plans: list[Plan]) -> None:
        self.plans = {f"f{number}": plan for number, plan in enumerate(plans)}
        opened = serve_app(self.target, FRAMEWORKS["fast_api"], self._functions)
        self.served: ServedApp = self.opened.enter_context(opened)
        self.history = History(self.served.desk.journal.notes)
        for reason in REASONS:
            self.send(["a", "b"], reason, is_repeated=False)

    def _functions(self, desk: Desk) -> Functions:
        return [
            one for shape, plan in self.plans.items() for one in make_function(desk, shape, plan)
        ]

    @rule(
        members=st.lists(MEMBERS, min_size=1, max_size=3),
        reason=st.sampled_from(REASONS),
        is_repeated=st.booleans(),
    )
    def send(self, members: list[str], reason: ScoringReason, *, is_repeated: bool) -> None:
        """Events come at once, perhaps each with an id of its own, and once more."""
        events = [self.served.event("model", member, reason) for member in members]
        for event in events:
            given = f"model-{uuid.uuid4().hex}" if is_repeated else None
            event_id = send_event(event, id=given)
            self.history.sent.append(Sent(given or event_id, event.member_id, reason))
            # In a batch, or put off, an id does not count before there is a run.
            if is_repeated and not any(plan.option in _LATE for plan in self.plans.values()):
                send_event(event, id=given)

    @rule(member=MEMBERS)
    def stop(self, member: str) -> None:
        """An event comes that runs wait for, or that cancels them."""
        self.target.pass_time()
        cancelled = [
            run_id
            for shape, plan in self.plans.items()
            if plan.option == "cancel"
            for run_id in self.history.alive(shape, member)
        ]
        count = len(self.history.notes)
        send_event(self.served.calculated(member, 1.0))
        self.target.pass_time()
        self.history.stopped.update(dict.fromkeys(cancelled, count))

    @rule(seconds=st.integers(0, 2))
    def pass_time(self, seconds: int) -> None:
        self.target.pass_time(seconds)

    @invariant()
    def keep_the_laws(self) -> None:
        for shape, plan in self.plans.items():
            check_safety(self.history, shape, plan)

    def has_ended(self) -> bool:
        try:
            for shape, plan in self.plans.items():
                check_liveness(self.history, shape, plan)
        except AssertionError:
            return False
        return True

    def teardown(self) -> None:
        try:
            if self.plans:
                self.target.wait_until(self.has_ended, ENDS_WITHIN_S)
                self.target.pass_time(QUIET_S)
                self.keep_the_laws()
                for shape, plan in self.plans.items():
                    check_liveness(self.history, shape, plan)
        finally:
            self.opened.close()


@pytest.mark.of_server
def test_the_laws_of_runs(target: Target) -> None:
    is_real = isinstance(target, RealServer)

    class Machine(AppMachine):
        def __init__(self) -> None:
            super().__init__(target)

    run_machine(
        Machine,
        settings=settings(
            max_examples=3 if is_real else 8,
            stateful_step_count=10,
            deadline=None,
            # A smaller example would take longer to find than it helps.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
