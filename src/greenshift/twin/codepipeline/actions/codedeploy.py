"""Deploy with CodeDeploy: the AppSpec of the input artifact becomes a deployment, watched until it ends.

For servers CodePipeline hands on the artifact's place as a zip. CodeDeploy refuses a zip for functions with
"BundleType must be either YAML or JSON", which users of this action have seen when their artifact had no
AppSpec; with one it deploys. So the AppSpec is taken out of the artifact here, and an artifact without one
is handed on as it is, to be refused. AWS documents neither.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.service import ServiceError

APPSPEC_NAMES = ("appspec.yaml", "appspec.yml", "appspec.json")
MOST_APPSPEC_BYTES = 256 * 1024
TIME_LIMIT = 5 * 24 * 3600.0  # seconds (quotas page: "CodeDeploy deployment action")
_ENDED = frozenset({"Succeeded", "Failed", "Stopped"})
_NOT_THERE = frozenset(
    {
        "ApplicationDoesNotExistException",
        "DeploymentGroupDoesNotExistException",
        "InvalidRevisionException",
    }
)


async def run_deployment(context: ActionContext) -> Outcome:
    deployment_id = await _start(context)
    url = f"https://console.aws.amazon.com/codedeploy/home?region={context.world.region}#/deployments/"
    context.progress(Progress(external_id=deployment_id, external_url=url + deployment_id))
    deployment = await _watch(context, deployment_id)
    if deployment["status"] != "Succeeded":
        why = (deployment.get("errorInformation") or {}).get("message") or deployment["status"]
        raise ActionFailed(
            "JobFailed", f"Deployment {deployment_id} failed: {why}", external_id=deployment_id
        )
    return Outcome(
        variables={"DeploymentId": deployment_id}, summary="Deployment Succeeded", external_id=deployment_id
    )


async def _start(context: ActionContext) -> str:
    group = {
        "applicationName": context.configuration["ApplicationName"],
        "deploymentGroupName": context.configuration["DeploymentGroupName"],
    }
    revision = await _revision(context)
    try:
        answer = await context.call("codedeploy", "CreateDeployment", **group, revision=revision)
    except ServiceError as error:
        if error.code in _NOT_THERE:
            raise ActionFailed("ConfigurationError", error.message) from error
        raise
    return str(answer["deploymentId"])


async def _revision(context: ActionContext) -> dict[str, Any]:
    [artifact] = context.inputs
    place = {"Bucket": artifact.bucket, "Key": artifact.key}
    answer = await context.call("s3", "GetObject", **place)
    found = await asyncio.to_thread(appspec_of, answer["Body"])
    if found is not None:
        return {"revisionType": "AppSpecContent", "appSpecContent": {"content": found}}
    location = {"bucket": artifact.bucket, "key": artifact.key, "bundleType": "zip"}
    return {"revisionType": "S3", "s3Location": location}


def appspec_of(artifact: bytes) -> str | None:
    """The AppSpec at the root of a zip; None when there is none, or it is no text of a sensible size."""
    try:
        with zipfile.ZipFile(io.BytesIO(artifact)) as archive:
            names = set(archive.namelist())
            name = next((name for name in APPSPEC_NAMES if name in names), None)
            if name is None or archive.getinfo(name).file_size > MOST_APPSPEC_BYTES:
                return None
            return archive.read(name).decode()
    except (zipfile.BadZipFile, UnicodeDecodeError, RuntimeError, NotImplementedError):
        return None


async def _watch(context: ActionContext, deployment_id: str) -> dict[str, Any]:
    clock = context.world.clock
    deadline = clock.time() + TIME_LIMIT
    while clock.time() < deadline:
        answer = await context.call("codedeploy", "GetDeployment", deploymentId=deployment_id)
        deployment: dict[str, Any] = answer["deploymentInfo"]
        if deployment["status"] in _ENDED:
            return deployment
        await clock.sleep(context.timing.poll_interval(clock))
    raise ActionFailed(
        "JobFailed", f"Deployment {deployment_id} did not end within 5 days", external_id=deployment_id
    )
