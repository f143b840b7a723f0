"""What the tools of operations see of events, and what they must not see.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``scrubber``        keeps payloads and keys out of what error reporters such as Sentry send
==================  ==============================================================================
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scrubber import Scrubber as Scrubber
else:
    from .._lazy import lazy_exports

    _HOMES = {"Scrubber": ".scrubber"}
    __all__, __getattr__, __dir__ = lazy_exports(__name__, _HOMES, "otel")
