"""CodeDeploy, Lambda and one more alarm in miniature: what a release moves, without AWS and without waiting.

It keeps to what CodeDeploy does: one deployment a group at a time, from a whole alias only; a rollback of its
own where one is wanted; and whatever can go wrong goes wrong when told to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from greenshift.contract.release import ReleasedFunction
from greenshift.release.machine.effects import (
    CreateDeployment,
    CreateRollback,
    DeploymentCreated,
    Effect,
    Outcome,
    PointAlarm,
    Postponed,
    Refused,
    RestoreAlias,
    RollbackCreated,
    StopDeployment,
)
from greenshift.release.machine.observation import AlarmSeen, Alias, Calls, Deployment, FunctionSeen

OLD, NEW, ELSEWHERE = "1", "2", "9"
FAILING = Calls(20, 20)


@dataclass
class Running:
    """One deployment. ``attempt`` is 0 for the way there, and counts our ways back."""

    id: str
    release: str
    current: str
    target: str
    attempt: int = 0
    status: str = "InProgress"
    rollback_id: str | None = None
    is_automatic: bool = False
    watches_orders: bool = True

    @property
    def is_over(self) -> bool:
        return self.status != "InProgress"

    @property
    def is_forward(self) -> bool:
        return not self.is_automatic and not self.attempt


@dataclass
class Group:
    """One function's alias, alarms and deployments."""

    alias: Alias = field(default_factory=lambda: Alias(OLD))
    deployments: list[Running] = field(default_factory=list)
    is_alarmed: bool = False
    watched: str = OLD
    orders_fire: bool = False
    is_called: bool = False
    old_fails: bool = False
    takes_nothing_back: bool = False  # every reverse deployment fails
    was_moved: bool = False  # by somebody's hand

    def running(self) -> Running | None:
        return next((item for item in self.deployments if not item.is_over), None)

    def forwards(self, release: str = "r") -> list[Running]:
        return [item for item in self.deployments if item.is_forward and item.release == release]

    def create(self, made: Running) -> Running | None:
        """As CodeDeploy: one at a time, and only from a whole alias that is where the AppSpec says."""
        if self.running():
            return None
        self.deployments.append(made)
        if not made.is_automatic and not self.alias.is_all_on(made.current):
            made.status = "Failed"
        elif made.is_forward and made.watches_orders and self.orders_fire:
            self.end(made, "Stopped", rolls_back=True)
        return made

    def end(self, item: Running, status: str, *, rolls_back: bool) -> None:
        item.status = status
        if status == "Succeeded":
            self.alias = Alias(item.target)
        elif rolls_back and item.is_forward:
            id_ = f"d-{len(self.deployments)}"
            undo = Running(id_, item.release, item.target, item.current, is_automatic=True)
            item.rollback_id = undo.id if self.create(undo) else None

    def tick(self, outcome: str) -> None:
        """Let what runs go one step: move a little traffic, or end."""
        item = self.running()
        if item is None:
            return
        if outcome == "traffic" and item.is_forward:
            self.alias = Alias(item.current, {item.target: 0.5})
        elif outcome == "abandon" and item.is_forward:
            self.end(item, "Stopped", rolls_back=False)
        elif outcome == "fail" or (item.attempt and self.takes_nothing_back):
            self.end(item, "Failed", rolls_back=True)
        elif outcome == "succeed":
            self.end(item, "Succeeded", rolls_back=True)

    def alarm(self) -> None:
        """Its own alarm, which watches one version; CodeDeploy stops what runs."""
        self.is_alarmed = True
        self._stopped_by_alarm(watched=True)

    def orders(self, *, fire: bool) -> None:
        self.orders_fire = fire
        item = self.running()
        if fire and item is not None:
            self._stopped_by_alarm(watched=item.watches_orders)

    def _stopped_by_alarm(self, *, watched: bool) -> None:
        item = self.running()
        if watched and item is not None and item.is_forward:
            self.end(item, "Stopped", rolls_back=True)

    def seen(self, item: ReleasedFunction, release: str = "r") -> FunctionSeen:
        """What the observer would find: by recorded id, by description, or by the rollback that is named."""
        mine = [one for one in self.deployments if one.release == release]
        forward = next(iter(self.forwards(release)), None)
        wanted = item.rollback_attempts
        back = next((one for one in mine if wanted and one.attempt == wanted), None)
        if not wanted and forward is not None and forward.rollback_id:
            back = next(one for one in mine if one.id == forward.rollback_id)
        return FunctionSeen(
            self.alias,
            _told(forward),
            _told(back),
            AlarmSeen("errors", "ALARM" if self.is_alarmed else "OK", "", self.watched, 5.0),
            (AlarmSeen("orders", "ALARM" if self.orders_fire else "OK"),),
            new=Calls(1) if self.is_called else Calls(),
            old=FAILING if self.old_fails else Calls(),
        )

    def perform(self, effect: Effect, release: str = "r") -> Outcome | None:
        id_ = f"d-{len(self.deployments)}"
        match effect:
            case PointAlarm():
                self.watched, self.is_alarmed = effect.version, False
            case StopDeployment():
                item = self.running()
                if item is not None and item.id == effect.deployment_id:
                    self.end(item, "Stopped", rolls_back=True)
            case RestoreAlias():
                if not {self.alias.version, *self.alias.weights} <= {effect.current, effect.target}:
                    return Refused(effect.key, effect, "it is elsewhere by now")
                self.alias = Alias(effect.target)
            case CreateDeployment():
                watches = effect.alarms is None or "orders" in effect.alarms
                made = Running(id_, release, effect.current, effect.target, watches_orders=watches)
                return DeploymentCreated(effect.key, id_) if self.create(made) else _busy(effect)
            case CreateRollback():
                back = Running(id_, release, effect.current, effect.target, effect.attempt)
                return RollbackCreated(effect.key, id_) if self.create(back) else _busy(effect)
        return None


def _busy(effect: Effect) -> Outcome:
    return Postponed(effect.key, effect, "busy")


def _told(item: Running | None) -> Deployment | None:
    return Deployment(item.id, item.status, rollback_id=item.rollback_id) if item else None
