"""The app's configuration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The outbox, under a unique label."""

    name = "platform_events.outbox.django"
    label = "platform_events_outbox"
    verbose_name = "Outbox of platform events"
    default_auto_field = "django.db.models.BigAutoField"
