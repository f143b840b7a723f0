"""The web frameworks that serve the suite's app."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import fastapi
import flask

import platform_events.django
import platform_events.fast_api
import platform_events.flask
from tests.server_conformance import flow_shapes, shapes
from tests.support.hosting import host_asgi, host_wsgi


@dataclass(frozen=True, slots=True)
class Framework:
    """A web framework.

    Attributes:
        host: Hosts an app with functions, listening on a host, and gives its port.
        serves_asynchronous: Whether asynchronous functions are served, too.
    """

    host: Callable[[shapes.Functions, str], AbstractContextManager[int]]
    serves_asynchronous: bool = True

    def functions(self, desk: shapes.Desk) -> shapes.Functions:
        """Make the functions that it serves."""
        of_all = (*shapes.SYNC, *flow_shapes.FLOW)
        served = (*of_all, *shapes.ASYNC) if self.serves_asynchronous else of_all
        return [function for make in served for function in make(desk)]


def _fast_api(functions: shapes.Functions, host: str) -> AbstractContextManager[int]:
    app = fastapi.FastAPI()
    platform_events.fast_api.serve(app, functions, allowed_hosts=["127.0.0.1"])
    return host_asgi(app, host)


def _flask(functions: shapes.Functions, host: str) -> AbstractContextManager[int]:
    app = flask.Flask("contract")
    platform_events.flask.serve(app, functions, allowed_hosts=["127.0.0.1"])
    return host_wsgi(app.wsgi_app, host)


@contextmanager
def _django(functions: shapes.Functions, host: str) -> Generator[int]:
    # Django comes without types.
    settings = import_module("django.conf").settings
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)
    urls = platform_events.django.serve(functions, allowed_hosts=["127.0.0.1"])
    project = {
        "ALLOWED_HOSTS": ["*"],
        "MIDDLEWARE": [],
        "ROOT_URLCONF": (urls,),
    }
    with import_module("django.test.utils").override_settings(**project):
        app = import_module("django.core.handlers.wsgi").WSGIHandler()
        with host_wsgi(app, host) as port:
            yield port


FRAMEWORKS: Final = {
    "fast_api": Framework(_fast_api),
    # What is written for WSGI is synchronous as a rule, so this one serves no other functions.
    "flask": Framework(_flask, serves_asynchronous=False),
    "django": Framework(_django),
}
