"""The same app for gunicorn, on Flask and on Django; started by test_gunicorn.py."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import flask
import inngest

import platform_events.django
import platform_events.flask
from platform_events import ScoringCalculate, create_function

for _framework in ("flask", "django"):
    _module = import_module(f"platform_events.serving.{_framework}")
    vars(_module)["BODY_TIMEOUT_S"] = float(os.environ["BODY_TIMEOUT_S"])


@create_function(fn_id="greet", trigger=ScoringCalculate)
def greet(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    """Say that it ran."""
    return "done"


flask_app = flask.Flask("gunicorn")
platform_events.flask.serve(flask_app, [greet])


def django_app(environ: Any, start_response: Any) -> Any:  # Any: as WSGI has it
    """Answer by Django, which is set up when it is first asked."""
    settings = import_module("django.conf").settings
    if not settings.configured:
        urls = platform_events.django.serve([greet])
        settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=(urls,), MIDDLEWARE=[])
        import_module("django").setup()
    return import_module("django.core.handlers.wsgi").WSGIHandler()(environ, start_response)
