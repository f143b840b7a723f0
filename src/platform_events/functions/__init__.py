"""Functions that Inngest runs when an event arrives.

===================  =============================================================================
module               what it holds
===================  =============================================================================
``declaration``      ``create_function``
``event_function``   what it gives: a function that is called like its handler, and bound to serve
``options``          the options of a function, and what the server allows
``triggers``         what starts a function, and how its events are read
``steps``            typed steps: waiting for events, sending them, invoking functions
``failures``         what the handlers of failed runs and of invalid events get
``_call_report``     log records about calls, and who else observes them
``_expressions``     the syntax of filters and keys
===================  =============================================================================

From the declaration to the call: ``_definition`` checks what was declared (expressions by
``_expression_checks`` and the ``_shapes`` of events, schedules by ``_crons``), ``_calls`` leads a
call of the server to the handler, ``_results`` converts what it returns, and ``_run`` prepares its
steps.

The public names are exported by :mod:`platform_events`.
"""
