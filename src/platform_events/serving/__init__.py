"""The endpoint ``/api/inngest``, where Inngest registers and calls functions.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``gate``            checks of requests and answers, the same for every framework
``signatures``      signatures of requests by the signing key
``fast_api``        ``serve`` for FastAPI
``flask``           ``serve`` for Flask
``django``          ``serve`` for Django
==================  ==============================================================================

``serve`` is imported from :mod:`platform_events.fast_api`, :mod:`platform_events.flask` or
:mod:`platform_events.django`.
"""
