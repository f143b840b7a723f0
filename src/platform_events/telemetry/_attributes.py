"""Names of attributes: OpenTelemetry's messaging conventions, and Inngest's ids beside them.

Source: open-telemetry/semantic-conventions: docs/messaging/messaging-spans.md and
docs/messaging/messaging-metrics.md
"""

from __future__ import annotations

from typing import Final

SYSTEM: Final = "messaging.system"
OPERATION_NAME: Final = "messaging.operation.name"
OPERATION_TYPE: Final = "messaging.operation.type"
DESTINATION: Final = "messaging.destination.name"
CONSUMER_GROUP: Final = "messaging.consumer.group.name"
MESSAGE_ID: Final = "messaging.message.id"
MESSAGE_COUNT: Final = "messaging.batch.message_count"
ERROR_TYPE: Final = "error.type"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"

FUNCTION_ID: Final = "inngest.function.id"
RUN_ID: Final = "inngest.run.id"
ATTEMPT: Final = "inngest.attempt"
STEP_ID: Final = "inngest.step.id"
STEP_OP: Final = "inngest.step.op"
OUTCOME: Final = "inngest.outcome"
OUTBOX: Final = "platform_events.outbox.name"


def operation(name: str) -> dict[str, str]:
    """Return the attributes of an operation, whose type has the same name."""
    return {SYSTEM: "inngest", OPERATION_NAME: name, OPERATION_TYPE: name}
