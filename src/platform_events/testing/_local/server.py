"""A test double of an Inngest server, in this process and on loopback; no server for production."""

from __future__ import annotations

import asyncio
import math
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from .calls import SigningKey
from .event_api import ReceivedEvent
from .registration import check
from .runs import Run
from .server_thread import HOST, Inside, serve
from .service import Service, Settings

if TYPE_CHECKING:
    from ...serving.gate import Servable

_Result = TypeVar("_Result")
_WAIT: Final = 5.0


class LocalInngest:
    """A test double of an Inngest server: it does with a real app what Inngest does, over HTTP.

    It takes events, starts the functions that they trigger, calls the app step by step, and retries
    what fails. It keeps everything in memory, and is meant for tests and demonstrations only. Each
    one runs in a thread of its own, so the app must not be served by the thread that waits for it.

    Done: event names with wildcards, filters (of the kind that
    :mod:`platform_events.testing._local.expressions` describes), steps that run, run in parallel,
    sleep, wait for an event, invoke and send events, retries, ``on_failure``, cancellation by
    event, batches, ``idempotency``, ``timeouts.finish``, events in the future, signatures. A
    hundred calls are under way at once, at most.

    Accepted and not done, since it changes only when something happens: ``concurrency``,
    ``priority``, ``throttle``, ``timeouts.start``. A cron trigger is accepted and never fires; such
    a function can still be invoked. Refused at registration, since runs would be other ones:
    ``debounce``, ``rateLimit``, ``singleton``, apps that connect instead of being called, an
    expression of another kind, and any option that is unknown. A run that asks for something else
    (such as ``step.ai``) fails and says so. Left out: limits of the size and number of steps,
    ``use_api``, in-band registration, multipart bodies, the user interface.

    Args:
        port: Where to listen on loopback; 0 takes any free port.
        signing_key: Makes it a self-hosted server: what it sends is signed, and it asks for the
            hash of the key. Without one it is a dev server.
        event_keys: The event keys that are accepted. None accepts any key, as a dev server does;
            an empty list accepts none, as a server that was given none.
        retry_interval: Seconds before every retry, like ``inngest dev --retry-interval``. Without
            it the delays are Inngest's own, from 15 s to 2 h, and a test moves the clock.
        call_timeout: Seconds after which a call that was not answered counts as a failed attempt.

    Raises:
        ValueError: When the signing key is not hexadecimal after its prefix.

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
    def events(self) -> list[ReceivedEvent]:
        """The events that apps and tests sent and it accepted, the oldest first."""
        return list(self._known.service.events)

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
            RuntimeError: When it runs already.
            OSError: When the port is taken.

        Example:
            >>> server = LocalInngest()
            >>> server.start()
            >>> server.stop()
        """
        if self._thread:
            raise RuntimeError("this LocalInngest runs already")
        listening = socket.create_server((HOST, self._port))
        # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready: Future[Inside] = Future()
        thread = threading.Thread(
            target=lambda: asyncio.run(serve(self._settings, listening, ready)),
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
            RegistrationError: When the app cannot be reached, or it or the server refuses.
            RuntimeError: When the server does not run.

        Example:
            >>> with LocalInngest() as server:
            ...     try:
            ...         server.register("http://127.0.0.1:9")
            ...     except RuntimeError as error:
            ...         print(error)
            http://127.0.0.1:9 could not be registered: ConnectError (status 0)
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
            RuntimeError: When the server does not run.

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
        # Loaded here, so that a server for other apps needs no web framework.
        from .._app_host import host_functions, use_server

        self._serving.close()
        with ExitStack() as opened:
            opened.enter_context(use_server(self))
            self.register(opened.enter_context(host_functions(functions)))
            self._serving = opened.pop_all()

    def advance(self, seconds: float) -> None:
        """Move its clock forward: what becomes due (retries, sleeps, time-outs) happens at once.

        What that leads to in turn is counted from the new time, so several retries take several
        moves. Neither the time in events nor the clock of the app changes.

        Args:
            seconds: By how much.

        Raises:
            ValueError: When it is negative.
            RuntimeError: When the server does not run.

        Example:
            >>> with LocalInngest() as server:
            ...     server.advance(3600)
        """
        self._ask(lambda service: service.advance(seconds))

    def wait_idle(self, timeout: float = _WAIT) -> None:
        """Wait until nothing goes on: no call is unanswered, and nothing is about to happen.

        What will happen by itself within ``timeout`` (a retry, the end of a sleep, a batch) is
        waited for; what lies further off is not, nor is a time-out of something that is waited for.

        Args:
            timeout: How many seconds to wait at most.

        Raises:
            TimeoutError: When something still goes on then; it names the runs.
            RuntimeError: When the server does not run.

        Example:
            >>> with LocalInngest() as server:
            ...     server.wait_idle()
        """
        deadline = time.monotonic() + timeout
        service = self._known.service

        def idle() -> bool:
            soon = service.clock.until_work()
            return not service.engine.calling and (
                soon is None or time.monotonic() + soon > deadline
            )

        if not self._ask(lambda service: service.until(idle, timeout)):
            raise TimeoutError(f"not idle after {timeout:.1f} s: {_unfinished(self.runs)}")

    def runs_of(self, event_id: str, timeout: float = _WAIT) -> list[Run]:
        """Give the runs that an event started, once all of them have ended.

        Args:
            event_id: The id that sending it returned.
            timeout: How many seconds to wait at most.

        Returns:
            The runs, perhaps none; those of a batch too, whichever place the event has in it.

        Raises:
            TimeoutError: When one has not ended then, such as one that sleeps; it names the runs,
                and what :meth:`advance` would do at once.
            RuntimeError: When the server does not run.
        """
        service = self._known.service
        ended = self._ask(
            lambda service: service.until(
                lambda: all(run.ended for run in _started_by(service, event_id)), timeout
            )
        )
        if not ended:
            unfinished = _unfinished(_started_by(service, event_id))
            raise TimeoutError(
                f"not ended after {timeout:.1f} s: {unfinished}{self._ask(_what_comes)}"
            )
        return _started_by(service, event_id)

    def run_of(self, event_id: str, timeout: float = _WAIT) -> Run:
        """Give the one run that an event started, once it has ended.

        Args:
            event_id: The id that sending it returned.
            timeout: How many seconds to wait at most.

        Returns:
            The run.

        Raises:
            TimeoutError: When there is none then, or it has not ended.
            LookupError: When the event started several.
            RuntimeError: When the server does not run.
        """
        deadline = time.monotonic() + timeout
        began = self._ask(
            lambda service: service.until(lambda: bool(_started_by(service, event_id)), timeout)
        )
        if not began:
            raise TimeoutError(f"event {event_id} started no run within {timeout:.1f} s")
        runs = self.runs_of(event_id, max(deadline - time.monotonic(), 0))
        if len(runs) > 1:
            raise LookupError(f"event {event_id} started {len(runs)} runs: {runs}")
        return runs[0]

    @property
    def _known(self) -> Inside:
        if self._inside is None:
            raise RuntimeError("this LocalInngest was not started")
        return self._inside

    def _ask(self, work: Callable[[Service], Coroutine[None, None, _Result]]) -> _Result:
        inside = self._known
        if self._thread is None:
            raise RuntimeError("this LocalInngest was stopped")
        return asyncio.run_coroutine_threadsafe(work(inside.service), inside.loop).result()


def _started_by(service: Service, event_id: str) -> list[Run]:
    return [
        run
        for run in service.engine.runs
        if any(one.internal_id == event_id for one in run.accepted)
    ]


async def _what_comes(service: Service) -> str:
    """Say how to get to what lies in the future, such as the end of a sleep."""
    soon = service.clock.until_work()
    if not soon:
        return ""
    return f"; more is due in {soon:.1f} s, which advance({math.ceil(soon)}) does at once"


def _unfinished(runs: Sequence[Run]) -> str:
    return ", ".join(repr(run) for run in runs if not run.ended) or "a call is not answered"
