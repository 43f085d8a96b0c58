"""Stop a release that is under way, and send back what it has moved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract import errands
from greenshift.errors import GreenshiftError

# API reference: StopPipelineExecution, the reason has at most 200 characters.
_LONGEST = 200
_OVER = (
    "PipelineExecutionNotStoppableException",
    "DuplicatedStopRequestException",
    "PipelineNotFoundException",
)


@dataclass(frozen=True)
class Abort:
    """``release`` is the id of an execution, or of a rollback, which has none."""

    release: str
    by: str = ""
    why: str = ""

    @property
    def reason(self) -> str:
        because = f": {self.why}" if self.why else ""
        return f"{errands.ABORTED}{self.by or 'somebody'}{because}"

    @property
    def has_execution(self) -> bool:
        return not self.release.startswith("rollback-")


def abort(codepipeline: Any, lambda_: Any, pipeline: str, controller: str, asked: Abort) -> None:
    """Ask the controller to take the release back at once, then end its execution, which nobody needs.

    In this order: the first reason the ledger hears stands. Whoever moves the release now hears of it, too.
    """
    if not controller:
        raise GreenshiftError(
            "the stack has no output 'controllerName'", hint="deploy it again with: greenshift up"
        )
    errand = errands.Settle(asked.release, asked.reason)
    lambda_.invoke(
        FunctionName=controller,
        InvocationType="Event",
        Payload=json.dumps(errands.event_of(errand)).encode(),
    )
    if asked.has_execution:
        _stop(codepipeline, pipeline, asked)


def _stop(codepipeline: Any, pipeline: str, asked: Abort) -> None:
    try:
        codepipeline.stop_pipeline_execution(
            pipelineName=pipeline,
            pipelineExecutionId=asked.release,
            abandon=True,
            reason=asked.reason[:_LONGEST],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in _OVER:
            raise
