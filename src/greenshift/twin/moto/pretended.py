"""What moto answers without doing it: refused by name, so that nobody waits for what never comes."""

from __future__ import annotations

_STATE_MACHINES = (
    "moto keeps state machines and runs none; its own interpreter would call the twin without the role of "
    "the machine, and wait by the wall's clock. Invoke the functions of the machine one by one"
)
_PRETENDED = {"StartExecution": _STATE_MACHINES, "StartSyncExecution": _STATE_MACHINES}
# As botocore calls the service, and as requests are signed for it.
_SERVICES = ("states", "stepfunctions")


def reason(service: str, operation: str) -> str | None:
    """Why an operation is refused; None for what is done."""
    return _PRETENDED.get(operation) if service in _SERVICES else None
