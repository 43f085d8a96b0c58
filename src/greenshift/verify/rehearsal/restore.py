"""Putting a function back as it was before its trial, from wherever the trial ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.reading.functions import Alias
from greenshift.verify.rehearsal.pace import Unmet
from greenshift.verify.rehearsal.trial import Trial


@dataclass
class Traces:
    """What a trial has done so far, noted before it is done."""

    live: str
    """The version that served before."""
    timeout: int
    """The time-out of ``$LATEST``, in seconds."""
    copy: str = ""
    deployments: list[str] = field(default_factory=list)


def restore(trial: Trial, traces: Traces) -> list[str]:
    """Undo everything; what could not be undone is told, and the rest is undone all the same."""
    steps: list[Callable[[], None]] = [
        lambda: _end_deployments(trial, traces),
        lambda: trial.set_alarm("OK"),
        lambda: _send_traffic_back(trial, traces),
        lambda: _delete_copy(trial, traces),
        lambda: trial.set_timeout(traces.timeout),
    ]
    problems = []
    for step in steps:
        try:
            step()
        except (ClientError, BotoCoreError, Unmet) as problem:
            problems.append(str(problem))
    return problems


def remains(trial: Trial, traces: Traces) -> list[str]:
    """What is not as it was."""
    found = []
    alias = trial.alias()
    if alias != Alias(traces.live):
        found.append(f"the alias is at {alias}, it was at version {traces.live}")
    timeout = trial.configuration()["Timeout"]
    if timeout != traces.timeout:
        found.append(f"the function's time-out is {timeout} s, it was {traces.timeout} s")
    return found


def _end_deployments(trial: Trial, traces: Traces) -> None:
    for deployment in traces.deployments:
        trial.stop(deployment)
        trial.wait_for(deployment)


def _send_traffic_back(trial: Trial, traces: Traces) -> None:
    """Through CodeDeploy, so that its next deployment finds what it expects; else by hand."""
    if trial.is_at(traces.live):
        return
    alias = trial.alias()
    if not alias.weights:
        trial.wait_for(trial.take_back(alias.version, traces.live))
    if not trial.is_at(traces.live):
        trial.point_alias(traces.live)


def _delete_copy(trial: Trial, traces: Traces) -> None:
    if traces.copy and traces.copy not in trial.alias().versions:
        trial.delete(traces.copy)
