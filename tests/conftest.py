"""Fixtures that several test modules use, and how much Hypothesis tries."""

from hypothesis import HealthCheck, settings

from .support.clients import clean_client, one_retry, sender, server

__all__ = ["clean_client", "one_retry", "sender", "server"]

# Machines of CI are slow at times, which is no failure of a test.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=50)
# What CI runs once a week.
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=500)
# The built wheel on many Pythons: what differs there shows in few examples.
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=20)
# The same mutant gets the same examples each time, in one process.
settings.register_profile(
    "mutation",
    parent=settings.get_profile("default"),
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.differing_executors],
)
settings.load_profile("default")
