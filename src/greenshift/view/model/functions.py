"""The functions as they serve, and the alarms that watch them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FunctionView:
    """A function's alias as it stands: ``new_version`` takes ``new_percent`` of the traffic, if any."""

    key: str
    name: str
    version: str
    new_version: str = ""
    new_percent: float = 0.0
    alarm: str = ""
    """The alarm's name."""
    alarm_state: str = ""
    """OK, ALARM or INSUFFICIENT_DATA; empty when there is no such alarm."""
    is_bootstrap: bool = False
    """Whether no release published ``version``: it is the code a function has until its first release."""
    released: str = ""
    """While ``version`` is somebody's working copy (``greenshift dev``): the version that is released."""
    is_left_behind: bool = False
    """Whether that working copy is one whose process is gone from this machine."""

    def share_of(self, version: str) -> float:
        """The percentage of the traffic a version serves."""
        if version and version == self.new_version:
            return self.new_percent
        return 100.0 - self.new_percent if version == self.version else 0.0


@dataclass(frozen=True)
class AlarmView:
    """An alarm that stops a release: it fires when what it measures is above ``threshold``."""

    name: str
    function: str
    """The function's key."""
    state: str
    reason: str
    since: str
    """When it came into this state."""
    threshold: float
    """For Greenshift's own alarms: percent of invocations that failed."""
    version: str
    """The version it watches; empty when it watches something else."""
    period_seconds: int
    evaluation_periods: int
    datapoints_to_alarm: int
    minimum_calls: int = 0
    """A period with fewer counts as if it had so many, the missing ones good; 0 for another alarm."""
