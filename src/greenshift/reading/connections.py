"""CodeConnections: what a pipeline reads a repository with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greenshift.reading.absence import unless_absent

AVAILABLE = "AVAILABLE"


@dataclass(frozen=True)
class Connection:
    """``status`` is PENDING, AVAILABLE or ERROR; empty, as the rest is, when there is none of this ARN."""

    arn: str
    name: str = ""
    provider: str = ""
    status: str = ""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


def read_connection(clients: Callable[[str], Any], arn: str) -> Connection:
    """The service is named in the ARN: connections made before July 2024 live under the older name."""
    with unless_absent("ResourceNotFoundException"):
        found = clients(arn.split(":")[2]).get_connection(ConnectionArn=arn)["Connection"]
        status = found["ConnectionStatus"]
        return Connection(arn, found.get("ConnectionName", ""), found.get("ProviderType", ""), status)
    return Connection(arn)
