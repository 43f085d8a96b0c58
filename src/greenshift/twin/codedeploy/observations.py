"""What can happen to a deployment: answers to its calls, reports of hooks, requests of people, time.

Each is a value handed to ``decide``; the runner makes them, nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.twin.codedeploy.progress import Failure, Routing


@dataclass(frozen=True)
class Started:
    """The deployment was picked up; ``missing`` names what was deleted meanwhile, as an error code."""

    missing: str | None = None


@dataclass(frozen=True)
class RoleRefused:
    failure: Failure


@dataclass(frozen=True)
class RoleAssumed:
    pass


@dataclass(frozen=True)
class RevisionRead:
    content: str


@dataclass(frozen=True)
class RevisionUnreadable:
    failure: Failure


@dataclass(frozen=True)
class AliasRead:
    routing: Routing
    revision_id: str


@dataclass(frozen=True)
class AliasUnreadable:
    failure: Failure


@dataclass(frozen=True)
class AlarmsRead:
    """The alarms in ALARM, and why others could not be read (None: all were)."""

    firing: tuple[str, ...] = ()
    unreadable: Failure | None = None


@dataclass(frozen=True)
class HookInvoked:
    pass


@dataclass(frozen=True)
class HookRefused:
    failure: Failure


@dataclass(frozen=True)
class HookReported:
    execution_id: str
    succeeded: bool


@dataclass(frozen=True)
class TrafficMoved:
    revision_id: str


@dataclass(frozen=True)
class AliasChanged:
    """Lambda refused the move because the alias is no longer the one we last saw (412)."""


@dataclass(frozen=True)
class TrafficRefused:
    failure: Failure


@dataclass(frozen=True)
class StopRequested:
    """StopDeployment; ``roll_back`` None leaves it to the configuration."""

    roll_back: bool | None = None


@dataclass(frozen=True)
class TimePassed:
    pass


@dataclass(frozen=True)
class Broken:
    """The twin itself failed while it carried out an effect."""

    message: str


Observation = (
    Started
    | RoleAssumed
    | RoleRefused
    | RevisionRead
    | RevisionUnreadable
    | AliasRead
    | AliasUnreadable
    | AlarmsRead
    | HookInvoked
    | HookRefused
    | HookReported
    | TrafficMoved
    | AliasChanged
    | TrafficRefused
    | StopRequested
    | TimePassed
    | Broken
)
