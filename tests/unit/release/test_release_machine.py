"""The state machine against a world that fails, dawdles, crashes and repeats itself: never a mix at the end.

Hypothesis moves the world (`release_world`) and the controller in any order; then both are left alone until
the release ends, and what is true then is checked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.accounts.release_world import ELSEWHERE, NEW, OLD, Group

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Firing, Newer, Quiet, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.decide import absorb, decide
from greenshift.release.machine.effects import CreateDeployment, CreateRollback, Effect, Exercise, Outcome
from greenshift.release.machine.observation import Alias, Observation

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = ("a", "b", "c")
RULES = st.builds(
    Rules,
    firing=st.sampled_from(Firing),
    quiet=st.sampled_from(Quiet),
    newer=st.just(Newer.SUPERSEDE),
    bake=st.sampled_from([timedelta(0), timedelta(minutes=3)]),
    hold=st.just(timedelta(minutes=10)),
)
KEY = st.sampled_from(KEYS)
OUTCOME = st.sampled_from(["traffic", "succeed", "fail", "abandon"])
DEATHS = st.sampled_from(["before saving", "after saving", "amid effects", "before absorbing"])


def _has_arrived(machine: ReleaseMachine) -> bool:
    """Before that there is little to go wrong, and much that would end the release at once."""
    return any(group.alias != Alias(OLD) for group in machine.groups.values())


class ReleaseMachine(RuleBasedStateMachine):
    """A controller whose every step may be its last, on top of that world."""

    @initialize(
        waves=st.lists(st.integers(0, 2), min_size=2, max_size=len(KEYS)),
        rules=RULES,
        is_approved=st.booleans(),
        fires=st.sampled_from([False, False, False, True]),
    )
    def begin(self, waves: list[int], rules: Rules, is_approved: bool, fires: bool) -> None:
        self.now = START
        self.groups = {key: Group(orders_fire=fires) for key, _ in zip(KEYS, waves, strict=False)}
        functions = [
            ReleasedFunction(key, key, OLD, NEW, State.PUBLISHED, wave=wave)
            for key, wave in zip(self.groups, waves, strict=False)
        ]
        release = Release("r", "p", Status.PUBLISHED, START, START, rules=rules)
        self.saved = replace(release.with_functions(functions), open_waves=None if is_approved else 1)
        self.newer: str | None = None
        self.look: tuple[Release, Observation] | None = None
        self.ends = 0
        self.turns = 0
        self.visits(2)

    # The controller

    @rule(turns=st.integers(1, 3))
    def visits(self, turns: int) -> None:
        for _ in range(turns):
            self.visit("never")

    @rule(dies=DEATHS)
    def visit(self, dies: str) -> None:
        """One turn of the controller, which may die at any line."""
        self.looks()
        self.acts_on_what_it_saw(dies)

    @rule()
    def looks(self) -> None:
        """What is seen may be old by the time something is made of it."""
        seen = {key: group.seen(self._item(key)) for key, group in self.groups.items()}
        self.look = (self.saved, Observation(seen, self.newer))

    @rule(dies=st.one_of(DEATHS, st.just("never")))
    def acts_on_what_it_saw(self, dies: str) -> None:
        """Only if nobody has written since: the save is conditional."""
        if self.look is None or self.look[0] is not self.saved:
            return
        decided, effects = decide(self.saved, self.look[1], self.now)
        if dies == "before saving":
            return
        self._save(decided)
        if dies == "after saving":
            return
        done = effects[: len(effects) // 2] if dies == "amid effects" else effects
        outcomes = [outcome for effect in done if (outcome := self._perform(effect))]
        if dies in ("never", "amid effects"):
            self._save(absorb(self.saved, outcomes))

    # The world

    @rule(key=KEY, outcome=OUTCOME)
    def world_moves_and_is_seen(self, key: str, outcome: str) -> None:
        self.world_moves(key, outcome)
        self.visit("never")

    @rule(key=KEY, outcome=OUTCOME)
    def world_moves(self, key: str, outcome: str) -> None:
        if key in self.groups:
            self.groups[key].tick(outcome)

    @rule(key=KEY)
    def alarm_fires(self, key: str) -> None:
        """CodeDeploy stops what runs; what has already arrived is the controller's to notice."""
        if key in self.groups and self.groups[key].watched == NEW:
            self.groups[key].alarm()

    @rule(fire=st.booleans())
    def orders(self, fire: bool) -> None:
        """The alarm that all of them share."""
        for group in self.groups.values():
            group.orders(fire=fire)

    @rule(key=KEY)
    def somebody_calls(self, key: str) -> None:
        if key in self.groups:
            self.groups[key].is_called = True

    @rule(key=KEY, what=st.sampled_from(["old_fails", "takes_nothing_back"]))
    def worse(self, key: str, what: str) -> None:
        if key in self.groups:
            setattr(self.groups[key], what, True)

    @rule(key=KEY)
    def somebody_moves_an_alias(self, key: str) -> None:
        group = self.groups.get(key)
        has_begun = group is not None and group.forwards()
        if group is not None and has_begun and group.running() is None and not self.saved.is_ended:
            group.alias, group.was_moved = Alias(ELSEWHERE), True

    @rule(minutes=st.integers(0, 4))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(_has_arrived)
    @rule()
    def somebody_aborts(self) -> None:
        if not self.saved.is_ended:
            self.saved = replace(self.saved, abort="stop")

    @rule()
    def somebody_approves(self) -> None:
        if not self.saved.is_ended and self.saved.open_waves is not None:
            self.saved = replace(self.saved, open_waves=self.saved.open_waves + 1)

    @precondition(_has_arrived)
    @rule()
    def a_newer_release_is_published(self) -> None:
        self.newer = "r2"

    # How it is done

    def _item(self, key: str) -> ReleasedFunction:
        found = self.saved.function(key)
        assert found is not None
        return found

    def _save(self, release: Release) -> None:
        if release.is_ended and not self.saved.is_ended:
            self.ends += 1
        self.saved = release

    def _perform(self, effect: Effect) -> Outcome | None:
        group = self.groups[effect.key]
        if isinstance(effect, CreateDeployment):
            self._check_its_turn(effect.key)
        if isinstance(effect, Exercise):
            group.is_called = True
            return None
        if not isinstance(effect, CreateDeployment | CreateRollback):
            group.perform(effect)  # a client may repeat any other call by itself
        return group.perform(effect)

    def _check_its_turn(self, key: str) -> None:
        wave = self._item(key).wave
        earlier = [item.key for item in self.saved.functions if item.wave < wave]
        for other in earlier:
            assert [one.status for one in self.groups[other].forwards()] == ["Succeeded"], (key, other)
        assert self.saved.open_waves is None or wave < self.saved.open_waves

    # What must hold

    @invariant()
    def an_end_comes_once(self) -> None:
        assert getattr(self, "ends", 0) <= 1

    @invariant()
    def no_function_is_deployed_twice(self) -> None:
        for group in getattr(self, "groups", {}).values():
            assert len(group.forwards()) <= 1

    @invariant()
    def no_version_is_lost(self) -> None:
        for item in self.saved.functions if hasattr(self, "saved") else ():
            assert (item.from_version, item.to_version) == (OLD, NEW)

    @invariant()
    def an_ended_release_is_all_new_or_all_old(self) -> None:
        if not hasattr(self, "saved") or not self.saved.is_ended:
            return
        for item in self.saved.functions:
            group = self.groups[item.key]
            if group.was_moved:
                continue  # it stays where somebody put it
            assert group.running() is None
            assert item.state is not State.FAILED, item
            is_new = self.saved.status is Status.SUCCEEDED or item.state is State.HALTED
            assert group.alias.is_all_on(NEW if is_new else OLD), (item, group)
            assert item.state is not State.HALTED or group.old_fails

    def teardown(self) -> None:
        """Left alone, everything comes to an end, and the right one."""
        if not hasattr(self, "saved"):
            return
        if self.saved.open_waves is not None and not self.saved.is_ended:
            self.saved = replace(self.saved, open_waves=len(KEYS))
        for _ in range(120):
            if self.saved.is_ended:
                break
            self.visit("never")
            # One function at a time: the others are seen half-way.
            self.turns += 1
            list(self.groups.values())[self.turns % len(self.groups)].tick("succeed")
            self.now += timedelta(seconds=30)
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
