"""Everything a service of the twin may reach: passed in once, so that nothing is reached behind its back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from greenshift.twin.clock import Clock
from greenshift.twin.principal import Principal, Session

if TYPE_CHECKING:
    from greenshift.twin.alarms.metrics import MetricStore
    from greenshift.twin.logs import LogWriter
    from greenshift.twin.repositories import Repositories
    from greenshift.twin.tasks import Tasks


@dataclass(frozen=True)
class ServiceEvent:
    """An event an AWS service puts on the default bus (EventBridge user guide: "AWS service events")."""

    source: str
    detail_type: str
    resources: tuple[str, ...]
    detail: Mapping[str, Any] = field(hash=False)
    time: float | None = None


class Aws(Protocol):
    """The one door: how services reach each other and moto.

    A call through it is dispatched, checked and recorded just as the same request over HTTP would be.
    """

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Perform ``service.operation`` as ``principal``; raises ServiceError as the service would."""
        ...

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        """Credentials of a role for a service (``codedeploy.amazonaws.com``) that its trust policy allows."""
        ...


@dataclass(frozen=True)
class World:
    """The collaborators of a service."""

    clock: Clock
    aws: Aws
    tasks: Tasks
    emit: Callable[[ServiceEvent], None]
    metrics: MetricStore
    logs: LogWriter
    repositories: Repositories
    directory: Path
    cache: Path
    account: str
    region: str
    endpoint: str
