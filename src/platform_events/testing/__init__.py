"""What the tests of a service use: what was sent, as a list, and an Inngest server of their own.

:func:`capture_events` keeps what is sent, and :class:`LocalInngest` runs functions, over HTTP on
loopback. For pytest they are the fixtures ``sent_events`` and ``inngest_server``
(:mod:`platform_events.plugins.pytest`); for Hypothesis there is
:mod:`platform_events.testing.strategies`.

Needs the extra ``testing``: ``pip install "platform-events[testing]"``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .capturing import capture_events as capture_events
    from .local import LocalInngest as LocalInngest
    from .sent import Fault as Fault
    from .sent import SentEvent as SentEvent
    from .sent import SentEvents as SentEvents
    from .serving import use_server as use_server
else:
    # A failing comparison of events is explained where the extra is not installed, too.
    from importlib import import_module

    _HOMES = {
        "Fault": ".sent",
        "LocalInngest": ".local",
        "SentEvent": ".sent",
        "SentEvents": ".sent",
        "capture_events": ".capturing",
        "use_server": ".serving",
    }

    __all__ = list(_HOMES)

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            module = import_module(_HOMES[name], __name__)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f'{error.name} is missing: pip install "platform-events[testing]"', name=error.name
            ) from error
        value = globals()[name] = getattr(module, name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_HOMES})
