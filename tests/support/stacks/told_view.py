"""Who answers for a stack that does not exist: what ``StackView`` and the controller say of a told one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from greenshift.contract.commits import Commit
from greenshift.contract.errands import ASK, ENVELOPE
from greenshift.dashboard.comparison import Between
from greenshift.dashboard.watched import Head
from greenshift.view import (
    Approval,
    BuildView,
    FailedTest,
    FunctionTraffic,
    LedgerPage,
    Moment,
    ReleaseView,
    ReportView,
    SettingChange,
    Snapshot,
    StackOutputs,
    Timeline,
)
from greenshift.view.logs import LogLine

_MINUTE = "2026-11-23T16:21:"
"""In which both builds ran."""


@dataclass
class ToldTail:
    """A log that was printed at once."""

    lines: list[str]
    is_over = False

    def read(self) -> list[LogLine]:
        lines, self.lines = self.lines, []
        return [LogLine("2026-11-23T16:25:00.000Z", "", each) for each in lines]


@dataclass(frozen=True)
class ToldView:
    """What ``StackView`` answers, of a stack that does not exist."""

    told: Snapshot
    outputs: StackOutputs

    def snapshot(self) -> Snapshot:
        return self.told

    def timeline(self, release_id: str) -> Timeline:
        release = next((each for each in self.told.ledger.releases if each.id == release_id), None)
        execution = next((each for each in self.told.pipeline.executions if each.id == release_id), None)
        moments = sorted(self._moments(release), key=lambda moment: moment.at)
        builds = self._builds(release) if release else ()
        return Timeline(
            release_id, execution, release, self.told.shifts, tuple(moments), self.told.sources, builds
        )

    def _builds(self, release: ReleaseView) -> tuple[BuildView, ...]:
        """Two attempts: a test failed in the first."""
        failed = FailedTest(release.message, "FAILED", release.reason or release.message)
        bad = ReportView(release.author, "FAILED", 12, 10, 1, 1, 3.25, (failed,))
        good = ReportView(release.author, "SUCCEEDED", 12, 11, 0, 1, 3.5)
        return (
            BuildView(
                "shop-local:2", 2, "SUCCEEDED", release.commit, f"{_MINUTE}30Z", f"{_MINUTE}42Z", (good,)
            ),
            BuildView("shop-local:1", 1, "FAILED", release.commit, f"{_MINUTE}00Z", f"{_MINUTE}12Z", (bad,)),
        )

    def builds(self, limit: int = 30) -> tuple[BuildView, ...]:
        return tuple(each for release in self.told.ledger.releases for each in self._builds(release))

    def approvals(self) -> tuple[Approval, ...]:
        return tuple(
            Approval(each.stage, each.action, each.execution, each.since, each.text, "a token")
            for each in self.told.attention
            if each.kind == "approval"
        )

    def settings_between(self, name: str, older: str, newer: str) -> tuple[SettingChange, ...] | None:
        """Of the first function many, of the second none, of the third nobody can say any more."""
        newest = self.told.ledger.releases[0]
        place, said = [each.name for each in newest.functions].index(name), newest.message
        changed = (
            SettingChange("memory", "512 MB", "256 MB"),
            SettingChange("layers", "", said),
            SettingChange(f"NAMED {said}", variable="changed"),
        )
        return (changed, (), None)[min(place, 2)]

    def _moments(self, release: ReleaseView | None) -> Iterator[Moment]:
        for action in (action for stage in self.told.pipeline.stages for action in stage.actions):
            if action.status:
                text = action.error or action.summary
                yield Moment(action.updated_at, "action", action.name, action.status, text, seconds=42)
        for change in release.transitions if release else ():
            yield Moment(change.at, "release", "release", change.status, change.cause)
        for alarm in self.told.alarms:
            if alarm.reason:
                yield Moment(alarm.since, "alarm", alarm.name, alarm.state, alarm.reason)

    def ledger_page(self, *_: Any, **__: Any) -> LedgerPage:
        return self.told.ledger

    def traffic(self, key: str, releases: Sequence[ReleaseView], lately: timedelta) -> FunctionTraffic:
        nothing = FunctionTraffic(key, 60, 5.0, ())
        return next((each for each in self.told.traffic if each.key == key), nothing)

    def served(self, release: ReleaseView) -> tuple[FunctionTraffic, ...]:
        return self.told.traffic if release == self.told.release else ()

    def release(self, release_id: str) -> ReleaseView | None:
        return next((each for each in self.told.ledger.releases if each.id == release_id), None)

    def find(self, start: str) -> list[str]:
        return [each.id for each in self.told.ledger.releases if each.id.startswith(start)]

    def running_executions(self) -> dict[str, str]:
        return {each.id: each.commit for each in self.told.pipeline.executions if not each.has_ended}

    def now(self) -> datetime:
        return datetime.fromisoformat(self.told.at)

    def function_tail(self, key: str, since: datetime) -> ToldTail:
        return ToldTail([f"START RequestId: {key} Version: 4", *(alarm.reason for alarm in self.told.alarms)])

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the page asked for {name}, which nobody told it")


@dataclass(frozen=True)
class ToldController:
    """Lambda, as far as the page asks its controller: about a commit, and about a rollback."""

    told: Snapshot

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        errand = json.loads(Payload)[ENVELOPE]["errand"]
        release = self._named(self.told.ledger.releases[0])
        keys = [each.key for each in self.told.functions]
        standing = {"stands": "WENT_BACK", "release": release, "pending": keys}
        moves = [{"key": key, "from": "4", "to": "3"} for key in keys * 6]
        plan = {"refused": "", "what": "", "undoes": release, "functions": moves, "after": [release]}
        return {"Payload": io.BytesIO(json.dumps(standing if errand == ASK else plan).encode())}

    def _named(self, release: ReleaseView) -> dict[str, str]:
        return {
            "id": release.id, "status": release.status, "mode": "normal", "commit": release.commit,
            "message": release.message, "reason": release.reason or release.message,
            "by": release.author, "startedAt": release.started_at, "endedAt": release.ended_at,
        }  # fmt: skip


def head_of(told: Snapshot) -> Head:
    """What would be released next: the newest release's commit once more."""
    newest = told.ledger.releases[0]
    return Head(newest.commit, newest.message, newest.author)


def between_of(told: Snapshot) -> Between:
    """Two commits between any two releases, and a file of every function, named as people write."""
    newest = told.ledger.releases[0]
    commits = tuple(Commit(newest.commit, newest.message, newest.author) for _ in range(2))
    files = {each.key: (f"functions/{each.key}/{newest.message}.py",) for each in told.functions}
    return Between(True, commits, 3, {**files, "": (newest.message, "README.md")})
