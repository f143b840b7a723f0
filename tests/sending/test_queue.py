"""Sends that share requests, against a model of the server: no network, threads or clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import httpx2
import inngest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_events.sending._batches import Batch
from platform_events.sending._outcome import Outcome, Verdict, judge_answer, judge_failure
from platform_events.sending._pace import Pace
from platform_events.sending._queue import QueuedSend, Seed, SendQueue, SharedRequest
from platform_events.sending._transport import Answer

ORIGIN = "http://h.test"
UNDER_WAY = 4
"""How many requests may be sent at once."""


def send_of(*numbers: int, deadline: float = 10) -> QueuedSend:
    events = [inngest.Event(name="a/b", data={"n": n}) for n in numbers]
    encoded = [json.dumps(n).encode() for n in numbers]
    return QueuedSend(Batch([*events], encoded), Outcome([*events]), deadline)


def numbers_of(request: SharedRequest) -> list[int]:
    numbers: list[int] = json.loads(request.body)
    return numbers


@dataclass
class Seeds:
    """Gives seeds that differ, the first of which wraps around soon."""

    count: int = 0

    def __call__(self) -> Seed:
        self.count += 1
        return Seed(self.count, bytes(6) + b"\xff\xff\xff\xfe")


@dataclass
class ModelServer:
    """Does with requests what an Event API does, and remembers which event got which ids."""

    bad: frozenset[int]
    ids: dict[str, int] = field(default_factory=dict[str, int])
    # How it answers to an event that it does not take, and how many events it takes at once.
    refusal: int = 400
    most: int = 5_000
    loses_neighbours: bool = False

    def handle(self, request: SharedRequest) -> Answer:
        numbers = numbers_of(request)
        if len(numbers) > self.most:
            return Answer(413, {}, b"<html>")
        stop = next((at for at, number in enumerate(numbers) if number in self.bad), None)
        if stop is not None and self.refusal != 400:
            return Answer(self.refusal, {}, b"<html>")
        taken = numbers[:stop]
        if stop and self.loses_neighbours:
            taken = taken[:-1]
        ids = [self._id(request.seed, place) for place in range(1, len(taken) + 1)]
        for id, number in zip(ids, taken, strict=True):
            # The same id for two events would make one of them vanish.
            assert self.ids.setdefault(id, number) == number
        status = 200 if stop is None else 400
        return Answer(status, {}, json.dumps({"ids": ids or [""], "status": status}).encode())

    def _id(self, seed: Seed, place: int) -> str:
        """As inngest/inngest does it: pkg/event/id.go."""
        last = (int.from_bytes(seed.entropy[6:]) + place) % 2**32
        return f"{seed.milliseconds}:{seed.entropy[:6].hex()}:{last}"


def judge(request: SharedRequest, answer: Answer | Exception) -> Verdict:
    if isinstance(answer, Exception):
        return judge_failure(answer, ORIGIN)
    return judge_answer(answer, request.event_count, ORIGIN)


SHAPES = st.lists(st.integers(1, 3), min_size=1, max_size=12)
FAULTS = st.sampled_from(["none", "none", "lost", "unreachable", "500", "interrupted"])


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_every_caller_gets_what_a_send_of_its_own_would_have_given(data: st.DataObject) -> None:
    """Whatever is refused, lost, repeated, too large or given up."""
    numbers = iter(range(100))
    sends = [send_of(*[next(numbers) for _ in range(size)]) for size in data.draw(SHAPES)]
    total = next(numbers)
    server = ModelServer(
        data.draw(st.frozensets(st.integers(0, total - 1), max_size=4)),
        refusal=data.draw(st.sampled_from([400, 403, 422, 500])),
        most=data.draw(st.sampled_from([3, 5, 5_000])),
        loses_neighbours=data.draw(st.booleans()),
    )
    queue = SendQueue(Pace(max_events=data.draw(st.integers(1, 12))), Seeds())
    abandoned = drive(queue, sends, server, data)
    accepted = list(server.ids.values())
    for send in sends:
        wanted: list[int] = [json.loads(encoded) for encoded in send.batch.encoded]
        for number, id in zip(wanted, send.outcome.ids, strict=True):
            assert accepted.count(number) <= 1  # nothing becomes a second event
            assert not id or server.ids[id] == number  # nobody gets the id of another's event
        if send in abandoned:
            continue
        assert send.is_settled
        is_refused = not server.bad.isdisjoint(wanted)
        assert send.outcome.is_complete == (not is_refused)


def drive(
    queue: SendQueue, sends: list[QueuedSend], server: ModelServer, data: st.DataObject
) -> set[QueuedSend]:
    """Let sends arrive, requests be answered and callers give up, in any order."""
    coming, abandoned = list(sends), set[QueuedSend]()
    under_way = list[SharedRequest]()
    faults_left = 6
    while coming or under_way:
        if coming and (not under_way or data.draw(st.booleans())):
            queue.add(coming.pop(0))
        else:
            request = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
            fault = data.draw(FAULTS) if faults_left else "none"
            faults_left -= fault != "none"
            if answer_with(fault, queue, request, server):
                under_way.append(request)
        if len(abandoned) < 2 and not data.draw(st.integers(0, 9)):
            left = data.draw(st.sampled_from(sends))
            if not left.is_settled and left not in coming:
                left.settle()
                abandoned.add(left)
        while (started := queue.start()) is not None:
            under_way.append(started)
            assert len(under_way) <= UNDER_WAY
    return abandoned


def answer_with(fault: str, queue: SendQueue, request: SharedRequest, server: ModelServer) -> bool:
    """Let an attempt end; whether there is another one."""
    if fault == "interrupted":
        server.handle(request)
        queue.put_back(request)
        return False
    if fault == "unreachable":
        request.take(judge(request, httpx2.ConnectError("refused")))
        return True
    answer = server.handle(request)
    if fault != "none":
        failure = Answer(500, {}, b"") if fault == "500" else httpx2.ReadTimeout("lost")
        request.take(judge(request, failure))
        return True
    verdict = judge(request, answer)
    request.take(verdict)
    queue.finish(request, verdict)
    return False


def queue_of(*sends: QueuedSend, pace: Pace | None = None) -> SendQueue:
    queue = SendQueue(pace or Pace(), Seeds())
    for send in sends:
        queue.add(send)
    return queue


def start(queue: SendQueue) -> SharedRequest:
    request = queue.start()
    assert request is not None
    return request


def test_a_send_on_an_idle_queue_leaves_at_once_and_the_next_ones_together() -> None:
    queue = queue_of()
    requests = list[SharedRequest]()
    for number in range(UNDER_WAY):
        queue.add(send_of(number))
        requests.append(start(queue))
    for number in range(10, 15):
        queue.add(send_of(number))
        assert queue.start() is None
    queue.finish(requests[0], judge(requests[0], Answer(200, {}, b'{"ids":["a"]}')))
    assert numbers_of(start(queue)) == [10, 11, 12, 13, 14]
    assert list(map(numbers_of, requests)) == [[0], [1], [2], [3]]


def test_a_request_keeps_to_the_limits() -> None:
    queue = queue_of(*[send_of(number, number) for number in range(10, 20)], pace=Pace(6))
    assert numbers_of(start(queue)) == [10, 10, 11, 11, 12, 12]
    queue.pace.max_bytes = 16
    assert len(start(queue).body) == 13  # the next one's "13,13" would make it 19


@pytest.mark.parametrize("status", [401, 404, 302, 200, 503, 429])
def test_what_holds_for_all_is_told_to_all(status: int) -> None:
    sends = [send_of(1), send_of(2)]
    queue = queue_of(*sends)
    request = start(queue)
    verdict = judge(request, Answer(status, {}, b"{}"))
    request.take(verdict)
    assert queue.finish(request, verdict) == sends
    assert [send.outcome.error().status_code for send in sends] == [status] * 2
    assert queue.start() is None


def test_ids_of_a_request_belong_to_the_events_in_their_order() -> None:
    sends = [send_of(1), send_of(2, 3), send_of(4)]
    queue = queue_of(*sends)
    request = start(queue)
    sends[0].settle()
    verdict = judge(request, Answer(200, {}, b'{"ids":["a","b","c","d"]}'))
    request.take(verdict)
    assert queue.finish(request, verdict) == sends[1:]
    assert [send.outcome.ids for send in sends] == [[""], ["b", "c"], ["d"]]


def test_after_a_refused_event_its_caller_is_alone_and_the_others_go_on() -> None:
    sends = [send_of(1, 2), send_of(3, 4), send_of(5)]
    queue = queue_of(*sends)
    request = start(queue)
    verdict = judge(request, Answer(400, {}, b'{"ids":["a","b","c"],"status":400}'))
    request.take(verdict)
    assert queue.finish(request, verdict) == sends[:1]
    alone, others = start(queue), start(queue)
    assert (numbers_of(alone), numbers_of(others)) == ([4], [5])
    assert alone.seed == request.seed.after(3)
    assert others.seed == request.seed.after(4)
    verdict = judge(alone, Answer(400, {}, b'{"ids":[""],"status":400}'))
    alone.take(verdict)
    assert queue.finish(alone, verdict) == sends[1:2]
    assert sends[1].outcome.ids == ["c", ""]


def test_whoever_gives_up_while_waiting_is_not_sent() -> None:
    sends = [send_of(1), send_of(2), send_of(3)]
    queue = queue_of(*sends)
    sends[1].settle()
    assert numbers_of(start(queue)) == [1, 3]
    assert queue.start() is None


def test_a_request_for_which_nobody_waits_any_more_is_dropped() -> None:
    send = send_of(1)
    queue = queue_of(send)
    request = start(queue)
    queue.put_back(request)
    assert start(queue) is request
    queue.put_back(request)
    send.settle()
    assert queue.start() is None


def test_a_deadline_while_waiting_says_how_the_server_did() -> None:
    waiting, told = send_of(1), send_of(2)
    queue = queue_of(waiting, told)
    other = SharedRequest([], Seed.new())
    queue.expire(waiting)
    error = waiting.outcome.error()
    assert (error.is_retriable, error.may_have_arrived) == (True, False)
    assert "earlier requests took until the deadline" in str(error)
    queue.note(other, judge_answer(Answer(503, {}, b"{}"), 1, ORIGIN))
    queue.expire(told)
    assert "answered with status 503" in str(told.outcome.error())
    queue.note(other, judge_answer(Answer(200, {}, b'{"ids":["a"]}'), 1, ORIGIN))
    assert queue.failure is None


def test_a_deadline_during_an_attempt_says_that_it_may_have_arrived() -> None:
    send = send_of(1)
    queue = queue_of(send)
    start(queue).begin_attempt()
    queue.expire(send)
    error = send.outcome.error()
    assert error.may_have_arrived
    assert error.unsent == send.batch.events
    assert "no answer came before the deadline" in str(error)


def test_a_deadline_between_attempts_tells_the_last_verdict() -> None:
    send = send_of(1)
    queue = queue_of(send)
    request = start(queue)
    request.begin_attempt()
    request.take(judge_failure(httpx2.ConnectError("refused"), ORIGIN))
    queue.expire(send)
    assert "ConnectError" in str(send.outcome.error())
    assert not send.outcome.is_unclear


def test_a_deadline_during_a_later_attempt_says_that_it_may_have_arrived() -> None:
    send = send_of(1)
    queue = queue_of(send)
    request = start(queue)
    request.begin_attempt()
    request.take(judge_failure(httpx2.ConnectError("refused"), ORIGIN))
    request.begin_attempt()
    queue.expire(send)
    assert "ConnectError" in str(send.outcome.error())
    assert send.outcome.is_unclear


def test_a_deadline_before_the_first_attempt_does_not_keep_others_from_it() -> None:
    send = send_of(1)
    queue = queue_of(send, send_of(2))
    request = start(queue)
    queue.expire(send)
    assert numbers_of(request) == [1, 2]
    error = send.outcome.error()
    assert (error.is_retriable, error.may_have_arrived) == (True, True)


def test_what_is_too_large_together_is_smaller_from_then_on() -> None:
    queue = queue_of(*[send_of(number) for number in range(10, 18)])
    request = start(queue)
    verdict = judge(request, Answer(413, {}, b""))
    request.take(verdict)
    queue.finish(request, verdict)
    assert queue.pace.max_bytes == len(request.body) // 2
    halves = [start(queue), start(queue)]
    assert [numbers_of(half) for half in halves] == [[10, 11, 12, 13], [14, 15, 16, 17]]


def test_nobody_waits_for_an_event_on_which_the_server_fails() -> None:
    queue = queue_of()
    failing = list[SharedRequest]()
    for number in range(30):
        queue.add(send_of(number))
        request = queue.start()
        if request is None:
            break
        verdict = judge(request, Answer(500, {}, b"{}"))
        request.take(verdict)
        queue.note(request, verdict)
        queue.note(request, verdict)
        failing.append(request)
    assert len(failing) == 20 + UNDER_WAY  # 20 aside, and those that hold others up
    queue.put_back(failing[-1])
    assert queue.start() is failing[-1]
    for request in failing:
        queue.finish(request, judge(request, Answer(500, {}, b"{}")))
    assert (queue.under_way, queue.suspects) == (0, 0)
    assert numbers_of(start(queue)) == [20 + UNDER_WAY]


@pytest.mark.parametrize("answer", [Answer(503, {}, b"{}"), Answer(500, {"retry-after": "1"}, b"")])
def test_a_server_that_is_not_available_is_not_about_one_event(answer: Answer) -> None:
    queue = queue_of(send_of(1))
    request = start(queue)
    verdict = judge(request, answer)
    queue.note(request, verdict)
    assert not verdict.may_be_about_one
    assert (queue.under_way, queue.suspects) == (1, 0)


def test_a_seed_goes_into_a_header() -> None:
    seed = Seed(1_700_000_000_000, bytes(range(10)))
    assert seed.header == "1700000000000,AAECAwQFBgcICQ=="
    assert seed.after(2).entropy == bytes([*range(9), 11])
    assert Seed.new() != Seed.new()
    assert len(Seed.new().entropy) == 10
