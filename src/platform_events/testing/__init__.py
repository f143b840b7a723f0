"""What the tests of a service use: an Inngest server of their own, in the process, on loopback.

Needs the extra ``testing``: ``pip install "platform-events[testing]"``.
"""

from .local import LocalInngest

__all__ = ["LocalInngest"]
