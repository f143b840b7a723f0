"""A test double of an Inngest server, in this process and on loopback; not for production.

``server`` is what tests use. It runs ``service`` in a thread (``server_thread``), which takes
requests (``routes``, ``event_api``), gives events to the ``engine``, and calls apps (``calls``).
A run is a state machine without input or output (``runs``).
"""
