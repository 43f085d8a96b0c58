"""Which versions may go: each rule by itself, and that no history makes a rollback impossible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import State, Status
from greenshift.release.record.retention import Published, needed, prunable
from greenshift.release.targets import Versions

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=365)
DAY = timedelta(days=1)


def published(*versions: int, at: datetime | None = LONG_AGO, is_ours: bool = True) -> list[Published]:
    return [Published(str(version), at, is_ours) for version in versions]


def free(versions: list[Published], **members: Any) -> list[str]:
    given: dict[str, Any] = {"aliased": (), "needed": (), "rules": Versions(True, 1, 30), "now": NOW}
    return prunable(versions, **(given | members))


RULES: dict[str, tuple[list[Published], dict[str, Any], list[str]]] = {
    "nobody needs it": (published(1, 2, 3), {}, ["1", "2"]),
    "oldest first, as numbers": (published(10, 9, 2, 11), {}, ["2", "9", "10"]),
    "an alias points to it": (published(1, 2, 3), {"aliased": {"1"}}, ["2"]),
    "a rollback may need it": (published(1, 2, 3), {"needed": {"2"}}, ["1"]),
    "it is young": ([*published(1), *published(2, at=NOW - 29 * DAY), *published(3)], {}, ["1"]),
    "its age is unknown": ([*published(1, at=None), *published(2, 3)], {}, ["2"]),
    "it is as old as the setting": (published(1, 2, at=NOW - 30 * DAY), {}, ["1"]),
    "it is somebody else's": ([*published(1, is_ours=False), *published(2, 3)], {}, ["2"]),
    "it is the newest": (published(7), {}, []),
    "the newest is somebody else's": ([*published(1), *published(2, is_ours=False)], {}, ["1"]),
    "$LATEST": ([Published("$LATEST", LONG_AGO, True), *published(1, 2)], {}, ["1"]),
    "there is none": ([], {}, []),
}


@pytest.mark.parametrize("case", RULES)
def test_each_rule(case: str) -> None:
    versions, members, expected = RULES[case]

    assert free(versions, **members) == expected


def release(days: float, status: Status, *sides: tuple[str, str], name: str = "charge") -> Release:
    at = NOW - timedelta(days=days)
    functions = tuple(ReleasedFunction(name, name, old, new, State.SHIFTED) for old, new in sides)
    return Release(f"r{days}", "p", status, at, at, functions)


def test_the_window_reaches_to_the_last_release_counted_and_failed_ones_do_not_count() -> None:
    history = [
        release(90, Status.SUCCEEDED, ("5", "9")),
        release(100, Status.FAILED, ("5", "8")),
        release(110, Status.ROLLED_BACK, ("5", "7")),
        release(120, Status.SUCCEEDED, ("4", "5")),
        release(130, Status.SUCCEEDED, ("3", "4")),
    ]

    assert needed(history, Versions(True, 2, 30), NOW) == {"charge": {"4", "5", "7", "8", "9"}}
    assert needed(history, Versions(True, 1, 105), NOW) == {"charge": {"5", "8", "9"}}


def test_no_more_of_the_ledger_is_read_than_the_window() -> None:
    def history() -> Any:
        yield release(90, Status.SUCCEEDED, ("5", "9"))
        yield release(95, Status.SUCCEEDED, ("4", "5"))
        raise AssertionError("read too far")

    assert needed(history(), Versions(True, 1, 30), NOW) == {"charge": {"5", "9"}}


# --- any history at all ---------------------------------------------------------------------------------

NAMES = ("charge", "refund", "ship")


@dataclass
class World:
    """Functions that are released again and again, as the ledger and Lambda would tell of it."""

    live: dict[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, "1"))
    made: dict[str, list[Published]] = field(default_factory=lambda: {n: published(1) for n in NAMES})
    releases: list[Release] = field(default_factory=list)
    ends: list[tuple[Release, dict[str, str]]] = field(default_factory=list)
    """Each successful release with what was live everywhere when it ended."""

    def release(self, at: datetime, changed: set[str], outcome: Status) -> None:
        to = {name: self.publish(name, at) if name in changed else self.live[name] for name in NAMES}
        self.end(at, to, outcome)

    def roll_back(self, at: datetime, to: dict[str, str]) -> None:
        """A release of its own that names only what it changes."""
        self.end(at, to, Status.SUCCEEDED, {name for name in NAMES if to[name] != self.live[name]})

    def end(self, at: datetime, to: dict[str, str], outcome: Status, names: Any = NAMES) -> None:
        rows = tuple(
            ReleasedFunction(name, name, self.live[name], to[name], State.SHIFTED) for name in sorted(names)
        )
        self.releases.append(Release(f"r{len(self.releases)}", "p", outcome, at, at, rows))
        if outcome is Status.SUCCEEDED:
            self.live = dict(to)
            self.ends.append((self.releases[-1], dict(to)))

    def publish(self, name: str, at: datetime) -> str:
        version = str(1 + max(int(each.version) for each in self.made[name]))
        self.made[name].append(Published(version, at, True))
        return version

    def prune(self, rules: Versions, now: datetime) -> dict[str, list[str]]:
        kept = needed(reversed(self.releases), rules, now)
        gone = {
            name: prunable(
                self.made[name],
                aliased={self.live[name]},
                needed=kept.get(name, frozenset()),
                rules=rules,
                now=now,
            )
            for name in NAMES
        }
        for name, versions in gone.items():
            self.made[name] = [each for each in self.made[name] if each.version not in versions]
        return gone

    def targets(self, rules: Versions, now: datetime) -> list[dict[str, str]]:
        """The sets that a rollback within count or age goes to."""
        last = self.ends[-rules.keep :]
        young = [end for end in self.ends if now - end[0].started_at < rules.keep_days * DAY]
        return [live for _, live in [*last, *young]]


steps = st.lists(
    st.tuples(
        st.sampled_from(["release", "release", "rollback"]),
        st.sets(st.sampled_from(NAMES), min_size=1),
        st.sampled_from([Status.SUCCEEDED, Status.SUCCEEDED, Status.ROLLED_BACK, Status.FAILED]),
        st.floats(0, 20),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=25,
)
rules_ = st.builds(Versions, st.just(True), st.integers(1, 6), st.integers(0, 60))


@given(steps, rules_)
def test_a_version_that_a_rollback_may_need_is_never_pruned(steps: list[Any], rules: Versions) -> None:
    world, now = World(), LONG_AGO
    for kind, changed, outcome, days, back in steps:
        now += timedelta(days=days)
        if kind == "rollback" and world.ends:
            within = world.targets(rules, now)
            world.roll_back(now, within[back % len(within)])
        else:
            world.release(now, changed, outcome)
        world.prune(rules, now)

        for target in [*world.targets(rules, now), world.live]:
            for name, version in target.items():
                assert version in [each.version for each in world.made[name]], (name, version)


@given(steps, rules_)
def test_what_falls_out_of_the_window_goes_and_little_more_than_it_stays(
    steps: list[Any], rules: Versions
) -> None:
    world, now = World(), LONG_AGO
    for _, changed, outcome, days, _ in steps:
        now += timedelta(days=days)
        world.release(now, changed, outcome)
    for turn in range(rules.keep):
        world.release(now, {"charge"}, Status.SUCCEEDED)
        now += timedelta(days=rules.keep_days + 1 + turn)

    world.prune(rules, now)

    # Both sides of the releases that are kept, and what was there at first, which was no release's.
    assert len(world.made["charge"]) <= rules.keep + 2
    assert len(world.made["refund"]) <= 3
