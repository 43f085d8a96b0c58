"""Start a release: one execution of the pipeline, told who wants it and how."""

from __future__ import annotations

from typing import Any

from greenshift.actions.release_request import ReleaseRequest
from greenshift.errors import GreenshiftError


def start_release(codepipeline: Any, pipeline: str, wish: ReleaseRequest) -> str:
    """The id of the execution that releases the branch's latest commit."""
    told = {"variables": wish.variables()} if wish.variables() else {}
    try:
        started = codepipeline.start_pipeline_execution(name=pipeline, **told)
    except codepipeline.exceptions.PipelineNotFoundException:
        raise GreenshiftError(
            f"the pipeline {pipeline} does not exist any more",
            hint="deploy it with: greenshift up",
        ) from None
    return str(started["pipelineExecutionId"])
