"""Reports what becomes of the calls of a function: log records, and an observer if there is one.

Records of the logger ``platform_events.functions`` carry these attributes (as ``extra``), and no
value of an event:

===============  =================================================================================
attribute        what it holds
===============  =================================================================================
``event_name``   the name of the event that started the run; of a batch, of the first one. Not
                 ``event``, which is what structlog calls the message
``event_id``     its id
``function``     the function's id at Inngest, ``<app>-<function>``
``run_id``       the id of the run
``attempt``      the attempt, counted from 0
``step``         the id of the step, in records about one
``problem``      which rule a field breaks, or the name of the error's class
===============  =================================================================================

A run that has failed for good leaves one ERROR, and so does one whose data is invalid. An attempt
that failed and will be repeated leaves a WARNING.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import inngest
from inngest._internal.errors import Error as SdkError

from .._printable import printable
from ..errors import PlatformEventsError
from ..events._hidden import Hidden
from ._final_error import FinalError

if TYPE_CHECKING:
    from .failures import InvalidEvent

_log: Final = logging.getLogger("platform_events.functions")

_MAX_NAME_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class FunctionId:
    """A function, as reports name it."""

    id: str  # at Inngest: <app>-<function>
    max_attempts: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function by Inngest."""

    function: FunctionId
    run_id: str
    attempt: int  # counted from 0
    events: Hidden[Sequence[inngest.Event]]

    @property
    def event(self) -> inngest.Event:
        """The event that started the run; of a batch, the first."""
        return self.events.value[0]

    def is_final(self, error: Exception) -> bool:
        """Whether an error ends the run, or the last attempt at something in it."""
        is_retriable = not isinstance(error, SdkError) or error.is_retriable
        return not is_retriable or self.attempt + 1 >= self.function.max_attempts

    def record_fields(self, problem: str) -> dict[str, object]:
        return {
            "event_name": self.event.name,
            "event_id": self.event.id,
            "function": self.function.id,
            "run_id": self.run_id,
            "attempt": self.attempt,
            "problem": problem,
        }


class CallObserver(Protocol):
    """Observes calls of functions, as telemetry does."""

    def observe_call(self, call: Call) -> AbstractContextManager[object]:
        """Return what is entered when a call begins, and left with its error when it ends."""
        ...

    def observe_step(self, call: Call, step_id: str) -> AbstractContextManager[object]: ...

    def context_of_call(self) -> Mapping[str, str]:
        """Return the trace context of the current call, as events carry it."""
        ...

    def note_invalid(self, events: Sequence[str]) -> None:
        """Take note of the names of events whose data is invalid, once for each run."""
        ...


class _Observation:
    observer: CallObserver | None = None


observation: Final = _Observation()
"""Who observes calls in this process; nobody, unless telemetry is switched on."""

_KEPT: Final = ("traceparent", "tracestate", "x-run-id")
_headers: Final[ContextVar[Mapping[str, str] | None]] = ContextVar("call_headers", default=None)


def keep_headers(headers: Mapping[str, str]) -> None:
    """Keep the headers of a call for who observes the function that it reaches."""
    if observation.observer is not None:
        # Not the signature, for example.
        _headers.set({name: headers[name] for name in _KEPT if name in headers})


def headers_of(call: Call) -> Mapping[str, str]:
    """Return the headers of the request that a call came with; empty if there is none."""
    headers = _headers.get()
    # The thread of a request may have served another one before.
    is_of_run = headers is not None and headers.get("x-run-id", call.run_id) == call.run_id
    return headers if headers is not None and is_of_run else {}


class CallReport:
    """Reports one call: enter it before the handler is called."""

    __slots__ = ("_is_reported", "_observed", "call")

    def __init__(self, call: Call) -> None:
        self.call = call
        self._is_reported = False
        observer = observation.observer
        self._observed = observer.observe_call(call) if observer else nullcontext()

    def __enter__(self) -> Self:
        self._observed.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception) and not self._is_reported:
            self._report_failure(error)
        self._observed.__exit__(kind, error, traceback)

    def report_invalid(self, invalid: Sequence[InvalidEvent], *, ends_run: bool) -> None:
        self._is_reported = ends_run
        if not _reported_runs.add(self.call.run_id):
            return  # a run is called again after each step
        problem = "; ".join(str(one.error) for one in invalid)
        _log.error(
            "%s: invalid data in run %s: %s",
            self.call.function.id,
            self.call.run_id,
            problem,
            extra=self.call.record_fields(problem),
        )
        if observation.observer is not None:
            observation.observer.note_invalid([one.event.name for one in invalid])

    def _report_failure(self, error: Exception) -> None:
        problem, call = describe_error(error), self.call
        if call.is_final(error):
            level, message = logging.ERROR, "%s: run %s failed: %s"
        else:
            level, message = logging.WARNING, "%s: an attempt of run %s failed: %s"
        _log.log(
            level,
            message,
            call.function.id,
            call.run_id,
            problem,
            extra=call.record_fields(problem),
        )


def report_malformed(function_id: str, run_id: str, problem: str) -> None:
    """Report a call that no function can be given, once for all attempts of a run."""
    function, run = (printable(text[:_MAX_NAME_LENGTH]) for text in (function_id, run_id))
    if not run or _reported_runs.add(run):
        facts = {"function": function, "run_id": run, "problem": problem}
        _log.error("%s: a call of run %s is invalid: %s", function, run, problem, extra=facts)


@contextmanager
def report_step(call: Call, step_id: str) -> Generator[None]:
    """Report a step that is executed: enter it around the step's handler."""
    observer = observation.observer
    with observer.observe_step(call, step_id) if observer else nullcontext():
        try:
            yield
        except Exception as error:
            problem = describe_error(error)
            # If it ends the run, the run is reported, too.
            _log.warning(
                "%s: step %s of run %s failed: %s",
                call.function.id,
                ascii(step_id),
                call.run_id,
                problem,
                extra={**call.record_fields(problem), "step": step_id},
            )
            raise


def describe_error(error: BaseException) -> str:
    """Describe an error by its class; only the text of the package's own errors holds no value."""
    name = type(error).__name__
    if isinstance(error, PlatformEventsError | FinalError):
        return f"{name}: {error}"
    if isinstance(error, inngest.StepError):  # the class of the step's own error
        return f"{name} ({printable(error.name[:_MAX_NAME_LENGTH])})"
    return name


class RecentRuns:
    def __init__(self, limit: int = 1_000) -> None:
        self._limit = limit
        self._ids: dict[str, None] = {}
        self._lock = threading.Lock()

    def add(self, run_id: str) -> bool:
        """Return whether the run is new."""
        with self._lock:
            if run_id in self._ids:
                return False
            self._ids[run_id] = None
            if len(self._ids) > self._limit:
                del self._ids[next(iter(self._ids))]
            return True


_reported_runs: Final = RecentRuns()
