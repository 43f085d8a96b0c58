"""The state machine against a world that fails, dawdles, crashes and repeats itself: never a mix at the end.

The world below is CodeDeploy and Lambda in miniature. Hypothesis moves it and the controller in any order;
then both are left alone until the release ends, and what is true then is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from greenshift.release.decide import absorb, decide
from greenshift.release.effects import (
    CreateDeployment,
    CreateRollback,
    DeploymentCreated,
    Effect,
    Outcome,
    PointAlarm,
    Postponed,
    RollbackCreated,
    StopDeployment,
)
from greenshift.release.model import FunctionRelease, Release, State, Status
from greenshift.release.observation import AlarmSeen, Alias, Deployment, FunctionSeen, Observation
from greenshift.release.restore import ATTEMPTS

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = ("a", "b", "c")
OLD, NEW = "1", "2"


@dataclass
class Running:
    """One deployment. ``attempt`` is 0 for the way there, and counts our ways back."""

    id: str
    current: str
    target: str
    attempt: int = 0
    status: str = "InProgress"
    rollback_id: str | None = None
    is_automatic: bool = False

    @property
    def is_over(self) -> bool:
        return self.status != "InProgress"


@dataclass
class Group:
    """One function's alias, alarm and deployments."""

    alias: Alias = field(default_factory=lambda: Alias(OLD))
    deployments: list[Running] = field(default_factory=list)
    is_alarmed: bool = False
    watched: str = OLD

    def running(self) -> Running | None:
        return next((item for item in self.deployments if not item.is_over), None)

    def create(
        self, current: str, target: str, attempt: int = 0, *, automatic: bool = False
    ) -> Running | None:
        """As CodeDeploy: one at a time, and only from a whole alias that is where the AppSpec says."""
        if self.running():
            return None
        made = Running(f"d-{len(self.deployments)}", current, target, attempt, is_automatic=automatic)
        self.deployments.append(made)
        if not automatic and not self.alias.is_all_on(current):
            made.status = "Failed"
        return made

    def end(self, item: Running, status: str, *, rolls_back: bool) -> None:
        item.status = status
        if status == "Succeeded":
            self.alias = Alias(item.target)
        elif rolls_back and not item.is_automatic and item.attempt == 0:
            undo = self.create(item.target, item.current, automatic=True)
            item.rollback_id = undo.id if undo else None

    def tick(self, outcome: str) -> None:
        """Let what runs go one step: move a little traffic, or end."""
        item = self.running()
        if item is None:
            return
        if outcome == "traffic" and not item.is_automatic and item.attempt == 0:
            self.alias = Alias(item.current, {item.target: 0.5})
        elif outcome == "fail" and not item.is_automatic and item.attempt < ATTEMPTS:
            self.end(item, "Failed", rolls_back=True)
        elif outcome in ("succeed", "fail"):
            self.end(item, "Succeeded", rolls_back=True)

    def seen(self, item: FunctionRelease) -> FunctionSeen:
        """What the observer would find: by recorded id, by description, or by the rollback that is named."""
        forward = next((one for one in self.deployments if not one.is_automatic and not one.attempt), None)
        wanted = item.rollback_attempts
        back = next((one for one in self.deployments if wanted and one.attempt == wanted), None)
        if not wanted and forward is not None and forward.rollback_id:
            back = next(one for one in self.deployments if one.id == forward.rollback_id)
        alarm = AlarmSeen("alarm", "ALARM" if self.is_alarmed else "OK", "", self.watched)
        return FunctionSeen(self.alias, _told(forward), _told(back), alarm)


def _told(item: Running | None) -> Deployment | None:
    return Deployment(item.id, item.status, rollback_id=item.rollback_id) if item else None


class ReleaseMachine(RuleBasedStateMachine):
    """A controller whose every step may be its last, on top of that world."""

    @initialize(count=st.integers(2, len(KEYS)))
    def begin(self, count: int) -> None:
        self.now = START
        self.groups = {key: Group() for key in KEYS[:count]}
        functions = [FunctionRelease(key, key, OLD, NEW, State.PUBLISHED) for key in self.groups]
        release = Release("r", "p", Status.PUBLISHED, START, START)
        self.saved = release.with_functions(functions)
        self.ends = 0
        self.turns = 0

    @rule(turns=st.integers(1, 3))
    def visits(self, turns: int) -> None:
        for _ in range(turns):
            self.visit("never")

    @rule(dies=st.sampled_from(["before saving", "after saving", "amid effects", "before absorbing"]))
    def visit(self, dies: str) -> None:
        """One turn of the controller, which may die at any line."""
        look = Observation({key: self.groups[key].seen(self._item(key)) for key in self.groups})
        decided, effects = decide(self.saved, look, self.now)
        if dies == "before saving":
            return
        self._save(decided)
        if dies == "after saving":
            return
        done = effects[: len(effects) // 2] if dies == "amid effects" else effects
        outcomes = [outcome for effect in done if (outcome := self._perform(effect))]
        if dies in ("never", "amid effects"):
            self._save(absorb(self.saved, outcomes))

    @rule(key=st.sampled_from(KEYS), outcome=st.sampled_from(["traffic", "succeed", "fail"]))
    def world_moves_and_is_seen(self, key: str, outcome: str) -> None:
        self.world_moves(key, outcome)
        self.visit("never")

    @rule(key=st.sampled_from(KEYS), outcome=st.sampled_from(["traffic", "succeed", "fail"]))
    def world_moves(self, key: str, outcome: str) -> None:
        if key in self.groups:
            self.groups[key].tick(outcome)

    @rule(key=st.sampled_from(KEYS))
    def alarm_fires(self, key: str) -> None:
        """CodeDeploy stops what runs; what has already arrived is the controller's to notice."""
        group = self.groups.get(key)
        if group is None or group.watched != NEW:
            return
        group.is_alarmed = True
        item = group.running()
        if item is not None and item.attempt == 0 and not item.is_automatic:
            group.end(item, "Stopped", rolls_back=True)

    @rule(minutes=st.integers(0, 4))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def somebody_aborts(self) -> None:
        if not self.saved.is_ended:
            self.saved = replace(self.saved, abort="stop")

    def _item(self, key: str) -> FunctionRelease:
        found = self.saved.function(key)
        assert found is not None
        return found

    def _save(self, release: Release) -> None:
        if release.is_ended and not self.saved.is_ended:
            self.ends += 1
        self.saved = release

    def _perform(self, effect: Effect) -> Outcome | None:
        group = self.groups[effect.key]
        match effect:
            case PointAlarm():
                group.watched, group.is_alarmed = effect.version, False
            case StopDeployment():
                item = group.running()
                if item is not None and item.id == effect.deployment_id:
                    group.end(item, "Stopped", rolls_back=True)
            case CreateDeployment():
                made = group.create(effect.current, effect.target)
                return (
                    DeploymentCreated(effect.key, made.id) if made else Postponed(effect.key, effect, "busy")
                )
            case CreateRollback():
                made = group.create(effect.current, effect.target, effect.attempt)
                return RollbackCreated(effect.key, made.id) if made else Postponed(effect.key, effect, "busy")
        return None

    @invariant()
    def an_end_comes_once(self) -> None:
        assert getattr(self, "ends", 0) <= 1

    @invariant()
    def no_function_is_deployed_twice(self) -> None:
        for group in getattr(self, "groups", {}).values():
            assert sum(not item.is_automatic and not item.attempt for item in group.deployments) <= 1

    @invariant()
    def an_ended_release_is_all_new_or_all_old(self) -> None:
        if hasattr(self, "saved") and self.saved.is_ended:
            expected = {Status.SUCCEEDED: NEW, Status.ROLLED_BACK: OLD, Status.FAILED: OLD}[self.saved.status]
            assert all(group.alias.is_all_on(expected) for group in self.groups.values()), self.groups
            assert all(group.running() is None for group in self.groups.values())

    def teardown(self) -> None:
        """Left alone, everything comes to an end, and the right one."""
        for _ in range(60):
            if not hasattr(self, "saved") or self.saved.is_ended:
                break
            self.visit("never")
            # One function at a time: the others are seen half-way.
            self.turns += 1
            list(self.groups.values())[self.turns % len(self.groups)].tick("succeed")
            self.now += timedelta(seconds=30)
        if hasattr(self, "saved"):
            assert self.saved.is_ended, self.saved
            self.an_ended_release_is_all_new_or_all_old()
            self.an_end_comes_once()


ReleaseMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestReleaseMachine = ReleaseMachine.TestCase
