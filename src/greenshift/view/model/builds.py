"""What the builds of a pipeline did, with what their test reports tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FailedTest:
    """A test that did not pass."""

    name: str
    status: str
    """FAILED or ERROR."""
    message: str


@dataclass(frozen=True)
class ReportView:
    """A test report of a build, as the section ``reports`` of its buildspec names it."""

    name: str
    status: str
    """SUCCEEDED, FAILED, GENERATING, INCOMPLETE or DELETING."""
    total: int
    passed: int
    failed: int
    """Failed, or ended by an error."""
    skipped: int
    seconds: float
    failures: tuple[FailedTest, ...] = ()
    """The first twenty."""


@dataclass(frozen=True)
class BuildView:
    """One build of the pipeline's project; a stage that was retried has several in one execution."""

    id: str
    number: int
    """Counts the project's builds, from 1."""
    status: str
    """IN_PROGRESS, SUCCEEDED, FAILED, FAULT, TIMED_OUT or STOPPED."""
    commit: str
    """Empty where the build knows none."""
    started_at: str
    ended_at: str
    reports: tuple[ReportView, ...] = ()
