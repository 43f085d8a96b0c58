"""A deployment while it runs: its plan, which never changes, and its progress.

``Progress`` is never changed in place: ``decide`` builds the next one at each observation. It holds all there
is to know, so a reader of the API sees the same thing the decision is made from.
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
    """What the deployment sets out to do: the group's settings and the deployment's own overrides, merged.

    ``undoes`` marks a rollback: it goes straight to 100 % of the original version, asks no hook and no alarm
    (the alarm that caused it is still in ALARM), and is not rolled back itself. The execution ids of the two
    hooks are drawn with the plan, because deciding draws nothing.
    """

    deployment_id: str
    strategy: Strategy
    alarms: tuple[str, ...] = ()
    ignore_unreadable_alarms: bool = False
    rollback_events: frozenset[str] = frozenset()
    hook_timeout: float = HOOK_TIMEOUT_SECONDS
    poll_seconds: float = POLL_SECONDS
    before_execution: str = "before"
    after_execution: str = "after"
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
    finished_executions: tuple[str, ...] = ()
    check: AlarmCheck | None = None
    next_poll: float | None = None
    step: int = 0
    move_at: float | None = None
    left: Routing | None = None
    revision_id: str = ""
    races: int = 0
    percent: int = 0
    rollback_message: str | None = None

    @property
    def wake_at(self) -> float | None:
        """When time passing is next worth looking at; None while only an outside event can move it."""
        deadline = self.hook.deadline if self.hook else None
        return min((at for at in (self.next_poll, self.move_at, deadline) if at is not None), default=None)
