"""What an event is.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``event``           the base class :class:`~platform_events.Event`, and which class has which name
``payload``         the base of every payload: immutable, strict, silent about its values
``fields``          the types of fields that several events share: ids, instants, quantities
``invariants``      rules between the fields of a payload
``_envelope``       the id of an event, and its time
``_encoding``       an event as the JSON object that Inngest's Event API takes
``_trace_context``   the trace context of its sender, which it carries
==================  ==============================================================================

The public names are exported by :mod:`platform_events`.
"""
