"""What the tests of a service use: an Inngest server of their own, in the process, on loopback.

Needs the extra ``testing``: ``pip install "platform-events[testing]"``.
"""

try:
    from .local import LocalInngest
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f'{error.name} is missing: pip install "platform-events[testing]"', name=error.name
    ) from error

__all__ = ["LocalInngest"]
