"""Who is told that a deployment changed, and in what words: EventBridge events and SNS trigger messages.

Pure: this makes the messages, the runner sends them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.twin.codedeploy.model import Deployment, Trigger
from greenshift.twin.codedeploy.names import Arns
from greenshift.twin.codedeploy.responses import overview, rollback_info
from greenshift.twin.world import ServiceEvent

DETAIL_TYPE = "CodeDeploy Deployment State-change Notification"

_EVENT_STATE = {"InProgress": "START", "Succeeded": "SUCCESS", "Failed": "FAILURE", "Stopped": "STOP"}
_TRIGGER_EVENT = {
    "InProgress": "DeploymentStart",
    "Succeeded": "DeploymentSuccess",
    "Failed": "DeploymentFailure",
    "Stopped": "DeploymentStop",
}


@dataclass(frozen=True)
class Notice:
    """One message to one SNS topic."""

    topic_arn: str
    subject: str
    message: str


def state_change(deployment: Deployment, arns: Arns) -> ServiceEvent:
    """The event as the user guide shows it; like AWS's it does not say that a deployment is a rollback."""
    return ServiceEvent(
        source="aws.codedeploy",
        detail_type=DETAIL_TYPE,
        resources=(
            arns.application(deployment.application),
            arns.group(deployment.application, deployment.group),
        ),
        detail={
            "instanceGroupId": deployment.group_id,
            "region": arns.region,
            "application": deployment.application,
            "deploymentId": deployment.id,
            "state": _EVENT_STATE[deployment.progress.status],
            "deploymentGroup": deployment.group,
        },
    )


def trigger_notices(deployment: Deployment, arns: Arns) -> Iterator[Notice]:
    """The messages of all triggers that ask for the deployment's present status."""
    happened = {_TRIGGER_EVENT[deployment.progress.status]}
    if deployment.triggered_by and deployment.progress.status == "InProgress":
        happened.add("DeploymentRollback")
    subject = f"{deployment.progress.status}: CodeDeploy {deployment.id} of {deployment.application}"
    for trigger in deployment.triggers:
        if happened.intersection(trigger.events):
            yield Notice(trigger.target_arn, subject[:100], _message(deployment, trigger, arns))


def _message(deployment: Deployment, trigger: Trigger, arns: Arns) -> str:
    # User guide, "JSON data formats for CodeDeploy triggers": numbers and times are strings there.
    progress, failure = deployment.progress, deployment.progress.failure
    body: dict[str, object] = {
        "region": arns.region,
        "accountId": arns.account,
        "eventTriggerName": trigger.name,
        "applicationName": deployment.application,
        "deploymentId": deployment.id,
        "deploymentGroupName": deployment.group,
        "createTime": f"{deployment.created:.3f}",
        "completeTime": None if progress.completed is None else f"{progress.completed:.3f}",
        "deploymentOverview": {
            name: str(count) for name, count in overview(deployment).items() if name != "Ready"
        },
        "status": progress.status,
    }
    if failure is not None:
        body["errorInformation"] = {"ErrorCode": failure.code, "ErrorMessage": failure.message}
    if info := rollback_info(deployment):
        body["rollbackInformation"] = {key[0].upper() + key[1:]: value for key, value in info.items()}
    return json.dumps(body)
