"""An end that the recorder missed: it gets the event again, made of what AWS says now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from greenshift.checks import Finding
from greenshift.checks.deployed.facts import StackFacts
from greenshift.contract.arns import Arns
from greenshift.contract.names import PipelineNames
from greenshift.contract.status_words import word
from greenshift.repair.steps import Proposal, RedeliverEvent, Step

# User guide, "Monitoring CodePipeline events": the states of an execution as its event spells them.
_STATES = {"Cancelled": "CANCELED"}


def propose(finding: Finding, facts: StackFacts) -> Proposal:
    execution = facts.execution(finding.resource)
    assert execution is not None, "the finding was made from these facts"
    recorder = PipelineNames(facts.pipeline).recorder
    return Step(
        finding,
        will=f"give {recorder} the end of the execution {execution.id} ({word(execution.status)}) again, and "
        "wait until the ledger has it and it was told",
        safe="an event may come twice by its nature: the recorder looks at what is true, writes an end once "
        "and tells it once",
        action=RedeliverEvent(recorder, execution.id, execution.status),
    )


def event_of(action: RedeliverEvent, pipeline_arn: str, now: datetime) -> dict[str, Any]:
    """`CodePipeline Pipeline Execution State Change`. Its id is the same each time, so it is noted once."""
    place, pipeline = Arns.beside(pipeline_arn), pipeline_arn.rpartition(":")[2]
    state = _STATES.get(action.status, action.status.upper())
    return {
        "version": "0",
        "id": f"greenshift-repair-{action.execution}-{state}",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        "source": "aws.codepipeline",
        "account": place.account,
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": place.region,
        "resources": [pipeline_arn],
        "detail": {"pipeline": pipeline, "execution-id": action.execution, "state": state},
    }
