"""The service over HTTP: ``uvicorn --factory scores.app:create``."""

from __future__ import annotations

import fastapi

from platform_events.fast_api import serve

from .functions import calculate, watch


def create() -> fastapi.FastAPI:
    """Make the app; it serves the functions at ``/api/inngest``.

    Returns:
        The app.

    Raises:
        ConfigurationError: The environment lacks a setting; it says which.
    """
    app = fastapi.FastAPI()
    serve(app, [calculate, watch])
    return app
