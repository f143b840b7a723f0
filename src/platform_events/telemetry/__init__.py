"""What the tools of operations see of events, and what they must not see.

====================  ============================================================================
module                what it holds
====================  ============================================================================
``instrumentation``   ``instrument``: spans and metrics by OpenTelemetry (the extra ``otel``)
``scrubber``          keeps payloads and keys out of what error reporters such as Sentry send
``_sends``            spans and metrics of sends (``_calls``: of calls of functions)
``_gauges``           what waits in this process and in outboxes
``_trace_links``      trace contexts in events and in the headers of calls
====================  ============================================================================

Log records need none of this: see the loggers in the guide.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .instrumentation import instrument as instrument
    from .instrumentation import observe_outbox as observe_outbox
    from .instrumentation import uninstrument as uninstrument
    from .scrubber import Scrubber as Scrubber
else:
    # Neither needs the other's packages.
    from .._lazy import lazy_exports

    _HOMES = {
        "Scrubber": ".scrubber",
        "instrument": ".instrumentation",
        "observe_outbox": ".instrumentation",
        "uninstrument": ".instrumentation",
    }
    __all__, __getattr__, __dir__ = lazy_exports(__name__, _HOMES, "otel")
