"""Two releases beside one another: what each left live, how each went, and what lies between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from greenshift.contract.commits import Commit
from greenshift.contract.left_at import left_at
from greenshift.view import FunctionTraffic, ReleaseView, SettingChange
from greenshift.view.live import left, live
from greenshift.view.model.traffic import Counted, counted


@dataclass(frozen=True)
class Between:
    """What lies between two commits of the repository."""

    is_known: bool = False
    """Whether there is a repository here that has both."""
    commits: tuple[Commit, ...] = ()
    """Newest first."""
    more: int = 0
    """How many there are besides."""
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Changed files by function; under "" those of none."""


@dataclass(frozen=True)
class FunctionBeside:
    """The version each of the two releases left live; empty where it had nothing to do with the function."""

    key: str
    before: str
    after: str
    tried: str = ""
    """The version of the newer release that went back; empty where none did."""
    files: tuple[str, ...] = ()
    settings: tuple[SettingChange, ...] | None = None
    """How the settings of the two versions differ; None where nobody can say any more."""

    @property
    def are_two(self) -> bool:
        """Whether there are two versions to compare."""
        return _are_two(self.before, self.after)


@dataclass(frozen=True)
class Pair:
    """Two versions of one function, by its name: the one before and the one after."""

    key: str
    name: str
    older: str
    newer: str


@dataclass(frozen=True)
class Went(Counted):
    """How a release's new versions did: calls, failures, and the slowest of a hundred calls."""

    requests: float = 0.0
    errors: float = 0.0
    p99: float | None = None
    """The worst period's, in milliseconds."""


def left_live(release: ReleaseView) -> dict[str, str]:
    """The version a release left live, by function; empty where it tells none, as while it still moves."""
    return {each.key: left_at(each.name, [release]) or "" for each in release.functions}


Settings = Mapping[str, tuple[SettingChange, ...] | None]
"""How settings differ, by function, of those that were asked about."""


def beside(
    older: ReleaseView, newer: ReleaseView, between: Between, settings: Settings
) -> tuple[FunctionBeside, ...]:
    """Every function of either release."""
    before, after = left_live(older), left_live(newer)
    gone = {each.key: each.to_version for each in newer.changed if after.get(each.key) == each.from_version}
    return tuple(
        FunctionBeside(
            key,
            before.get(key, ""),
            after.get(key, ""),
            gone.get(key, ""),
            tuple(between.files.get(key, ())),
            settings.get(key),
        )
        for key in sorted({*before, *after})
    )


def pairs(older: ReleaseView, newer: ReleaseView) -> tuple[Pair, ...]:
    """The functions of which the two releases left different versions live."""
    names = {each.key: each.name for each in (*older.functions, *newer.functions)}
    before, after = left_live(older), left_live(newer)
    found = (Pair(key, names[key], before.get(key, ""), after.get(key, "")) for key in sorted(names))
    return tuple(pair for pair in found if _are_two(pair.older, pair.newer))


def _are_two(before: str, after: str) -> bool:
    return bool(before and after) and before != after


def went(traffic: Iterable[FunctionTraffic]) -> Went:
    """How it went for the new versions, which come second."""
    points = [point for each in traffic for version in each.versions[1:] for point in version.points]
    return Went(
        *counted(points),
        max((point.p99 for point in points if point.p99 is not None), default=None),
    )


def before(releases: Sequence[ReleaseView], release: ReleaseView) -> ReleaseView | None:
    """The newest release before this one that went well; else the newest one before it. Newest first."""
    earlier = [each for each in releases if each.started_at < release.started_at]
    well = (each for each in earlier if each.status == "SUCCEEDED")
    return next(well, earlier[0] if earlier else None)


def commit_of(release: ReleaseView, releases: Sequence[ReleaseView]) -> str:
    """Its commit; of a rollback, the one that it made live again, as far as these, newest first, tell."""
    if release.commit:
        return release.commit
    until = [each for each in releases if each.started_at <= release.started_at]
    found = live(until, left(until))
    return found.commit if found is not None else ""


def by_function(files: Iterable[str], folders: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Files by the function in whose folder they lie, the deepest one; under "" those in none."""
    found: dict[str, list[str]] = {}
    for file in files:
        holders = [key for key, folder in folders.items() if file.startswith(f"{folder.strip('/')}/")]
        found.setdefault(max(holders, key=lambda key: len(folders[key]), default=""), []).append(file)
    return {key: tuple(names) for key, names in found.items()}
