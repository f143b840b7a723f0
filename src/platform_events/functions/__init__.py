"""Functions that Inngest runs when an event arrives.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``declaration``     ``create_function``, its options and their checks
``triggers``        what starts a function, and how its events are read
``steps``           typed steps: waiting for events, sending them, invoking functions
``failures``        what an ``on_failure`` handler gets
==================  ==============================================================================

The public names are exported by :mod:`platform_events`.
"""
