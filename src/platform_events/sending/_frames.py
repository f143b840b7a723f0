"""Removes the frames of this package from errors, as their local variables hold what is sent."""

from __future__ import annotations

from typing import TypeVar

X = TypeVar("X", bound=BaseException)

_PACKAGE = __name__.partition(".")[0]


def hide_frames(error: X) -> X:
    """Remove the outermost frames of this package from a traceback; keep those of other code."""
    traceback = error.__traceback__
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] != _PACKAGE:
            break
        traceback = traceback.tb_next
    return error.with_traceback(traceback)
