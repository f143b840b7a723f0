"""Serve functions with FastAPI: see :func:`serve`."""

from .serving.fast_api import serve

__all__ = ["serve"]
