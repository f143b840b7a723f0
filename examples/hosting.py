"""An app in a thread of this process, and how a server gets to know it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx
import uvicorn

from platform_events import get_client
from platform_events.serving._signatures import sign

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
            body = json.dumps({"url": url + PATH}).encode()
            answer = http.put(url + PATH, content=body, headers=_signature(body))
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
                key = settings.signing_key
                bearer = {"authorization": f"Bearer {key}"} if key else {}
                address = f"{settings.api_base_url}/fn/register"
                http.post(address, json=farewell, headers=bearer)


def _signature(body: bytes) -> dict[str, str]:
    """Sign what is sent to the app, as its server does; nobody does in dev mode."""
    settings = get_client().settings
    kind = {"x-inngest-server-kind": "cloud" if settings.is_production else "dev"}
    if not settings.is_production or settings.signing_key is None:
        return kind
    return {**kind, "x-inngest-signature": sign(settings.signing_key, body, now=int(time.time()))}


def _message(answer: httpx.Response) -> str:
    with suppress(ValueError, LookupError, TypeError):
        return str(answer.json()["message"])
    return f"status {answer.status_code}"
