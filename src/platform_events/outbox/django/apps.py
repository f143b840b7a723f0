"""The app's configuration."""

from typing import TYPE_CHECKING

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The outbox, under a unique label."""

    name = "platform_events.outbox.django"
    label = "platform_events_outbox"
    if not TYPE_CHECKING:  # its stubs declare them with private types, which nobody can repeat
        verbose_name = "Outbox of platform events"
        default_auto_field = "django.db.models.BigAutoField"
