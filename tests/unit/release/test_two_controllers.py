"""A pipeline's release and a rollback at the same time: one moves aliases, then the other; never both.

Real `Shifter`, `RightOfWay` and leases on a table in memory. At every call that leaves a controller the other
one may take a whole step, or the first may die; Hypothesis chooses where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from support.accounts.release_world import NEW, OLD, Group

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.errors import StaleRelease
from greenshift.release.machine.effects import CreateDeployment, Effect, Outcome
from greenshift.release.machine.observation import Observation
from greenshift.release.record.items import from_item
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.right_of_way import RightOfWay
from greenshift.release.shift import Shifter

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = ("a", "b")
OLDER = "0"
PIPELINE, ROLLBACK = "p", "k"
WHAT = st.sampled_from(["go on", "go on", "the other one", "the other one", "die"])


class Death(BaseException):
    """An invocation that was killed: nothing of it runs any more, no handler either."""


@dataclass
class Moment:
    now_: datetime = START

    def now(self) -> datetime:
        return self.now_


@dataclass
class Table(Ledger):
    """The ledger's conditional writes, in memory; leases are the real ones."""

    called: Callable[[], None]
    rows: dict[str, Release] = field(default_factory=dict)

    def release(self, release_id: str) -> Release | None:
        self.called()
        return self.rows.get(release_id)

    def save(self, old: Release, new: Release) -> Release:
        self.called()
        if self.rows[old.id].revision != old.revision:
            raise StaleRelease("somebody else wrote")
        self.rows[old.id] = replace(new, revision=old.revision + 1)
        return self.rows[old.id]

    def request_abort(self, release_id: str, reason: str) -> None:
        self.called()
        row = self.rows[release_id]
        if row.is_ended:
            raise StaleRelease("it has ended")
        self.rows[release_id] = replace(row, abort=row.abort or reason, revision=row.revision + 1)


@dataclass
class Row:
    """DynamoDB, as far as the right of way asks it."""

    called: Callable[[], None]
    holder: str | None = None

    def get_item(self, **_: Any) -> dict[str, Any]:
        self.called()
        return {"Item": {"holder": {"S": self.holder}}} if self.holder else {}

    def update_item(self, ExpressionAttributeValues: Mapping[str, Any], **_: Any) -> None:
        self.called()
        values = from_item(ExpressionAttributeValues)
        if self.holder != values.get(":after"):
            error = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "no"}}
            raise ClientError(error, "UpdateItem")  # type: ignore[arg-type]
        self.holder = str(values[":new"])


class Stage:
    """Two releases, the functions both want to move, and whose turn it is."""

    def __init__(self, whats: Iterable[str]) -> None:
        self.whats = iter(whats)
        self.clock = Moment()
        self.groups = {key: Group() for key in KEYS}
        self.table = Table(self.called)
        self.row = Row(self.called)
        self.on_stage: list[str] = []
        self.owners = 0
        for id_, to, mode in ((PIPELINE, NEW, Mode.NORMAL), (ROLLBACK, OLDER, Mode.ROLLBACK)):
            functions = tuple(ReleasedFunction(key, key, OLD, to, State.PUBLISHED) for key in KEYS)
            rules = Rules().in_mode(mode)
            self.table.rows[id_] = Release(
                id_, "shop", Status.PUBLISHED, START, START, functions, mode=mode, rules=rules
            )

    def called(self) -> None:
        """A call leaves the controller on stage: something else may happen first."""
        if len(self.on_stage) != 1:
            return
        what = next(self.whats, "go on")
        if what == "die":
            raise Death
        if what == "the other one":
            self.steps(ROLLBACK if self.on_stage == [PIPELINE] else PIPELINE)

    def steps(self, id_: str) -> None:
        """One invocation of the controller for this release."""
        self.on_stage.append(id_)
        try:
            self._invocation(id_)
        except Death:
            pass
        finally:
            self.on_stage.pop()

    def _invocation(self, id_: str) -> None:
        release = self.table.release(id_)
        assert release is not None
        self.owners += 1
        way = RightOfWay(self.row, "table", "shop")
        shifter = Shifter(
            self.table,
            way,
            self,
            self,
            self.clock,
            str(self.owners),
            lambda: 900.0,  # type: ignore[arg-type]
        )
        is_clear = release.has_begun or release.is_ended
        if is_clear or shifter.clear_the_way(release, "the other one goes first") is None:
            shifter.visit(release)

    # The observer and the runner of whoever is on stage

    def look(self, release: Release, now: datetime) -> Observation:
        self.called()
        return Observation(
            {item.key: self.groups[item.key].seen(item, release.id) for item in release.functions}
        )

    def perform(self, release: Release, effects: Sequence[Effect]) -> list[Outcome]:
        outcomes = []
        for effect in effects:
            self.called()
            if isinstance(effect, CreateDeployment):
                self._check_alone(release)
            if (outcome := self.groups[effect.key].perform(effect, release.id)) is not None:
                outcomes.append(outcome)
        return outcomes

    def _check_alone(self, release: Release) -> None:
        """Whoever starts a deployment: the other one has not begun, or has ended."""
        (other,) = (row for row in self.table.rows.values() if row.id != release.id)
        assert other.is_ended or not other.has_begun, (release.id, other)

    def passes(self, seconds: int) -> None:
        self.clock.now_ += timedelta(seconds=seconds)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    whats=st.lists(WHAT, max_size=80), first=st.sampled_from([PIPELINE, ROLLBACK]), ticks=st.integers(1, 4)
)
def test_two_releases_at_once_end_one_after_the_other_and_whole(
    whats: list[str], first: str, ticks: int
) -> None:
    stage = Stage(whats)
    order = [first, *({PIPELINE, ROLLBACK} - {first})]
    for turn in range(80):
        for id_ in order:
            stage.steps(id_)
        if turn % ticks == 0:
            for group in stage.groups.values():
                group.tick("succeed")
        stage.passes(40)

    releases = stage.table.rows.values()
    assert all(release.is_ended for release in releases), releases
    (alias,) = {str(group.alias) for group in stage.groups.values()}
    assert alias in {f"at version {version}" for version in (OLD, NEW, OLDER)}
    for group in stage.groups.values():
        assert group.running() is None
        assert all(len(group.forwards(id_)) <= 1 for id_ in (PIPELINE, ROLLBACK))
    last = max(releases, key=lambda release: release.since)
    went_well = last.status in (Status.SUCCEEDED, Status.UNCHANGED)
    assert (
        alias == f"at version {last.functions[0].to_version if went_well else last.functions[0].from_version}"
    )
