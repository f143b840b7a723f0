"""The one configured Inngest client.

All sends and functions of a process go through it. :func:`configure` sets it explicitly; otherwise
:func:`get_client` creates it once from the environment.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import inngest
from typing_extensions import Unpack, override

from ..errors import ConfigurationError
from ..events._encoding import encode_any
from ..events._hidden import Hidden
from ._delivery import Delivery, SendFlow
from ._dispatch import Dispatch
from ._drivers import run_async, run_sync
from ._hosts import is_loopback
from ._observation import observed
from ._transport import Transport, active_transport, hide_in_logs
from .settings import ClientOptions, Settings

# Defaults for the client of a test, where the environment lacks a setting.
_FOR_TESTS: Final = {"PLATFORM_EVENTS_APP_ID": "test", "INNGEST_DEV": "1"}


class Client(inngest.Inngest):
    """The SDK's client, with sends that lose no event silently.

    The SDK's own ``send`` returns ``[]`` on several failures as if all were well, and fails on its
    second event loop. Here ``send`` and ``send_sync``, and with them ``step.send_event``, raise
    :class:`~platform_events.SendError` unless every event has an id of its own.

    Attributes:
        settings: The settings that it was created with.

    Example:
        >>> settings = Settings.resolve({"INNGEST_DEV": "1"}, app_id="scoring")
        >>> Client(settings).app_id
        'scoring'
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            # Every setting is passed, so that the SDK has nothing left to misread.
            api_base_url=settings.api_base_url,
            app_id=settings.app_id,
            app_version=settings.app_version,
            env=settings.env,
            event_api_base_url=settings.event_api_base_url,
            event_key=settings.event_key,
            is_production=settings.is_production,
            logger=settings.logger,
            middleware=list(settings.middleware),
            serializer=settings.serializer,
            signing_key=settings.signing_key,
        )
        self.settings = settings
        if not settings.sends_bearer:
            self._withhold_bearer()
        self._transport = Transport()
        self._dispatch = Dispatch(settings, self._transport)
        if settings.event_key is not None:
            hide_in_logs(settings.event_key)
        if is_loopback(settings.api_base_url):
            _reach_directly(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings!r})"

    def _withhold_bearer(self) -> None:
        # The SDK reads keys from the environment, and sends them to the API even in dev mode.
        for holder in (self, vars(self)["_http_client"]):
            for name in ("_signing_key", "_signing_key_fallback"):
                setattr(holder, name, None)

    @property
    def transport(self) -> Transport:
        """Its connections, or those of a test that captures events."""
        return active_transport() or self._transport

    @property
    def dispatch(self) -> Dispatch:
        """Passes its requests to its connections."""
        transport = self.transport
        if self._dispatch.transport is not transport:
            self._dispatch = Dispatch(self.settings, transport)
        return self._dispatch

    @property
    def delivery(self) -> Delivery:
        """Delivers events according to its settings.

        Raises:
            ConfigurationError: There is no event key, and the server needs one.
        """
        if self._dispatch.transport is self._transport:
            self.settings.event_url  # noqa: B018  # raises
        return Delivery(self, self.settings, self.dispatch.pace)

    def close(self) -> None:
        """Close its connections, and those of the SDK's client, which the SDK never closes.

        Connections of an event loop are closed when the loop ends.

        Example:
            >>> with override_client(app_id="test", is_production=False) as client:
            ...     client.close()
        """
        self._transport.close()
        # These attributes are private to the SDK, which may move them.
        sdk = getattr(getattr(self, "_http_client", None), "_http_client_sync", None)
        close = getattr(sdk, "close", None)
        if close is not None:  # as it is at present  # pragma: no branch
            close()

    @override
    def send_sync(
        self, events: inngest.Event | list[inngest.Event], *, skip_middleware: bool = False
    ) -> list[str]:
        """Send events of any name. For the platform's events, use ``send_event``.

        Args:
            events: One or more events of the SDK.
            skip_middleware: Whether to skip the client's middleware.

        Returns:
            The ids of the events, in order.

        Raises:
            SendError: Not all events were accepted.
        """
        flow = self._flow(events, skip_middleware=skip_middleware)
        del events  # tools that collect frames would show a local variable
        return run_sync(flow, self.dispatch)

    @override
    async def send(
        self, events: inngest.Event | list[inngest.Event], *, skip_middleware: bool = False
    ) -> list[str]:
        """Async version of :meth:`send_sync`.

        Args:
            events: One or more events of the SDK.
            skip_middleware: Whether to skip the client's middleware.

        Returns:
            The ids of the events, in order.

        Raises:
            SendError: Not all events were accepted.
        """
        flow = self._flow(events, skip_middleware=skip_middleware)
        del events  # tools that collect frames would show a local variable
        return await run_async(flow, self.dispatch)

    def _flow(
        self, events: inngest.Event | list[inngest.Event], *, skip_middleware: bool
    ) -> SendFlow:
        several = [events] if isinstance(events, inngest.Event) else events
        flow = self.delivery.send_many(several, encode_any, skip_middleware=skip_middleware)
        return observed(flow, self.settings)


def _reach_directly(client: inngest.Inngest) -> None:
    """Keep the SDK from using a proxy for a server on this machine."""
    # These attributes are private to the SDK and to its HTTP clients.
    both = getattr(client, "_http_client", None)
    for http in (getattr(both, "_http_client", None), getattr(both, "_http_client_sync", None)):
        getattr(http, "_mounts", dict[object, object]()).clear()


def configure(*, replace: bool = False, **options: Unpack[ClientOptions]) -> Client:
    """Configure the one client explicitly. Call it once, when the service starts.

    Args:
        replace: Whether a client with other settings may be replaced.
        **options: See :class:`~platform_events.sending.settings.ClientOptions`; what is absent is
            read from the environment.

    Returns:
        The client; the existing one if its settings are the same.

    Raises:
        ConfigurationError: A setting is missing or wrong, or a client with other settings exists,
            and ``replace`` is false.

    Example:
        >>> configure(app_id="scoring", is_production=False, replace=True).app_id
        'scoring'
    """
    given = Hidden(options)
    del options  # tools that collect frames would show a local variable
    settings = Settings.resolve(**given.value)
    _state.check_process()
    with _state.lock:
        if _state.layer.settings not in (None, settings) and not replace:
            raise ConfigurationError(
                "the client is configured already, with other settings: call configure() once, "
                "or with replace=True",
                setting="replace",
            )
        return _state.use(settings)


def get_client() -> Client:
    """Return the one client, and create it from the environment if there is none yet.

    Returns:
        The same client for every caller in this process. A forked process gets its own.

    Raises:
        ConfigurationError: The environment lacks a setting or has a wrong one.

    Example:
        >>> get_client() is get_client()
        True
    """
    _state.check_process()
    client = _state.layer.client
    if client is not None:
        return client
    with _state.lock:
        return _state.layer.client or _state.make()


def configured_client() -> Client | None:
    """Return the one client if there is one already; create nothing."""
    return _state.layer.client


@contextmanager
def override_client(**options: Unpack[ClientOptions]) -> Generator[Client]:
    """Use another client in every thread for the duration of a block. Meant for tests.

    Args:
        **options: As for :func:`configure`.

    Yields:
        The other client.

    Raises:
        ConfigurationError: A setting is missing or wrong.

    Example:
        >>> with override_client(app_id="test", is_production=False) as client:
        ...     get_client() is client
        True
    """
    given = Hidden(options)
    del options  # as above
    with override_settings(Settings.resolve(**given.value)) as client:
        yield client


@contextmanager
def override_settings(settings: Settings) -> Generator[Client]:
    """Like :func:`override_client`, with resolved settings.

    Args:
        settings: The settings of the other client.

    Yields:
        The other client.
    """
    client = Client(settings)
    layer = _Layer(settings, client)
    with _state.lock:
        _state.layers.append(layer)
    try:
        yield client
    finally:
        with _state.lock:
            _state.layers.remove(layer)
        client.close()


def current_settings() -> Settings:
    """Give the settings of the one client, which need not exist yet.

    Raises:
        ConfigurationError: The environment lacks a setting or has a wrong one.
    """
    _state.check_process()
    with _state.lock:
        return _state.settings


@contextmanager
def default_test_client() -> Generator[None]:
    """Provide a client of the app ``test`` in dev mode for a block, if none is configured.

    Meant for tests. The environment and ``configure`` still take precedence. Afterwards there is no
    client again, if there was none before.
    """
    with _state.lock:
        _state.test_users += 1
    try:
        yield
    finally:
        client = None
        with _state.lock:
            _state.test_users -= 1
            if not _state.test_users:
                client, _state.test_client = _state.test_client, None
        if client is not None:
            client.close()


@dataclass(eq=False, slots=True)
class _Layer:
    """A client and its settings; the client is created when it is first needed."""

    settings: Settings | None = None
    client: Client | None = None


class _State:
    """The one client and its overrides; the lock guards changes to both."""

    def __init__(self) -> None:
        self.process_id = os.getpid()
        self.lock = threading.Lock()
        # Overrides need not end in reverse order, so each removes its own.
        self.layers = [_Layer()]
        self.test_client: Client | None = None
        self.test_users = 0

    @property
    def layer(self) -> _Layer:
        return self.layers[-1]

    def use(self, settings: Settings) -> Client:
        layer = self.layer
        if layer.client is None or layer.settings != settings:
            layer.settings, layer.client = settings, Client(settings)
        return layer.client

    @property
    def settings(self) -> Settings:
        if self.layer.settings is not None:
            return self.layer.settings
        return Settings.resolve({**_FOR_TESTS, **os.environ} if self.test_users else os.environ)

    def make(self) -> Client:
        if self.layer.settings is not None or not self.test_users:
            return self.use(self.settings)
        if self.test_client is None:
            self.test_client = Client(self.settings)
        return self.test_client

    def check_process(self) -> None:
        # Some servers fork without telling Python.
        if self.process_id != os.getpid():
            self.forget_client()

    def forget_client(self) -> None:
        self.process_id = os.getpid()
        # A thread of the parent may have held the lock, and its client may hold connections.
        self.lock = threading.Lock()
        self.test_client = None
        for layer in self.layers:
            layer.client = None


_state = _State()
if sys.platform != "win32":  # where nothing forks  # pragma: no branch
    os.register_at_fork(after_in_child=_state.forget_client)
