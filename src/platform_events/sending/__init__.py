"""Sending: the path of an event from ``send_event`` to the server.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``send``            ``send_event``, ``send_events`` and their asynchronous versions
``client``          the one client, ``configure`` and ``get_client``
``settings``        what a client is configured with (``_urls``, ``_network``: base URLs, proxies)
``_delivery``       what becomes of the events of one call; an account of every event
``_middleware``     runs the SDK's middleware around them
``_batches``        requests, filled to the limits of the server (``_pace``: how large they may be)
``_drivers``        runs a delivery with or without an event loop
``_dispatch``       passes requests to the queues of this process and its event loops
``_queue``          when sends leave, and which share a request
``_threads``        sends of threads (``_loops``: sends of an event loop)
``_retries``        when a request is retried: time-outs, backoff, the deadline
``_outcome``        what a server's answer means for each event
``_transport``      HTTP connections
``_observation``    who observes sends, as telemetry does
==================  ==============================================================================

The modules that decide (``_delivery``, ``_queue``, ``_retries``, ``_outcome``) perform no I/O.
The public names are exported by :mod:`platform_events`.
"""
