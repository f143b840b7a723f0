"""Serve functions with Django: see :func:`serve`."""

from .serving.django import serve

__all__ = ["serve"]
