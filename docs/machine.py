"""`reference/release-machine.md`: the phases of a release, and every way from one to another.

The ways are found, not written: from a published release on, `decide` is asked in every world that its
functions can be in, and again about whatever comes of that. The phases' meanings are the comments beside
their names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from greenshift.contract import statuses
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode, Newer, Quiet, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.decide import decide
from greenshift.release.machine.observation import AlarmSeen, Alias, Deployment, FunctionSeen, Observation

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = (
    Rules(),
    Rules(quiet=Quiet.HOLD),
    Rules(bake=timedelta(minutes=5), newer=Newer.SUPERSEDE),
)
LATER = (timedelta(0), timedelta(minutes=16), timedelta(hours=3))
ALIASES = (Alias("1"), Alias("2"), Alias("9"), Alias("1", {"2": 0.1}), None)
FORWARD = (None, *(Deployment("d-1", status) for status in ("InProgress", "Succeeded", "Failed")))
ALARMS = tuple(AlarmSeen("alarm", state, "why", "2", 5.0) for state in ("OK", "ALARM"))
# What two functions are tried in: at the start, arrived, gone wrong.
FEW = (
    FunctionSeen(Alias("1"), None, None, ALARMS[0]),
    FunctionSeen(Alias("2"), Deployment("d-1", "Succeeded"), None, ALARMS[0]),
    FunctionSeen(Alias("1"), Deployment("d-1", "Failed"), None, ALARMS[1]),
)
# Publish has no look at the world to decide from: it goes on until it is done, or fails.
PUBLISH = {
    (Status.PUBLISHING, Status.PUBLISHED): "every changed function has its new version",
    (Status.PUBLISHING, Status.FAILED): "a package, a version or a smoke test is refused",
    (Status.FAILED, Status.PUBLISHING): "the stage is retried before anything moved",
}

Edges = dict[tuple[Status, Status], str]


def page(notice: str) -> str:
    edges = ways()
    lines = [
        "# The machine of a release", "", notice, "",
        "What is true in each phase. A release is in exactly one, and ends once.", "",
        "| phase | what is true |", "| --- | --- |",
        *(f"| {name} | {meaning} |" for name, meaning in meanings("Status")), "",
        "```mermaid", "stateDiagram-v2", "    [*] --> PUBLISHING", "    [*] --> PUBLISHED : a rollback",
        *(f"    {before} --> {after}" for before, after in edges),
        *(f"    {status} --> [*]" for status in Status if status.is_ended), "```", "",
        "| from | to | for example |", "| --- | --- | --- |",
        *(f"| {before} | {after} | {cause} |" for (before, after), cause in edges.items()), "",
        "Inside a release, each function is in one of these:", "",
        "| state | what is true |", "| --- | --- |",
        *(f"| {name} | {meaning} |" for name, meaning in meanings("State")),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def meanings(kind: str) -> list[tuple[str, str]]:
    """The members of an enumeration with the comments beside them."""
    source = inspect.getsource(getattr(statuses, kind))
    return re.findall(r"^    ([A-Z_]+) = \"[A-Z_]+\"  # (.+)$", source, re.MULTILINE)


def ways() -> Edges:
    """Every change of phase, each with the cause the ledger would give; in the order of the phases."""
    found: Edges = dict(PUBLISH)
    for release, look in _beginnings():
        _explore(release, look, found)
    order = list(Status)
    return dict(sorted(found.items(), key=lambda each: [order.index(status) for status in each[0]]))


def _explore(start: Release, looks: Sequence[Observation], found: Edges) -> None:
    """Follow `decide` from here into everything that can come of it."""
    known, waiting = {_plain(start)}, [_plain(start)]
    while waiting:
        release = waiting.pop()
        # Whoever asks it to go back, and whoever approves another wave, writes into the row.
        rows = [replace(release, abort="somebody asked for it"), *_approved(release)]
        for row, later, look in product(rows, LATER, looks):
            decided, _ = decide(row, look, NOW + later)
            if decided.status is not release.status:
                found.setdefault((release.status, decided.status), decided.transitions[-1].cause)
            if (after := _plain(decided)) not in known:
                known.add(after)
                waiting.append(after)


def _approved(release: Release) -> list[Release]:
    return [release] if release.open_waves is None else [release, replace(release, open_waves=2)]


def _plain(release: Release) -> Release:
    """The release without what makes no difference to where it can go."""
    items = [replace(item, reason=None) for item in release.functions]
    bare = replace(
        release, since=NOW, ended_at=None, reason="a: it broke", alarm=None, abort=None, transitions=()
    )
    return bare.with_functions(items)


def _beginnings() -> Iterator[tuple[Release, list[Observation]]]:
    seen = [FunctionSeen(*each) for each in product(ALIASES, FORWARD, (None,), ALARMS)]
    one = ReleasedFunction("a", "shop-a", "1", "2", State.PUBLISHED)
    for rules in RULES:
        looks = [Observation({"a": each}, newer) for each in seen for newer in (None, "r2")]
        yield _release(rules, one), looks
    two = replace(one, key="b", name="shop-b", wave=1)
    pairs = [Observation({"a": a, "b": b}) for a in FEW for b in FEW]
    for waves in (1, 2):
        yield replace(_release(Rules(), one, two), open_waves=waves), pairs


def _release(rules: Rules, *items: ReleasedFunction) -> Release:
    empty = Release("r1", "shop", Status.PUBLISHED, NOW, NOW, mode=Mode.NORMAL, rules=rules)
    return empty.with_functions(items)
