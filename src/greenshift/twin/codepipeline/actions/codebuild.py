"""Build or test with CodeBuild: start a build with the action's role, and watch it until it ends.

On AWS CodePipeline hands artifact places to CodeBuild in a way that is no part of the public API. Here
they travel as one more environment variable, which the twin's CodeBuild takes out before anything runs.
"""

from __future__ import annotations

import json
from typing import Any

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.codepipeline.state import Artifact
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json

HAND_OVER = "GREENSHIFT_TWIN_ARTIFACTS"


async def run_build(context: ActionContext) -> Outcome:
    build = await _start(context)
    build_id = str(build["id"])
    context.progress(
        Progress(
            external_id=build_id,
            external_url=f"{_console(context)}/builds/{build_id}/view/new",
            entity_url=f"{_console(context)}/projects/{context.configuration['ProjectName']}/view",
        )
    )
    build = await _watch(context, build_id)
    if build["buildStatus"] != "SUCCEEDED":
        raise ActionFailed("JobFailed", failure_message(build), external_id=build_id)
    exported = build.get("exportedEnvironmentVariables") or []
    return Outcome(variables={variable["name"]: variable.get("value", "") for variable in exported})


async def _start(context: ActionContext) -> dict[str, Any]:
    primary = context.configuration.get("PrimarySource") or context.inputs[0].name
    revision = context.source_revisions.get(primary)
    version = {"sourceVersion": revision} if revision else {}
    try:
        answer = await context.call(
            "codebuild",
            "StartBuild",
            projectName=context.configuration["ProjectName"],
            sourceTypeOverride="CODEPIPELINE",
            environmentVariablesOverride=[*_environment(context), _hand_over(context, primary, revision)],
            **version,
        )
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise ActionFailed("ConfigurationError", f"Error calling startBuild: {error.message}") from error
        raise
    build: dict[str, Any] = answer["build"]
    return build


def _environment(context: ActionContext) -> list[dict[str, str]]:
    text = context.configuration.get("EnvironmentVariables", "[]")
    try:
        variables = read_json(text)
        return [
            {"name": v["name"], "value": v["value"], "type": v.get("type", "PLAINTEXT")} for v in variables
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise ActionFailed(
            "ConfigurationError",
            f"EnvironmentVariables is not a JSON array of objects with name, value and type: {text}",
        ) from error


def _hand_over(context: ActionContext, primary: str, revision: str | None) -> dict[str, str]:
    value = {
        "pipeline": context.place.pipeline,
        "executionId": context.place.execution_id,
        "primary": primary,
        "inputs": _places(context.inputs),
        "outputs": _places(context.outputs),
        "sourceRevision": revision or "",
    }
    return {"name": HAND_OVER, "value": json.dumps(value), "type": "PLAINTEXT"}


def _places(artifacts: tuple[Artifact, ...]) -> dict[str, dict[str, str]]:
    return {artifact.name: {"bucket": artifact.bucket, "key": artifact.key} for artifact in artifacts}


async def _watch(context: ActionContext, build_id: str) -> dict[str, Any]:
    clock = context.world.clock
    while True:
        answer = await context.call("codebuild", "BatchGetBuilds", ids=[build_id])
        if not answer.get("builds"):
            raise ActionFailed("JobFailed", f"The build {build_id} no longer exists", external_id=build_id)
        build: dict[str, Any] = answer["builds"][0]
        if build["buildStatus"] != "IN_PROGRESS":
            return build
        await clock.sleep(context.timing.poll_interval(clock))


def failure_message(build: dict[str, Any]) -> str:
    """What CodePipeline says of a failed build: its state, and the first phase that tells why."""
    message = f"Build terminated with state: {build['buildStatus']}"
    for phase in build.get("phases") or []:
        for context in phase.get("contexts") or []:
            if phase.get("phaseStatus") not in (None, "SUCCEEDED") and context.get("message"):
                return (
                    f"{message}. Phase: {phase['phaseType']}, Code: {context.get('statusCode', '')}, "
                    f"Message: {context['message']}"
                )
    return message


def _console(context: ActionContext) -> str:
    return f"https://console.aws.amazon.com/codebuild/home?region={context.world.region}#"
