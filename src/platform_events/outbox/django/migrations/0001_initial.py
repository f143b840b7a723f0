from collections.abc import Sequence
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    initial: ClassVar[bool | None] = True

    dependencies: ClassVar[Sequence[tuple[str, str]]] = []

    operations: ClassVar[Sequence[Operation]] = [
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("data", models.TextField()),
                ("event_id", models.CharField(max_length=255)),
                ("ts", models.BigIntegerField()),
                ("order_key", models.CharField(max_length=255, null=True)),
                ("refusals", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("set_aside_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=1000, null=True)),
            ],
            options={
                "db_table": "platform_events_outbox",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("sent_at", None), ("set_aside_at", None), ("order_key", None)
                        ),
                        fields=["id"],
                        name="outbox_free",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("sent_at", None), ("set_aside_at", None), ("order_key__isnull", False)
                        ),
                        fields=["id"],
                        name="outbox_keyed",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("sent_at", None), ("set_aside_at", None), ("order_key__isnull", False)
                        ),
                        fields=["order_key", "id"],
                        name="outbox_order",
                    ),
                ],
            },
        ),
    ]
