"""Answer a question the pipeline waits with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from greenshift.errors import GreenshiftError

# API reference: ApprovalResult, the summary has at most 512 characters.
_LONGEST = 512
_TOO_LATE = ("ApprovalAlreadyCompletedException", "InvalidApprovalTokenException")


@dataclass(frozen=True)
class Answer:
    """Yes or no to the question of one action; the token says which execution's it is."""

    stage: str
    action: str
    token: str = field(repr=False)
    is_yes: bool
    summary: str = ""
    """Who answered, and why: CodePipeline keeps it with the action."""


def answer(codepipeline: Any, pipeline: str, given: Answer) -> None:
    """Tell CodePipeline; GreenshiftError when somebody answered before."""
    try:
        codepipeline.put_approval_result(
            pipelineName=pipeline,
            stageName=given.stage,
            actionName=given.action,
            token=given.token,
            result={
                "status": "Approved" if given.is_yes else "Rejected",
                "summary": given.summary[:_LONGEST],
            },
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in _TOO_LATE:
            raise
        raise GreenshiftError(
            f"stage {given.stage} does not wait for this answer any more",
            hint="see what became of it with: greenshift status",
        ) from None
