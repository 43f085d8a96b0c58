"""Whatever happens to a deployment, in whatever order, some things always hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenshift.rollout import AllAtOnce, Canary, Linear
from greenshift.twin.codedeploy.appspec import AppSpec
from greenshift.twin.codedeploy.decide import decide
from greenshift.twin.codedeploy.effects import (
    Announce,
    AssumeRole,
    Effect,
    InvokeHook,
    MoveTraffic,
    ReadAlarms,
    ReadAlias,
    ReadRevision,
    StartRollback,
)
from greenshift.twin.codedeploy.observations import (
    AlarmsRead,
    AliasChanged,
    AliasRead,
    HookInvoked,
    HookRefused,
    HookReported,
    Observation,
    RevisionRead,
    RoleAssumed,
    Started,
    StopRequested,
    TimePassed,
    TrafficMoved,
    TrafficRefused,
)
from greenshift.twin.codedeploy.progress import Failure, Phase, Plan, Progress, Routing

TEXT = AppSpec("f", "live", "1", "2").as_text()[:-1] + (
    ', "Hooks": [{"BeforeAllowTraffic": "b"}, {"AfterAllowTraffic": "a"}]}'
)
REFUSED = Failure("INTERNAL_ERROR", "no")
EVERY = frozenset({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"})


@dataclass
class Surroundings:
    """A small world that answers effects truly, and now and then does something of its own."""

    routing: Routing = field(default_factory=lambda: Routing("1"))
    revision: int = 0
    alarm: bool = False
    refusing: bool = False
    seen: list[Effect] = field(default_factory=list)

    def answer(self, effect: Effect) -> Observation | None:
        self.seen.append(effect)
        match effect:
            case AssumeRole():
                return RoleAssumed()
            case ReadRevision():
                return RevisionRead(TEXT)
            case ReadAlias():
                return AliasRead(self.routing, str(self.revision))
            case ReadAlarms():
                return AlarmsRead(firing=("alarm",) if self.alarm else ())
            case InvokeHook():
                return HookRefused(REFUSED) if self.refusing else HookInvoked()
            case MoveTraffic():
                return self._move(effect)
        return None

    def _move(self, effect: MoveTraffic) -> Observation:
        assert not self.alarm, "traffic was moved although the alarm fires"
        if self.refusing:
            return TrafficRefused(REFUSED)
        if effect.revision_id != str(self.revision):
            return AliasChanged()
        self.routing, self.revision = effect.routing, self.revision + 1
        return TrafficMoved(str(self.revision))


HAPPENINGS = st.sampled_from(
    [
        *("wait", "wait", "wait", "long wait"),
        *("before", "after", "before fails", "after fails"),
        *("alarm", "quiet", "stop", "stop and undo"),
        *("foreign", "touch", "refuse"),
    ]
)
PLANS = st.builds(
    Plan,
    st.just("d-ABCDEFGHI"),
    st.sampled_from([AllAtOnce(), Canary(10, 5), Linear(30, 1)]),
    alarms=st.sampled_from([(), ("alarm",)]),
    rollback_events=st.sets(st.sampled_from(sorted(EVERY))).map(frozenset),
)


class Story:
    """One deployment in its surroundings."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.progress, self.around, self.now = plan, Progress(), Surroundings(), 0.0
        self.percents = [0]
        self.observe(Started())

    def observe(self, observation: Observation) -> None:
        waiting: list[Observation] = [observation]
        while waiting:
            self.progress, effects = decide(self.plan, self.progress, waiting.pop(0), self.now)
            self.percents.append(self.progress.percent)
            answers = [self.around.answer(effect) for effect in effects]
            waiting += [answer for answer in answers if answer is not None]

    def happen(self, name: str) -> None:
        around = self.around
        match name:
            case "wait" | "long wait":
                wake = self.progress.wake_at or self.now
                self.now = max(self.now, wake) + (3600 if name == "long wait" else 0)
                self.observe(TimePassed())
            case "before" | "after":
                self.observe(HookReported(name, True))
            case "before fails" | "after fails":
                self.observe(HookReported(name.split()[0], False))
            case "alarm" | "quiet":
                around.alarm = name == "alarm" and bool(self.plan.alarms)
            case "stop" | "stop and undo":
                self.observe(StopRequested(True if name == "stop and undo" else None))
            case "foreign":
                around.routing, around.revision = Routing("9"), around.revision + 1
            case "touch":
                around.revision += 1
            case "refuse":
                around.refusing = not around.refusing


@settings(max_examples=400, deadline=None)
@given(PLANS, st.lists(HAPPENINGS, max_size=40))
def test_what_always_holds(plan: Plan, happenings: list[str]) -> None:
    story = Story(plan)
    for name in happenings:
        was_over = story.progress.phase is Phase.ENDED
        before, count = story.progress, len(story.around.seen)
        story.happen(name)
        if was_over:
            assert story.progress == before, "an ended deployment changed"
            assert len(story.around.seen) == count, "an ended deployment did something"

    seen = story.around.seen
    announced = [effect.status for effect in seen if isinstance(effect, Announce)]
    rollbacks = [effect for effect in seen if isinstance(effect, StartRollback)]
    hooks = [effect.function for effect in seen if isinstance(effect, InvokeHook)]
    assert story.percents == sorted(story.percents), "the new version lost traffic without a rollback"
    assert hooks in ([], ["b"], ["b", "a"]), "a hook ran twice or out of order"
    assert len(rollbacks) <= 1
    if story.progress.phase is Phase.ENDED:
        assert announced == ["InProgress", story.progress.status]
        assert story.progress.wake_at is None
        assert (story.progress.failure is None) == (story.progress.status == "Succeeded")
    else:
        assert announced == ["InProgress"]
        assert rollbacks == []
        assert story.progress.wake_at is not None, "a running deployment waits for nothing"
    if story.progress.status == "Succeeded":
        assert story.percents[-1] == 100


@pytest.mark.parametrize("strategy", [AllAtOnce(), Canary(10, 5), Linear(7, 3)], ids=str)
def test_left_alone_every_deployment_succeeds(strategy: AllAtOnce | Canary | Linear) -> None:
    story = Story(Plan("d-ABCDEFGHI", strategy, alarms=("alarm",)))
    story.happen("before")
    for _ in range(1000):
        if story.progress.percent == 100:
            break
        story.happen("wait")
    story.happen("after")

    assert story.progress.status == "Succeeded"
    assert story.around.routing == Routing("2")
