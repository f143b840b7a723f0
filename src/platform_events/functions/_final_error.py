"""The error with which the package itself ends a run."""

from __future__ import annotations

import inngest


class FinalError(inngest.NonRetriableError):
    """The same code or the same data will fail again. Its text holds no value and may be logged."""


# Inngest shows the name of the class.
FinalError.__name__ = inngest.NonRetriableError.__name__
