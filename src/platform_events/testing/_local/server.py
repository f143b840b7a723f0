"""The double as tests use it: :class:`LocalInngest`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from typing import Final, Self, TypeVar

from ...functions.event_function import Servable
from .._app_host import host_functions, listen, use_server
from .._real_time import run_in_real_time
from .._sent import Fault, SentEvents, check_fault
from .._typed_events import sent_event
from .event_api import ReceivedEvent
from .registration import check
from .run_results import run_of, runs_of, unfinished
from .runs import Run
from .server_thread import Inside, serve
from .service import Service, Settings
from .signing_key import SigningKey

_Result = TypeVar("_Result")
_WAIT_S: Final = 5.0


class LocalInngest:
    """A test double of an Inngest server: it does with a real app what Inngest does, over HTTP.

    It takes events, starts the functions that they trigger, calls the app step by step, and tries
    again what fails. It does all that ``create_function`` can ask for: filters, batches, debounce,
    rate limits, singletons, throttling, concurrency, priorities, cancellation, time-outs and crons.
    It keeps everything in memory, and is meant for tests and demonstrations only.

    It runs in a thread of its own, so the app must not be served by the thread that waits for it.
    At most a hundred calls are under way at once. Its time is real, even where a test has frozen
    time, and can be moved forward with :meth:`advance`.

    What it does not do is refused, never ignored: an option or an expression of another kind when
    an app registers; a step of another kind (such as a signal) ends its run, and says so. The guide
    to testing has the list.

    Args:
        port: Where to listen on loopback; 0 takes any free port.
        signing_key: Makes it a self-hosted server: it signs what it sends with the key as it is
            given, and asks apps for its hash. Without one it is a dev server. Give the bare
            hexadecimal key: SDKs take a prefix ``signkey-...-`` off, and refuse what is signed
            with it, as they do with the real server.
        event_keys: The event keys that are accepted. None accepts any key, as a dev server does;
            an empty list accepts none, as a server that was given none.
        retry_interval: Seconds before every retry, like ``inngest dev --retry-interval``. Without
            it the delays are Inngest's own, from 15 s to 2 h, and a test moves the clock.
        call_timeout: Seconds after which a call that was not answered counts as a failed attempt.

    Raises:
        ValueError: The signing key is not hexadecimal after its prefix.

    Example:
        >>> with LocalInngest() as server:
        ...     server.wait_idle()
        ...     server.runs
        []
    """

    def __init__(
        self,
        *,
        port: int = 0,
        signing_key: str | None = None,
        event_keys: Sequence[str] | None = None,
        retry_interval: float | None = None,
        call_timeout: float = 60.0,
    ) -> None:
        self._key_text = signing_key
        self._settings = Settings(
            signing_key=SigningKey(signing_key) if signing_key else None,
            event_keys=None if event_keys is None else tuple(event_keys),
            retry_interval=retry_interval,
            call_timeout=call_timeout,
        )
        self._port = port
        self._thread: threading.Thread | None = None
        self._inside: Inside | None = None
        self._serving = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<LocalInngest {self._inside.url if self._inside else 'not started'}>"

    @property
    def url(self) -> str:
        """Its origin, such as ``http://127.0.0.1:40123``; known once it was started."""
        return self._known.url

    @property
    def event_key(self) -> str:
        """An event key that it accepts; of several, the first."""
        keys = self._settings.event_keys
        return next(iter(keys), "") if keys is not None else "local"

    @property
    def signing_key(self) -> str | None:
        """The signing key that it was given."""
        return self._key_text

    @property
    def events(self) -> SentEvents:
        """The events that apps and tests sent and it accepted, the oldest first.

        They are what :func:`~platform_events.testing.capture_events` gives: a list of typed events,
        with their ids and times as its ``details``.
        """
        sent = SentEvents()
        for received in list(self._known.service.events):
            sent.add(sent_event(received.internal_id, received.event))
        return sent

    @property
    def fail(self) -> Fault | None:
        """How the Event API fails, as for :func:`~platform_events.testing.capture_events`.

        None, the default, is a server in order. With ``"time-out"`` a request is not answered
        before this changes; ``"refused"`` and ``"reset"`` break its connection.

        Raises:
            ValueError: There is no failure of this name.

        Example:
            >>> asked = ScoringCalculate(
            ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="manual"
            ... )
            >>> from platform_events.testing import use_server
            >>> with LocalInngest() as server, use_server(server):
            ...     server.fail = "rate-limited"
            ...     try:
            ...         send_event(asked)
            ...     except SendError as error:
            ...         error.status_code
            429
        """
        return self._known.service.fault

    @fail.setter
    def fail(self, fault: Fault | None) -> None:
        check_fault(fault)
        self._ask(lambda service: service.fail(fault))

    @property
    def runs(self) -> list[Run]:
        """Every run, the oldest first; they change while the server works."""
        return list(self._known.service.engine.runs)

    def env(self) -> dict[str, str]:
        """Give the environment that makes an app, and whoever sends events, use this server.

        Returns:
            Environment variables, for a subprocess or ``monkeypatch.setenv``. An Inngest client
            reads them when it is constructed.

        Example:
            >>> with LocalInngest() as server:
            ...     server.env()["INNGEST_EVENT_KEY"]
            'local'
        """
        # The two origins are set as well, since they would win over INNGEST_DEV if inherited.
        env = {
            "INNGEST_DEV": "0" if self._key_text else self.url,
            "INNGEST_API_BASE_URL": self.url,
            "INNGEST_EVENT_API_BASE_URL": self.url,
            "INNGEST_EVENT_KEY": self.event_key,
        }
        return {**env, "INNGEST_SIGNING_KEY": self._key_text} if self._key_text else env

    def start(self) -> None:
        """Start it, in a thread of its own.

        Raises:
            RuntimeError: It is already running.
            OSError: The port is taken.

        Example:
            >>> server = LocalInngest()
            >>> server.start()
            >>> server.stop()
        """
        if self._thread:
            raise RuntimeError("this LocalInngest is already running")
        listening = listen(self._port)
        ready: Future[Inside] = Future()
        thread = threading.Thread(
            target=run_in_real_time,
            args=(lambda: serve(self._settings, listening, ready),),
            name="LocalInngest",
            daemon=True,
        )
        thread.start()
        self._inside = ready.result()
        self._thread = thread

    def stop(self) -> None:
        """Stop it; nothing happens if it does not run. What it recorded can still be read.

        Example:
            >>> LocalInngest().stop()
        """
        self._serving.close()
        if self._thread and self._inside:
            self._inside.loop.call_soon_threadsafe(self._inside.stop.set)
            self._thread.join()
            self._thread = None

    def register(self, app_url: str) -> None:
        """Register an app, in place of what it registered before.

        Args:
            app_url: Where its functions are served; ``/api/inngest`` is put after a bare origin.

        Raises:
            RegistrationError: The app cannot be reached, or it or the server refuses.
            RuntimeError: The server is not running.

        Example:
            >>> with LocalInngest() as server:
            ...     try:
            ...         server.register("http://127.0.0.1:9")
            ...     except RuntimeError as error:
            ...         print(error)
            http://127.0.0.1:9 could not be registered: it does not answer (ConnectError)
        """
        status, answer = self._ask(lambda service: service.synchronize(app_url))
        check(app_url, status, answer)

    def serve(self, functions: Sequence[Servable]) -> None:
        """Serve functions of this process, in a thread, and register them, in place of others.

        From then on, until the server stops, the one client of the process sends to this server.

        Args:
            functions: What ``create_function`` declared.

        Raises:
            ConfigurationError: The functions cannot be registered.
            RuntimeError: The server is not running.

        Example:
            >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
            ... async def greet(ctx: inngest.Context, event: MemberFollowed) -> str:
            ...     return f"hello {event.follower_id}"
            >>> with LocalInngest() as server:
            ...     server.serve([greet])
            ...     event_id = send_event(
            ...         MemberFollowed(follower_id="mem_1", followee_id="mem_2", followed_at=now)
            ...     )
            ...     server.run_of(event_id).output
            'hello mem_1'
        """
        self._serving.close()
        with ExitStack() as opened:
            opened.enter_context(use_server(self))
            self.register(opened.enter_context(host_functions(functions)))
            self._serving = opened.pop_all()

    def advance(self, seconds: float, timeout: float = _WAIT_S) -> None:
        """Move its clock forward, through everything that falls due on the way.

        It first waits until the calls that are under way are answered, and so it does after each
        thing that falls due (a retry, the end of a sleep, a time-out, a cron, a batch). What that
        leads to is counted from there, as if the time had passed: three retries after 15, 30 and
        60 s happen in one ``advance(105)``. The time in events and the clock of the app stay.

        Args:
            seconds: By how much.
            timeout: How many seconds to wait for the answer to a call at most.

        Raises:
            ValueError: It is negative.
            TimeoutError: A call was not answered in time.
            RuntimeError: The server is not running.

        Example:
            >>> with LocalInngest() as server:
            ...     server.advance(3600)
        """
        self._ask(lambda service: service.advance(seconds, timeout))

    def wait_idle(self, timeout: float = _WAIT_S) -> None:
        """Wait until nothing goes on: no call is unanswered, and nothing is about to happen.

        What will happen by itself within ``timeout`` (a retry, the end of a sleep, a batch) is
        waited for; what lies further off is not, nor is a cron, nor a time-out of something that
        is waited for.

        Args:
            timeout: How many seconds to wait at most.

        Raises:
            TimeoutError: Something still goes on then; it names the runs.
            RuntimeError: The server is not running.

        Example:
            >>> with LocalInngest() as server:
            ...     server.wait_idle()
        """
        service = self._known.service

        def is_idle(left_s: float) -> bool:
            soon = service.clock.until_work()
            return not service.engine.calling and (soon is None or soon > left_s)

        if not self._ask(lambda service: service.until(is_idle, timeout)):
            raise TimeoutError(f"not idle after {timeout:.1f} s: {unfinished(self.runs)}")

    def runs_of(self, event_id: str, timeout: float = _WAIT_S) -> list[Run]:
        """Give the runs that an event started, once all of them, and their ``on_failure``, ended.

        Args:
            event_id: The id that sending it returned.
            timeout: How many seconds to wait at most.

        Returns:
            The runs, perhaps none; those of a batch too, whichever place the event has in it.

        Raises:
            TimeoutError: One has not ended then, such as one that sleeps; it names the runs, and
                what :meth:`advance` would do at once.
            RuntimeError: The server is not running.
        """
        return self._ask(lambda service: runs_of(service, event_id, timeout))

    def run_of(self, event_id: str, timeout: float = _WAIT_S) -> Run:
        """Give the one run that an event started, once it, and its ``on_failure``, ended.

        Args:
            event_id: The id that sending it returned.
            timeout: How many seconds to wait at most.

        Returns:
            The run.

        Raises:
            NoRunError: There is none, and none comes within the time; it says why: no function has
                a trigger for it, a filter is false, or flow control skipped it or puts it off.
            TimeoutError: The run has not ended then.
            LookupError: The event started several.
            RuntimeError: The server is not running.
        """
        return self._ask(lambda service: run_of(service, event_id, timeout))

    def clear(self) -> None:
        """Forget all events and runs, as between two tests that share a server.

        Runs that go on end without another call, and nothing that was due happens any more. The
        functions stay registered.

        Raises:
            RuntimeError: The server is not running.

        Example:
            >>> with LocalInngest() as server:
            ...     server.clear()
            ...     server.events
            []
        """
        self._ask(lambda service: service.clear())

    @contextmanager
    def down(self) -> Generator[None]:
        """Be out of order for a while: connections are refused, and no app is called.

        Afterwards it listens on the same port again, and goes on with the runs that it had. A send
        is tried until its time is over: ``send_timeout_s`` of :func:`use_server` makes that short.

        Raises:
            RuntimeError: The server is not running.

        Example:
            >>> asked = ScoringCalculate(
            ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="manual"
            ... )
            >>> from platform_events.testing import use_server
            >>> with (
            ...     LocalInngest() as server,
            ...     use_server(server, send_timeout_s=0.2),
            ...     server.down(),
            ... ):
            ...     try:
            ...         send_event(asked)
            ...     except SendError as error:
            ...         error.is_retriable
            True
        """
        self._ask(self._go_down)
        try:
            yield
        finally:
            self._ask(self._come_up)

    def _received(self, start: int) -> list[ReceivedEvent]:
        """Give the events from one on as they came, for those who look often."""
        return self._known.service.events[start:]

    async def _go_down(self, service: Service) -> None:
        service.engine.queue.pause()
        await self._known.listener.close()

    async def _come_up(self, service: Service) -> None:
        await self._known.listener.open()
        service.engine.queue.resume()

    @property
    def _known(self) -> Inside:
        if self._inside is None:
            raise RuntimeError("this LocalInngest has not been started")
        return self._inside

    def _ask(self, work: Callable[[Service], Coroutine[None, None, _Result]]) -> _Result:
        inside = self._known
        if self._thread is None:
            raise RuntimeError("this LocalInngest has been stopped")
        return asyncio.run_coroutine_threadsafe(work(inside.service), inside.loop).result()
