"""The endpoint ``/api/inngest``, where Inngest registers and calls functions.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``fast_api``        ``serve`` for FastAPI
``flask``           ``serve`` for Flask
``django``          ``serve`` for Django
``options``         the options of ``serve``
``replays``         refusing a signature that was seen before
``_servable``       what can be served
``_gate``           checks of requests and answers, the same for every framework
``_signatures``      signatures of requests by the signing key
==================  ==============================================================================

``serve`` is imported from :mod:`platform_events.fast_api`, :mod:`platform_events.flask` or
:mod:`platform_events.django`.
"""
