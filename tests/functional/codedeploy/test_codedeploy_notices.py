"""Who hears of a deployment: an EventBridge rule and an SNS topic, each read from a queue."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from greenshift.testing import RunningTwin

PATIENCE_SECONDS = 10.0
RULE = {"source": ["aws.codedeploy"], "detail-type": ["CodeDeploy Deployment State-change Notification"]}


class Queue:
    """An SQS queue that hands out the JSON bodies it got."""

    def __init__(self, twin: RunningTwin, name: str) -> None:
        self._twin, self._sqs = twin, twin.client("sqs")
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:{twin.region}:{twin.account}:{name}"

    def take(self, count: int) -> list[dict[str, Any]]:
        """The first so many messages; fails when they do not come in time."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} messages came: {found}"
            self._twin.advance(0)
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
        return found


@pytest.fixture
def events(release: Any) -> Queue:
    queue = Queue(release.twin, f"{release.name}-events")
    client = release.twin.client("events")
    pattern = {**RULE, "detail": {"application": [release.name]}}
    client.put_rule(Name=release.name, EventPattern=json.dumps(pattern))
    client.put_targets(Rule=release.name, Targets=[{"Id": "queue", "Arn": queue.arn}])
    return queue


@pytest.fixture
def notices(release: Any) -> tuple[str, Queue]:
    queue = Queue(release.twin, f"{release.name}-notices")
    sns = release.twin.client("sns")
    topic = sns.create_topic(Name=release.name)["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )
    return topic, queue


def test_a_stop_and_its_rollback_are_four_events(release: Any, events: Queue) -> None:
    release.group()
    deployment = release.deploy()
    release.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    release.twin.advance(0)
    rollback = release.info(deployment)["rollbackInfo"]["rollbackDeploymentId"]

    heard = events.take(4)
    assert {(e["detail"]["deploymentId"], e["detail"]["state"]) for e in heard} == {
        (deployment, "START"),
        (deployment, "STOP"),
        (rollback, "START"),
        (rollback, "SUCCESS"),
    }
    assert heard[0]["source"] == "aws.codedeploy"
    assert heard[0]["resources"][1].endswith(f":deploymentgroup:{release.name}/{release.name}")


def test_a_trigger_publishes_what_the_user_guide_shows(release: Any, notices: tuple[str, Queue]) -> None:
    topic, queue = notices
    trigger = {
        "triggerName": "tell",
        "triggerTargetArn": topic,
        "triggerEvents": ["DeploymentStart", "DeploymentFailure"],
    }
    release.group(triggerConfigurations=[trigger])
    deployment = release.deploy("2", "1")

    heard = {message["status"]: message for message in queue.take(2)}
    assert set(heard) == {"InProgress", "Failed"}
    failed = heard["Failed"]
    assert failed["deploymentId"] == deployment
    assert failed["eventTriggerName"] == "tell"
    assert failed["errorInformation"]["ErrorCode"] == "INVALID_LAMBDA_CONFIGURATION"
    assert failed["deploymentOverview"]["Failed"] == "1"
