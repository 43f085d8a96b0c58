"""What CodePipeline, and the person looking at its console, is told after each look. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.status_words import word
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed, percent
from greenshift.release.job import Token
from greenshift.release.machine.observation import Observation
from greenshift.release.record.asides import Aside


class Verdict(Enum):
    CONTINUE = auto()  # not over: invoke me again with this token
    SUCCEEDED = auto()
    FAILED = auto()


@dataclass(frozen=True)
class JobReport:
    """One answer to one job."""

    verdict: Verdict
    summary: str
    percent: int = 0
    token: str = ""
    failure_type: str = "JobFailed"


def report_of_aside(aside: Aside, *, is_asked: bool) -> JobReport:
    """The answer to a job whose execution became no release. It ends here when it was refused, and when a
    person would be ``asked`` later on for nothing.
    """
    if aside.is_refused or is_asked:
        return JobReport(Verdict.FAILED, aside.because)
    return JobReport(Verdict.SUCCEEDED, f"nothing to do: {aside.because}", 100)


def report_of(
    release: Release, observation: Observation | None, token: Token, waves: int | None = None
) -> JobReport:
    """The answer to a Shift job in this state. One that may begin ``waves`` only is done once the release
    waits for more of them to be approved: one that is watched after its last wave is not over.
    """
    if release.status in (Status.SUCCEEDED, Status.UNCHANGED):
        return JobReport(Verdict.SUCCEEDED, _success(release), 100)
    if release.is_ended:
        return JobReport(Verdict.FAILED, _why_not(release))
    if waves is not None and _has_arrived(release, waves):
        return JobReport(Verdict.SUCCEEDED, _so_far(release), 100)
    progress = _progress(release, observation)
    return JobReport(Verdict.CONTINUE, _doing(release, progress), _percent(progress), token.text())


def _has_arrived(release: Release, waves: int) -> bool:
    asked = [item for item in release.changed if item.wave < waves]
    return release.status is Status.WAITING and all(item.state is State.SHIFTED for item in asked)


def _why_not(release: Release) -> str:
    """The reason of an action that CodePipeline shows as failed: that word need not be said again."""
    reason = release.reason or "no reason recorded"
    return reason if release.status is Status.FAILED else f"{word(release.status)}: {reason}"


def _so_far(release: Release) -> str:
    arrived = any(item.state is State.SHIFTED for item in release.changed)
    return _success(release) if arrived else "nothing changed so far"


def _success(release: Release) -> str:
    if release.status is Status.UNCHANGED:
        return "nothing changed"
    arrived = [item for item in release.changed if item.state is State.SHIFTED]
    moves = [f"{item.key} {item.from_version} -> {item.to_version}" for item in arrived]
    return f"released {listed(moves, 20)}"


Progress = list[tuple[ReleasedFunction, float]]


def _progress(release: Release, observation: Observation | None) -> Progress:
    """Each changed function with the share of its traffic that is on the new version."""
    if observation is None:
        return []
    looked = [(item, observation.of(item.key).alias) for item in release.changed]
    return [(item, alias.share_of(item.to_version) if alias else 0.0) for item, alias in looked]


def _percent(progress: Progress) -> int:
    return int(100 * sum(share for _, share in progress) / len(progress)) if progress else 0


def _doing(release: Release, progress: Progress) -> str:
    if release.status is Status.ROLLING_BACK:
        return f"rolling back: {release.reason}"
    if release.status is Status.BAKING:
        return release.transitions[-1].cause if release.transitions else "watching"
    parts = [f"{item.key} {percent(share)}" for item, share in progress]
    return f"{word(release.status)}: {listed(parts, 20) or 'waiting'}"
