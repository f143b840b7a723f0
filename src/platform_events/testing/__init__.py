"""What the tests of a service use: what was sent, as a list, and an Inngest server of their own.

:func:`capture_events` keeps what is sent, and :class:`LocalInngest` runs functions, over HTTP on
loopback. For pytest they are the fixtures ``sent_events`` and ``inngest_server``
(:mod:`platform_events.plugins.pytest`); for Hypothesis there is
:mod:`platform_events.testing.strategies`.

Needs the extra ``testing``: ``pip install "platform-events[testing]"``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._app_host import use_server as use_server
    from ._capture import capture_events as capture_events
    from ._function_call import FunctionCall as FunctionCall
    from ._function_call import StepStubError as StepStubError
    from ._function_call import call_function as call_function
    from ._local.decisions import NoRunError as NoRunError
    from ._local.registration import RegistrationError as RegistrationError
    from ._local.runs import Run as Run
    from ._local.runs import Status as Status
    from ._local.server import LocalInngest as LocalInngest
    from ._local.step_state import Step as Step
    from ._sent import Fault as Fault
    from ._sent import SentEvent as SentEvent
    from ._sent import SentEvents as SentEvents
else:
    # A failing comparison of events is explained where the extra is not installed, too.
    from .._lazy import lazy_exports

    _HOMES = {
        "Fault": "._sent",
        "FunctionCall": "._function_call",
        "LocalInngest": "._local.server",
        "NoRunError": "._local.decisions",
        "RegistrationError": "._local.registration",
        "Run": "._local.runs",
        "SentEvent": "._sent",
        "SentEvents": "._sent",
        "Status": "._local.runs",
        "Step": "._local.step_state",
        "StepStubError": "._function_call",
        "call_function": "._function_call",
        "capture_events": "._capture",
        "use_server": "._app_host",
    }
    __all__, __getattr__, __dir__ = lazy_exports(__name__, _HOMES, "testing")
