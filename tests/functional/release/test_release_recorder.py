"""The recorder on a real ledger and topic; what CodePipeline would answer is given by each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import State, Status
from greenshift.release.record.ledger import Ledger
from greenshift.release.recorder import record
from greenshift.release.services.clients import Clients
from greenshift.testing import RunningTwin, start_twin

EVENTS = Path(__file__).parents[2] / "events"
TABLE = "recorder-ledger"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHARGE = ReleasedFunction("charge", "payments-dev-charge", "1", "2", State.PUBLISHED)


class FakeCodePipeline:
    """One execution of one pipeline, in the state a test wants."""

    def __init__(self) -> None:
        self.status = "Failed"
        self.build = ""

    def get_pipeline_execution(self, pipelineName: str, pipelineExecutionId: str) -> dict[str, Any]:
        summary = json.dumps({"ProviderType": "GitHub", "CommitMessage": "Faster charges"})
        revision = {"name": "SourceOutput", "revisionId": "0123456789", "revisionSummary": summary}
        execution = {
            "pipelineExecutionId": pipelineExecutionId,
            "status": self.status,
            "artifactRevisions": [revision],
            "trigger": {"triggerType": "WebhookV2", "triggerDetail": "push"},
            "variables": [
                {"name": "mode", "resolvedValue": "normal"},
                {"name": "by", "resolvedValue": "Grace Hopper"},
                {"name": "author", "resolvedValue": "Ada Lovelace"},
                {"name": "why", "resolvedValue": "-"},
            ],
        }
        return {"pipelineExecution": execution}

    def list_action_executions(self, pipelineName: str, filter: dict[str, str]) -> dict[str, Any]:
        error = {"code": "JobFailed", "message": "Phase: BUILD, Reason: exit status 1"}
        result = {"errorDetails": error, "externalExecutionId": self.build}
        return {
            "actionExecutionDetails": [
                {
                    "stageName": "Build",
                    "actionName": "Build",
                    "status": "Failed",
                    "startTime": NOON,
                    "output": {"executionResult": result},
                },
                {"stageName": "Source", "actionName": "Source", "status": "Succeeded", "startTime": NOON},
            ]
        }


class RecorderClients(Clients):
    """Clients of the twin, and the one service that a test plays itself."""

    def __init__(self, twin: RunningTwin) -> None:
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        super().__init__(session, twin.endpoint)
        self.codepipeline = FakeCodePipeline()

    def of(self, service: str) -> Any:
        return self.codepipeline if service == "codepipeline" else super().of(service)


class Desk:
    """The recorder, its ledger and the mail it sends."""

    def __init__(self, twin: RunningTwin, folder: Path) -> None:
        self.clients = RecorderClients(twin)
        self.sqs = twin.client("sqs")
        self.queue = self.sqs.create_queue(QueueName="recorder-inbox")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        sns = twin.client("sns")
        topic = sns.create_topic(Name="recorder-releases")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        self._table(twin.client("dynamodb"))
        self.ledger = Ledger(twin.client("dynamodb"), TABLE)
        self.targets = folder / "targets.json"
        function = {"name": CHARGE.name, "deploymentGroup": "g", "alarm": "payments-dev-charge-errors"}
        document = {
            "formatVersion": 1,
            "pipeline": "payments-dev",
            "application": "payments-dev",
            "table": TABLE,
            "topicArn": topic,
            "bucket": "b",
            "functions": {"charge": function},
        }
        self.targets.write_text(json.dumps(document))

    def _table(self, dynamodb: Any) -> None:
        keys = [
            {"AttributeName": "pipeline", "KeyType": "HASH"},
            {"AttributeName": "startedAt", "KeyType": "RANGE"},
        ]
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "deploymentId", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("deploymentId", "pipeline", "startedAt")
            ],
            GlobalSecondaryIndexes=[
                {"IndexName": "byPipeline", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
            ],
        )

    def take(self, name: str, **detail: object) -> str:
        """Hand a recorded event in, with some of its detail replaced; return the id it got."""
        event = json.loads((EVENTS / f"{name}.json").read_text())
        event["id"] = str(detail.pop("id", uuid4()))
        event["detail"] |= {key.replace("_", "-"): value for key, value in detail.items()}
        record(event, lambda: 300.0, self.clients, self.targets)
        return str(event["id"])

    def mail(self) -> list[tuple[str, str]]:
        found = []
        for message in self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            found.append((body["Subject"], body["Message"]))
        return found

    def write(self, status: Status, **members: Any) -> Release:
        release = Release(str(uuid4()), "payments-dev", status, NOON, NOON).with_functions([CHARGE])
        return self.ledger.create(replace(release, **members))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with start_twin(services=set()) as twin:
        yield Desk(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture(autouse=True)
def fresh(desk: Desk) -> None:
    desk.clients.codepipeline = FakeCodePipeline()
    desk.mail()


def test_a_build_that_failed_is_written_down_and_announced_once(desk: Desk) -> None:
    id_ = str(uuid4())
    for _ in range(2):
        desk.take("codepipeline_execution_failed", execution_id=id_, id="same-event")

    release = desk.ledger.release(id_)
    assert release is not None
    assert (release.status, release.reason, release.started_at) == (
        Status.FAILED,
        "Build failed: Phase: BUILD, Reason: exit status 1",
        NOON,
    )
    assert (release.commit, release.message, release.trigger) == (
        "0123456789",
        "Faster charges",
        "WebhookV2 push",
    )
    assert (release.by, release.author, release.why) == ("Grace Hopper", "Ada Lovelace", "")
    ((subject, message),) = desk.mail()
    assert subject == "payments-dev: failed 0123456"
    assert "Why:      Build failed: Phase: BUILD, Reason: exit status 1" in message


def test_an_end_that_the_controller_wrote_is_only_announced(desk: Desk) -> None:
    ended = desk.write(Status.ROLLED_BACK, ended_at=NOON, reason="charge: alarm")
    for state in ("FAILED", "FAILED", "STOPPED"):
        desk.take("codepipeline_execution_failed", execution_id=ended.id, state=state)

    after = desk.ledger.release(ended.id)
    assert after is not None and (after.status, after.reason) == (Status.ROLLED_BACK, "charge: alarm")
    assert [subject for subject, _ in desk.mail()] == ["payments-dev: rolled back"]


def test_a_success_is_announced(desk: Desk) -> None:
    desk.clients.codepipeline.status = "Succeeded"
    ended = desk.write(Status.SUCCEEDED, ended_at=NOON)

    desk.take("codepipeline_execution_failed", execution_id=ended.id, state="SUCCEEDED")

    assert [subject for subject, _ in desk.mail()] == ["payments-dev: succeeded"]


@pytest.mark.parametrize("status", [Status.PUBLISHING, Status.PUBLISHED])
def test_a_release_stopped_before_it_shifted_fails_without_touching_traffic(
    desk: Desk, status: Status
) -> None:
    release = desk.write(status)

    desk.take("codepipeline_execution_failed", execution_id=release.id, state="STOPPED")

    after = desk.ledger.release(release.id)
    assert after is not None
    assert (after.status, after.reason) == (Status.FAILED, "the pipeline execution was stopped")
    assert len(desk.mail()) == 1


def test_a_failure_that_was_retried_since_ends_nothing(desk: Desk) -> None:
    desk.clients.codepipeline.status = "InProgress"
    release = desk.write(Status.PUBLISHING)

    desk.take("codepipeline_execution_failed", execution_id=release.id)

    after = desk.ledger.release(release.id)
    assert after is not None and after.status is Status.PUBLISHING
    assert desk.mail() == []


def test_other_pipelines_and_applications_are_none_of_its_business(desk: Desk) -> None:
    id_ = str(uuid4())

    desk.take("codepipeline_execution_failed", execution_id=id_, pipeline="somebody-elses")
    desk.take("codedeploy_deployment_stopped", application="somebody-elses")
    desk.take("cloudwatch_alarm_fired", alarmName="somebody-elses")

    assert desk.ledger.release(id_) is None
    assert desk.mail() == []


def causes(desk: Desk, release: Release) -> list[str]:
    found = desk.ledger.release(release.id)
    assert found is not None
    return [item.cause for item in found.transitions]


def test_an_alarm_is_noted_once_on_a_release_that_goes_back_already(desk: Desk) -> None:
    moving = desk.write(Status.ROLLING_BACK, started_at=NOON.replace(hour=20))
    for _ in range(2):
        desk.take("cloudwatch_alarm_fired", id=f"alarm-{moving.id}")

    (cause,) = causes(desk, moving)
    assert cause.startswith("alarm payments-dev-charge-errors: Threshold Crossed")


def test_an_alarm_is_noted_with_the_moment_it_fired_which_is_its_own(desk: Desk) -> None:
    moving = desk.write(Status.ROLLING_BACK, started_at=NOON.replace(hour=18))
    state = {"value": "ALARM", "reason": "many errors", "timestamp": "2026-11-23T11:58:30.123+0000"}
    desk.take("cloudwatch_alarm_fired", id=f"alarm-{moving.id}", state=state)

    found = desk.ledger.release(moving.id)
    assert found is not None
    (noted,) = found.transitions
    assert noted.since == datetime(2026, 11, 23, 11, 58, 30, 123_000, tzinfo=UTC)
    assert noted.at > noted.since


def test_an_alarm_before_a_release_has_begun_is_noted_and_moves_nothing(desk: Desk) -> None:
    """What it watches was live before, so the release is not to be looked at for it."""
    waiting = desk.write(Status.SHIFTING, started_at=NOON.replace(hour=19))
    assert not waiting.has_begun

    desk.take("cloudwatch_alarm_fired", id=f"alarm-{waiting.id}")

    found = desk.ledger.release(waiting.id)
    assert found is not None
    assert (found.status, found.lease, [item.state for item in found.functions]) == (
        Status.SHIFTING,
        None,
        [State.PUBLISHED],
    )
    (cause,) = causes(desk, waiting)
    assert cause.startswith("alarm payments-dev-charge-errors: Threshold Crossed")


def test_a_failed_build_of_a_known_release_is_noted(desk: Desk) -> None:
    release = desk.write(Status.FAILED, ended_at=NOON, started_at=NOON.replace(hour=21))
    desk.clients.codepipeline.build = "payments-dev-build:8745a7a9-c340-456a-9166-edf953571bee"

    desk.take("codebuild_build_failed")

    (cause,) = causes(desk, release)
    assert "phase BUILD failed: COMMAND_EXECUTION_ERROR" in cause


def test_an_announcement_that_could_not_be_sent_is_sent_by_the_retry(desk: Desk) -> None:
    ended = desk.write(Status.SUCCEEDED, ended_at=NOON)

    def announce() -> None:
        desk.take("codepipeline_execution_failed", execution_id=ended.id, state="SUCCEEDED")

    desk.clients.codepipeline.status = "Succeeded"
    right = desk.targets.read_text()
    desk.targets.write_text(right.replace("recorder-releases", "no-such-topic"))
    try:
        with pytest.raises(Exception, match="NotFound"):
            announce()
    finally:
        desk.targets.write_text(right)

    announce()

    assert [subject for subject, _ in desk.mail()] == ["payments-dev: succeeded"]
