"""Serve functions with Flask: see :func:`serve`."""

from .serving.flask import serve

__all__ = ["serve"]
