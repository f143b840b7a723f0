"""An app in a thread of this process, and how a server gets to know it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx
import uvicorn

from platform_events import get_client

HOST: Final = "127.0.0.1"
PATH: Final = "/api/inngest"
_TIMEOUT_S: Final = 10.0


class RegistrationError(Exception):
    """A server does not take the app."""


@contextmanager
def hosting(app: Any) -> Generator[str]:  # Any: an ASGI application, as uvicorn has it
    """Host an app on a free port.

    Args:
        app: The app.

    Yields:
        Its origin.
    """
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), name="app", daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def registered(url: str) -> Generator[None]:
    """Have an app register its functions at the server of its client, and take them back.

    Args:
        url: The app's origin.

    Raises:
        RegistrationError: The server did not take it.
    """
    settings = get_client().settings
    with httpx.Client(trust_env=False, timeout=_TIMEOUT_S) as http:
        try:
            answer = http.put(url + PATH)
        except httpx.HTTPError as error:
            raise RegistrationError(f"the app gave no answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise RegistrationError(
                f"the app could not be registered at {settings.api_base_url}: {_message(answer)}"
            )
        try:
            yield
        finally:
            # A server that goes on shall not call what is gone.
            farewell: dict[str, object] = {
                "appname": settings.app_id,
                "url": url + PATH,
                "functions": [],
            }
            with suppress(httpx.HTTPError):
                http.post(f"{settings.api_base_url}/fn/register", json=farewell)


def statuses(event_id: str) -> dict[str, str]:
    """Ask the server for the runs that an event started.

    A dev server repeats an answer for some 15 seconds.

    Args:
        event_id: The event; of a batch, the first.

    Returns:
        The status of each run by its id; nothing, if the server does not say.
    """
    url = f"{get_client().settings.api_base_url}/v1/events/{event_id}/runs"
    with suppress(httpx.HTTPError, ValueError, LookupError, TypeError):
        found = httpx.get(url, trust_env=False, timeout=_TIMEOUT_S).json()["data"]
        return {run["run_id"]: run["status"] for run in found}
    return {}


def _message(answer: httpx.Response) -> str:
    with suppress(ValueError, LookupError, TypeError):
        return str(answer.json()["message"])
    return f"status {answer.status_code}"
