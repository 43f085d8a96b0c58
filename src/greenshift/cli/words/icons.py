"""The one table of icons: a state is never told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Icon:
    mark: str
    style: str

    @property
    def markup(self) -> str:
        return f"[{self.style}]{self.mark}[/]"


OK = Icon("✔", "green")
BAD = Icon("✖", "red")
WAITING = Icon("·", "dim")
RUNNING = Icon("▸", "cyan")
BACK = Icon("↶", "yellow")
PAUSED = Icon("‖", "yellow")
WARNED = Icon("!", "yellow")

_BY_STATUS = {
    # CodePipeline's actions, stages and executions
    "Succeeded": OK,
    "InProgress": RUNNING,
    "Failed": BAD,
    "Stopped": BAD,
    "Stopping": RUNNING,
    "Abandoned": BAD,
    "Cancelled": BAD,
    "Superseded": PAUSED,
    # releases and functions in the ledger
    "PUBLISHING": RUNNING,
    "PUBLISHED": RUNNING,
    "SHIFTING": RUNNING,
    "WAITING": PAUSED,
    "BAKING": RUNNING,
    "SHIFTED": OK,
    "HALTED": BAD,
    "ROLLING_BACK": BACK,
    "ROLLED_BACK": BACK,
    "SUCCEEDED": OK,
    "UNCHANGED": OK,
    "FAILED": BAD,
    # CodeBuild's builds
    "IN_PROGRESS": RUNNING,
    "FAULT": BAD,
    "TIMED_OUT": BAD,
    "STOPPED": BAD,
    # CodeDeploy's deployments and lifecycle events
    "Created": WAITING,
    "Queued": WAITING,
    "Ready": WAITING,
    "Pending": WAITING,
    "Skipped": WAITING,
    "Unknown": BAD,
    # alarms
    "OK": OK,
    "ALARM": BAD,
    "INSUFFICIENT_DATA": WAITING,
}


def icon(status: str) -> Icon:
    """The icon of any status of AWS or of the ledger; unknown ones wait."""
    return _BY_STATUS.get(status, WAITING)
