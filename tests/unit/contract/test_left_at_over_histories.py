"""Whatever releases a pipeline lives through: an alias is expected where its traffic was last proved to be.

Releases are published whenever they like, and shifted one after the other by the real `decide`, against
aliases that obey, fail, or are moved by hand. What is proved is noted beside the ledger, by whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.accounts.release_world import Group

from greenshift.contract.left_at import left_at
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode, Moved, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.decide import absorb, decide
from greenshift.release.machine.observation import Alias, Observation

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = ("a", "b")
OUTCOME = st.sampled_from(["succeed", "fail", "wait"])
STEP = st.one_of(
    st.tuples(
        st.just("publish"),
        st.sets(st.sampled_from(KEYS)),
        st.sampled_from([Moved.REFUSE, Moved.ADOPT]),
        st.integers(0, 1),
    ),
    st.tuples(st.just("roll back")),
    st.tuples(st.just("shift"), st.integers(0, 2), st.lists(OUTCOME, max_size=2)),
    st.tuples(st.just("stop"), st.integers(0, 2)),
    st.tuples(st.just("supersede"), st.integers(0, 2)),
    st.tuples(st.just("by hand"), st.sampled_from(KEYS), st.integers(1, 9)),
)


@dataclass
class History:
    """A pipeline's ledger and aliases. ``proved`` is where each alias was last seen whole by a release."""

    def __post_init__(self) -> None:
        self.groups = {key: Group(alias=Alias("1")) for key in KEYS}
        self.ledger: dict[str, Release] = {}
        self.proved: dict[str, str] = {}
        self.newest = 1
        self.now = START
        self.shifting: str | None = None

    def open(self) -> list[str]:
        return [id_ for id_, release in self.ledger.items() if not release.is_ended]

    def publish(self, changed: set[str], moved: Moved, wave: int) -> None:
        """Publish looks at once, and may be long over when the shift begins."""
        self.newest += 1
        live = {key: self.groups[key].alias.version for key in KEYS}
        wanted = {key: str(self.newest) if key in changed else live[key] for key in KEYS}
        self._publish(live, wanted, Rules(moved=moved), Mode.NORMAL, wave)

    def roll_back(self) -> None:
        done = [each for each in self.ledger.values() if each.status is Status.SUCCEEDED]
        if done:
            live = {key: self.groups[key].alias.version for key in KEYS}
            wanted = {item.key: item.from_version for item in done[-1].functions}
            self._publish(live, wanted, Rules().in_mode(Mode.ROLLBACK), Mode.ROLLBACK, 0)

    def _publish(
        self, live: Mapping[str, str], wanted: Mapping[str, str], rules: Rules, mode: Mode, wave: int
    ) -> None:
        id_ = f"r{len(self.ledger)}"
        self.now += timedelta(minutes=1)
        parts = tuple(
            ReleasedFunction(
                key,
                key,
                live[key],
                wanted[key],
                State.UNCHANGED if live[key] == wanted[key] else State.PUBLISHED,
                wave=wave if key == "b" else 0,
            )
            for key in KEYS
        )
        self.ledger[id_] = Release(
            id_, "p", Status.PUBLISHED, self.now, self.now, parts, mode=mode, rules=rules
        )

    def shift(self, id_: str, outcomes: list[str]) -> None:
        """Until it ends, or has to wait: then it stays half way, and nobody else may begin."""
        if self.shifting not in (None, id_):
            return
        self.shifting = id_
        coming = iter(outcomes)
        for _ in range(60):
            self._turn(id_, "")
            if self.ledger[id_].is_ended:
                self.shifting = None
                return
            for group in self.groups.values():
                if group.running() is not None:
                    if (outcome := next(coming, "succeed")) == "wait":
                        return
                    group.tick(outcome)

    def end(self, id_: str, *, because: str = "", newer: str = "") -> None:
        """Stop it, or let a newer one take its place; the way back goes well."""
        if because:
            self.ledger[id_] = replace(self.ledger[id_], abort=because)
        if newer and self.shifting != id_:
            return
        for _ in range(60):
            self._turn(id_, newer)
            if self.ledger[id_].is_ended:
                self.shifting = None if self.shifting == id_ else self.shifting
                return
            for group in self.groups.values():
                group.tick("succeed")
        raise AssertionError(f"it has no end: {self.ledger[id_]}")

    def _turn(self, id_: str, newer: str) -> None:
        self.now += timedelta(minutes=2)
        before = self.ledger[id_]
        past = [each for each in self.ledger.values() if each.id != id_]
        recorded = {key: left_at(key, past) if before.rules.moved is Moved.REFUSE else None for key in KEYS}
        seen = {
            item.key: replace(self.groups[item.key].seen(item, id_), recorded=recorded[item.key])
            for item in before.functions
        }
        decided, effects = decide(before, Observation(seen, newer or None), self.now)
        outcomes = [self.groups[effect.key].perform(effect, id_) for effect in effects]
        self.ledger[id_] = absorb(decided, [each for each in outcomes if each is not None])
        self._prove(before, self.ledger[id_])

    def _prove(self, before: Release, after: Release) -> None:
        """It begins from what it sees; what it calls arrived or back is where it says."""
        begins = after.has_begun and not before.has_begun
        for item in after.functions:
            if begins or after.status is Status.UNCHANGED:
                self.proved[item.key] = item.from_version
            was = before.function(item.key)
            if was is not None and was.state is not item.state:
                if item.state in (State.SHIFTED, State.HALTED):
                    self.proved[item.key] = item.to_version
                elif item.state is State.ROLLED_BACK:
                    self.proved[item.key] = item.from_version
                if item.state in (State.SHIFTED, State.ROLLED_BACK):
                    assert self.groups[item.key].alias == Alias(self.proved[item.key])

    def step(self, what: str, *how: object) -> None:
        match what, how:
            case "publish", (set(changed), Moved() as moved, int(wave)):
                self.publish(changed, moved, wave)
            case "roll back", _:
                self.roll_back()
            case "by hand", (str(key), int(version)):
                if self.groups[key].running() is None:
                    self.groups[key].alias = Alias(str(version))
            case _, (int(which), *rest) if self.open():
                id_ = self.open()[which % len(self.open())]
                if what == "shift":
                    (outcomes,) = rest
                    assert isinstance(outcomes, list)
                    self.shift(id_, outcomes)
                elif what == "stop":
                    self.end(id_, because="stopped")
                else:
                    self.end(id_, newer="a newer one")


BOTH = [("publish", {"a"}, Moved.REFUSE, 0)] * 2


@example([*BOTH, ("shift", 1, []), ("shift", 0, [])])  # the first to start is the last to end
@example([*BOTH, ("shift", 0, ["wait"]), ("stop", 1), ("shift", 0, [])])  # stopped while another shifts
@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(STEP, max_size=14))
def test_what_is_expected_is_what_was_proved(steps: list[tuple[object, ...]]) -> None:
    history = History()
    for what, *how in steps:
        history.step(str(what), *how)

        if history.shifting is None:
            releases = list(history.ledger.values())
            expected = {key: left_at(key, releases) for key in KEYS}
            assert expected == {key: history.proved.get(key) for key in KEYS}, releases
