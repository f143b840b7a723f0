"""From what wearable providers deliver to events: one module a provider, one function each.

``events_of(payload, account)`` is pure: a webhook's or a pull's JSON goes in, events come out. What
a provider delivers and no event holds is named in the module's ``LEFT_OUT``, with the reason;
``FIELDS`` says where all else goes. ``docs/guide/providers.md`` shows both.
"""
