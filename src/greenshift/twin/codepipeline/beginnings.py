"""Executions and runs as they begin, before anything has happened in them."""

from __future__ import annotations

import secrets
import uuid

from greenshift.twin.codepipeline.declaration import ActionDeclaration
from greenshift.twin.codepipeline.state import ActionRun, Artifact, Execution, Pipeline, Trigger


def new_execution(pipeline: Pipeline, trigger: Trigger, now: float) -> Execution:
    return Execution(
        id=str(uuid.uuid4()),
        order=len(pipeline.executions),
        version=pipeline.current.version,
        declaration=pipeline.declaration,
        trigger=trigger,
        started=now,
        updated=now,
    )


def new_rollback(
    pipeline: Pipeline, stage: str, target: Execution, trigger: Trigger, now: float
) -> Execution:
    """An execution of one stage, with what ``target`` had in it: its artifacts, revisions and variables."""
    position = pipeline.declaration.stage_index(stage)
    assert position is not None, "the stage was looked up"
    execution = new_execution(pipeline, trigger, now)
    execution.position = position
    execution.rollback_of = target.id
    execution.variables = target.variables
    execution.artifacts, execution.namespaces = dict(target.artifacts), dict(target.namespaces)
    execution.carried = tuple(run for run, _ in target.revisions())
    return execution


def new_run(execution: Execution, action: ActionDeclaration, region: str, now: float) -> ActionRun:
    bucket = execution.declaration.store_in(region).bucket
    return ActionRun(
        id=str(uuid.uuid4()),
        execution_id=execution.id,
        version=execution.version,
        stage=execution.stage.name,
        action=action,
        started=now,
        updated=now,
        inputs=tuple(artifact_place(execution, artifact, bucket) for artifact in action.inputs),
        outputs=tuple(artifact_place(execution, artifact, bucket) for artifact in action.outputs),
    )


def artifact_place(execution: Execution, name: str, bucket: str) -> Artifact:
    """Where an artifact of this execution lives; a retry overwrites the same object.

    The key's parts are cut short so that a session policy that lists them stays small (user guide:
    artifact examples show ten characters of the artifact's name).
    """
    if name not in execution.artifacts:
        key = f"{execution.declaration.name[:20]}/{name[:10]}/{secrets.token_hex(4)[:7]}"
        execution.artifacts[name] = Artifact(name, bucket, key)
    return execution.artifacts[name]
