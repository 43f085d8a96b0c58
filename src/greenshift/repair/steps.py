"""What repair can do, as values; none of them is ever changed, and the runner does nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.checks import Finding


@dataclass(frozen=True)
class PutAlias:
    """Send all traffic of an alias to one version, if it is still as it was seen."""

    function: str
    alias: str
    version: str
    revision: str
    ends_working_copy: bool = False
    """Whether it says that it serves a working copy, which nobody is at work on any more."""


@dataclass(frozen=True)
class StopDeployment:
    """Stop a deployment, and let CodeDeploy put its alias back."""

    deployment: str


@dataclass(frozen=True)
class SettleRelease:
    """Let the controller take a release back until it has its end."""

    controller: str
    release: str
    reason: str


@dataclass(frozen=True)
class DeleteVersion:
    """Delete one published version, if no alias sends it traffic."""

    function: str
    version: str


@dataclass(frozen=True)
class RedeliverEvent:
    """Give the recorder the end of an execution once more."""

    recorder: str
    execution: str
    status: str
    """CodePipeline's own word, as ListPipelineExecutions tells it."""


Action = PutAlias | StopDeployment | SettleRelease | DeleteVersion | RedeliverEvent


@dataclass(frozen=True)
class Step:
    """One fix: what will be done, and why nothing can get worse by it."""

    finding: Finding
    will: str
    safe: str
    action: Action


@dataclass(frozen=True)
class Later:
    """A fix that must wait for another one; it is planned when that is done."""

    finding: Finding
    after: str


@dataclass(frozen=True)
class Refused:
    """A finding that repair leaves to a person, and what that person can do."""

    finding: Finding
    why: str
    instead: str


Proposal = Step | Later | Refused
