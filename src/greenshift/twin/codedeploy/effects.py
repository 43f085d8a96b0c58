"""What a deployment can do to the world; ``decide`` asks for it, the runner carries it out.

Every effect but the last two is answered with one observation.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.twin.codedeploy.appspec import AppSpec
from greenshift.twin.codedeploy.progress import Routing


@dataclass(frozen=True)
class AssumeRole:
    pass


@dataclass(frozen=True)
class ReadRevision:
    pass


@dataclass(frozen=True)
class ReadAlias:
    function: str
    alias: str


@dataclass(frozen=True)
class ReadAlarms:
    names: tuple[str, ...]


@dataclass(frozen=True)
class InvokeHook:
    function: str
    execution_id: str


@dataclass(frozen=True)
class MoveTraffic:
    function: str
    alias: str
    routing: Routing
    revision_id: str


@dataclass(frozen=True)
class StartRollback:
    appspec: AppSpec
    message: str


@dataclass(frozen=True)
class Announce:
    """Tell EventBridge and the group's triggers of the status."""

    status: str


Effect = (
    AssumeRole | ReadRevision | ReadAlias | ReadAlarms | InvokeHook | MoveTraffic | StartRollback | Announce
)
