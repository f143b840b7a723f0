"""The way of an event from ``send_event`` to the server.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``send``            ``send_event``, ``send_events`` and their asynchronous versions
``client``          the one client, ``configure`` and ``get_client``
``settings``        what a client is configured with (``_urls``, ``_network``: base URLs, proxies)
``delivery``        what becomes of the events of one call; an account of every event
``_middleware``     the SDK's middleware around them
``batches``         requests, filled to the limits of the server (``_pace``: how large they may be)
``drivers``         run a delivery with and without an event loop
``_dispatch``       hands requests to the queues of this process and its event loops
``_queue``          which sends leave when, and with which others
``_threads``        the queue of the threads; ``_loops``: that of an event loop
``_attempts``       attempts at a request: time-outs, delays, the deadline
``outcome``         what a server's answer means for each event
``transport``       HTTP connections
==================  ==============================================================================

What decides (``delivery``, ``_queue``, ``_attempts``, ``outcome``) performs no I/O. The public
names are exported by :mod:`platform_events`.
"""
