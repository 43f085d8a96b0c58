"""A deployment while it runs: its plan, where it stands, what it can observe and what it can do.

The plan never changes. ``Progress`` is rebuilt by ``decide`` at each observation. An observation is something
that happened (an answer, a report, time passing); an effect is something the runner is asked to do. Both are
plain values, so the whole machine is tested as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from greenshift.rollout import Strategy
from greenshift.twin.codedeploy.appspec import AppSpec

HOOK_TIMEOUT_SECONDS = 3600.0  # user guide, "AppSpec 'hooks' section for an AWS Lambda deployment": one hour
POLL_SECONDS = 10.0  # not documented; about what is seen


class Phase(Enum):
    """What the deployment is doing."""

    CREATED = "created"
    STARTING = "starting"
    BEFORE = "before"
    SHIFTING = "shifting"
    AFTER = "after"
    ENDED = "ended"


class AlarmCheck(Enum):
    """Why the alarms are being read, which says what follows when they are quiet."""

    START = "start"
    WATCH = "watch"
    MOVE = "move"
    FINISH = "finish"


@dataclass(frozen=True)
class Plan:
    """What the deployment sets out to do, with the group's settings and the deployment's own overrides merged.

    ``undoes`` marks a rollback: it goes straight to 100 % of the original version, asks no hook and no alarm
    (the alarm that caused it is still in ALARM), and is not rolled back itself.
    """

    deployment_id: str
    strategy: Strategy
    alarms: tuple[str, ...] = ()
    ignore_unreadable_alarms: bool = False
    rollback_events: frozenset[str] = frozenset()
    hook_timeout: float = HOOK_TIMEOUT_SECONDS
    poll_seconds: float = POLL_SECONDS
    undoes: bool = False


@dataclass(frozen=True)
class Routing:
    """What an alias points to: a version, and at most one further version with a share of 0 to 1."""

    version: str
    additional: str | None = None
    weight: float = 0.0


@dataclass(frozen=True)
class Failure:
    """``errorInformation``."""

    code: str
    message: str


@dataclass(frozen=True)
class LifecycleEvent:
    """One of the three events of a Lambda target; Start and End are not listed (unverified)."""

    name: str
    status: str = "Pending"
    started: float | None = None
    ended: float | None = None
    script: str = ""
    error_code: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Hook:
    """A hook that was invoked and has not reported: which one, its execution's id, until when we wait."""

    event: str
    function: str
    execution_id: str
    deadline: float


EVENT_NAMES = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")


@dataclass(frozen=True)
class Progress:
    """How far a deployment has come.

    ``left`` is the routing this deployment last set or found, and ``revision_id`` Lambda's mark of it: None
    until the alias passed its check, which is also what makes the alias ours to put back.
    """

    phase: Phase = Phase.CREATED
    status: str = "Created"
    appspec: AppSpec | None = None
    started: float | None = None
    completed: float | None = None
    updated: float | None = None
    failure: Failure | None = None
    events: tuple[LifecycleEvent, ...] = tuple(LifecycleEvent(name) for name in EVENT_NAMES)
    hook: Hook | None = None
    executions: tuple[str, ...] = ()
    check: AlarmCheck | None = None
    next_poll: float | None = None
    step: int = 0
    move_at: float | None = None
    left: Routing | None = None
    revision_id: str = ""
    races: int = 0
    percent: int = 0
    rolls_back: bool = False
    rollback_message: str | None = None

    @property
    def wake_at(self) -> float | None:
        """When time passing is next worth looking at; None while only an outside event can move it."""
        deadline = self.hook.deadline if self.hook else None
        return min((at for at in (self.next_poll, self.move_at, deadline) if at is not None), default=None)


# --- observations ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Started:
    """The deployment was picked up; ``missing`` names what was deleted meanwhile, as an error code."""

    missing: str | None = None


@dataclass(frozen=True)
class RoleRefused:
    code: str
    message: str


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


# --- effects --------------------------------------------------------------------------------------------


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
