"""Everything a service of the twin may reach: passed in once, so that nothing is reached behind its back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenshift.twin.aws import Aws
from greenshift.twin.callers.record_chains import RecordChains
from greenshift.twin.clock import Clock
from greenshift.twin.loop.bells import Bells

if TYPE_CHECKING:
    from greenshift.twin.alarms.metrics import MetricStore
    from greenshift.twin.logs import LogWriter
    from greenshift.twin.loop.tasks import Tasks
    from greenshift.twin.repositories import Repositories


@dataclass(frozen=True)
class ServiceEvent:
    """An event an AWS service puts on the default bus (EventBridge user guide: "AWS service events")."""

    source: str
    detail_type: str
    resources: tuple[str, ...]
    detail: Mapping[str, Any] = field(hash=False)
    time: float | None = None


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
    bells: Bells = field(default_factory=Bells)
    record_chains: RecordChains = field(default_factory=RecordChains)
