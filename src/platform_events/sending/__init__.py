"""The way of an event from ``send_event`` to the server.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``send``            ``send_event``, ``send_events`` and their asynchronous versions
``client``          the one client, ``configure`` and ``get_client``
``settings``        what a client is configured with, and how the environment is read
``batches``         requests, filled to the limits of the server
``delivery``        attempts at a request, their deadline and backoff, middleware
``outcome``         what a server's answer means for each event
``drivers``         run a delivery with and without an event loop
``transport``       HTTP connections
==================  ==============================================================================

The public names are exported by :mod:`platform_events`.
"""
