"""The typed events of the fitness platform, and the one client that sends them to Inngest.

Everything public can be imported from here. Importing the package loads nothing heavy: each name
loads its module when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The one list of what is public: editors and type checkers read it here, and at run time
    # __getattr__ reads what `make generate` makes of it.
    from . import catalog as catalog
    from . import errors as errors
    from . import events as events
    from . import functions as functions
    from . import names as names
    from . import naming as naming
    from . import parsing as parsing
    from . import sending as sending
    from . import serving as serving
    from .catalog import *  # noqa: F403  # its __all__ is public here, too
    from .errors import ConfigurationError as ConfigurationError
    from .errors import EventDefinitionError as EventDefinitionError
    from .errors import EventTooLargeError as EventTooLargeError
    from .errors import FunctionDefinitionError as FunctionDefinitionError
    from .errors import InvalidEventError as InvalidEventError
    from .errors import InvalidEventNameError as InvalidEventNameError
    from .errors import NameRule as NameRule
    from .errors import PlatformEventsError as PlatformEventsError
    from .errors import Problem as Problem
    from .errors import SendError as SendError
    from .errors import UnknownEventError as UnknownEventError
    from .events import fields as fields
    from .events.event import Event as Event
    from .events.fields import Open as Open
    from .events.fields import Sensitive as Sensitive
    from .events.payload import Payload as Payload
    from .functions.declaration import create_function as create_function
    from .functions.event_function import EventFunction as EventFunction
    from .functions.event_function import Servable as Servable
    from .functions.failures import Failure as Failure
    from .functions.failures import InvalidEvent as InvalidEvent
    from .functions.options import FunctionOptions as FunctionOptions
    from .functions.options import OnFailure as OnFailure
    from .functions.options import OnInvalid as OnInvalid
    from .functions.steps import invoke_function as invoke_function
    from .functions.steps import send_events_step as send_events_step
    from .functions.steps import wait_for_event as wait_for_event
    from .functions.triggers import On as On
    from .names import EVENT_NAMES as EVENT_NAMES
    from .names import KnownEventName as KnownEventName
    from .naming import Category as Category
    from .naming import EventName as EventName
    from .naming import EventNameStr as EventNameStr
    from .naming import build_event_name as build_event_name
    from .naming import is_event_name as is_event_name
    from .naming import is_known_event_name as is_known_event_name
    from .naming import parse_event_name as parse_event_name
    from .naming import suggest_event_names as suggest_event_names
    from .naming import validate_event_name as validate_event_name
    from .parsing import parse_event as parse_event
    from .sending.client import Client as Client
    from .sending.client import configure as configure
    from .sending.client import get_client as get_client
    from .sending.client import override_client as override_client
    from .sending.send import asend_event as asend_event
    from .sending.send import asend_events as asend_events
    from .sending.send import send_event as send_event
    from .sending.send import send_events as send_events
else:
    # Hidden from checkers, which would accept any name.
    from importlib import import_module

    from ._exports import HOMES

    __all__ = list(HOMES)

    def __getattr__(name: str) -> object:
        if name not in HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(HOMES[name], __name__)
        value = module if HOMES[name].endswith(f".{name}") else getattr(module, name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *HOMES})
