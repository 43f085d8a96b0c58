"""A twin as a file, and again as a twin: nothing that any service tells is lost, and everything goes on."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from support.measures.told import everything
from support.stacks import inhabited

from greenshift.testing import RunningTwin, restore_twin, start_twin


@dataclass(frozen=True)
class Restored:
    """A twin that was filled, written, stopped and started from the file; what it told before and after."""

    twin: RunningTwin
    file: Path
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    cipher: bytes
    keys: dict[str, str]


BEGUN_ANEW = {
    # tasks and who has them
    "cloudwatch._evaluated", "events/scheduler._tasks", "lambda/mappings._pollers", "lambda/mappings._tasks",
    "lambda/code._extracting", "lambda/layer_code._extracting",
    # the twin's own parts
    "twin/calls._services", "twin/calls.observers",
    # a role is assumed anew, at the address the twin then has
    "twin/sessions._open",
}  # fmt: skip
"""What a part has and no file: it is there again by itself."""


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    file = tmp_path_factory.mktemp("snapshot") / "all.twin"
    with start_twin(clock="manual") as twin:
        inhabited.fill(twin)
        cipher = twin.client("kms").encrypt(KeyId="alias/ours", Plaintext=b"kept")["CiphertextBlob"]
        role = twin.client("iam").get_role(RoleName="anybody")["Role"]["Arn"]
        keys = twin.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        before = everything(twin, inhabited.SERVICES)
        twin.snapshot(file)
    with restore_twin(file, clock="manual") as twin:
        yield Restored(twin, file, before, everything(twin, inhabited.SERVICES), cipher, keys)


@pytest.mark.parametrize("service", inhabited.SERVICES)
def test_what_a_service_tells_is_what_it_told(restored: Restored, service: str) -> None:
    before, after = restored.before[service], restored.after[service]

    assert {name: answer for name, answer in before.items() if after.get(name) != answer} == {}
    assert before.keys() == after.keys()
    assert any(not isinstance(answer, str) and any(answer.values()) for answer in before.values())


def test_what_is_kept_of_each_part_is_all_that_is_data(restored: Restored) -> None:
    """An attribute that holds something after all this, and is not named as kept, would be lost."""
    keepers = restored.twin.twin.preserver.keepers()
    others = {
        f"{name}.{attribute}"
        for name, keeper in keepers.items()
        for attribute, value in vars(keeper).items()
        if attribute not in keeper.kept and isinstance(value, (dict, list, set, deque)) and value
    }

    assert others <= BEGUN_ANEW


def test_the_twin_is_the_one_it_was(restored: Restored) -> None:
    told = restored.twin.request("GET", "/_twin/health")

    assert (told["instance"], restored.twin.endpoint) == (
        restored.twin.twin.options.instance,
        told_by(restored),
    )
    assert restored.twin.twin.clock.time() == restored.twin.twin.options.moment


def told_by(restored: Restored) -> str:
    """The endpoint as an address of before names it."""
    return str(restored.before["sqs"]["ListQueues []"]["QueueUrls"][0]).rsplit("/", 2)[0]


def test_functions_answer_by_their_aliases_and_with_their_layers(restored: Restored) -> None:
    answer = restored.twin.client("lambda").invoke(FunctionName="worker:live", Payload=b'{"a": 1}')

    assert json.load(answer["Payload"]) == {"version": 2, "given": {"a": 1}}
    assert answer["ExecutedVersion"] == "2"


def test_what_was_encrypted_is_read_and_a_session_is_still_who_it_was(restored: Restored) -> None:
    assert restored.twin.client("kms").decrypt(CiphertextBlob=restored.cipher)["Plaintext"] == b"kept"
    given = {
        "aws_access_key_id": restored.keys["AccessKeyId"],
        "aws_secret_access_key": restored.keys["SecretAccessKey"],
        "aws_session_token": restored.keys["SessionToken"],
    }
    mine = boto3.client("sts", endpoint_url=restored.twin.endpoint, region_name="us-east-1", **given)
    assert mine.get_caller_identity()["Arn"].endswith("assumed-role/anybody/me")


def test_objects_and_items_are_there_byte_by_byte(restored: Restored) -> None:
    s3, table = restored.twin.client("s3"), restored.twin.client("dynamodb")
    versions = s3.list_object_versions(Bucket="kept", Prefix="a")["Versions"]
    bodies = [
        s3.get_object(Bucket="kept", Key="a", VersionId=each["VersionId"])["Body"].read() for each in versions
    ]
    upload = s3.list_multipart_uploads(Bucket="kept")["Uploads"][0]["UploadId"]
    part = s3.list_parts(Bucket="kept", Key="parts", UploadId=upload)["Parts"][0]
    done = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="kept", Key="parts", UploadId=upload, MultipartUpload=done)
    found = table.query(
        TableName="items", IndexName="by-owner", KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"}, ExpressionAttributeValues={":o": {"S": "ada"}},
    )  # fmt: skip

    assert bodies == [bytes(range(256)) * 50, b"first"]
    assert s3.get_object(Bucket="kept", Key="parts")["Body"].read() == b"part"
    assert [each["b"]["B"] for each in found["Items"]] == [b"\x00\x01"] * 2


def test_messages_wait_are_hidden_and_come_back_as_they_would_have(restored: Restored) -> None:
    sqs, twin = restored.twin.client("sqs"), restored.twin
    jobs, ordered = (sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("jobs", "ordered.fifo"))

    def received(queue: str) -> list[str]:
        return [
            each["Body"] for each in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        ]

    first = sqs.receive_message(QueueUrl=jobs, MessageAttributeNames=["All"], VisibilityTimeout=3600)[
        "Messages"
    ]
    assert [each["Body"] for each in first] == ["waits"]
    assert first[0]["MessageAttributes"]["kind"]["BinaryValue"] == b"\x00\xff"
    assert received(ordered) == ["0", "1", "2"]
    again = {"MessageGroupId": "g", "MessageDeduplicationId": "1"}
    sqs.send_message(QueueUrl=ordered, MessageBody="again", **again)
    twin.advance(600)
    assert sorted(received(jobs)) == ["in flight", "later"]


def test_what_feeds_a_function_goes_on_where_it_was(restored: Restored) -> None:
    twin = restored.twin
    before = invoked(twin)
    twin.client("kinesis").put_record(StreamName="clicks", Data=b"new", PartitionKey="0")
    url = twin.client("sqs").get_queue_url(QueueName="fed")["QueueUrl"]
    twin.client("sqs").send_message(QueueUrl=url, MessageBody='{"n": 5}')
    for _ in range(200):
        twin.advance(1)
        if invoked(twin) >= before + 2:
            break

    # One batch of one record, and one of one message: nothing that was read before is read again.
    assert invoked(twin) == before + 2


def invoked(twin: RunningTwin) -> int:
    return sum(call["operation"] == "Invoke" for call in twin.request("GET", "/_twin/calls")["calls"])


def test_rules_match_schedules_are_due_and_events_are_kept(restored: Restored) -> None:
    twin = restored.twin
    dead = twin.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
    twin.client("sqs").purge_queue(QueueUrl=dead)
    twin.client("events").put_targets(
        Rule="hourly", Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:{inhabited.WHERE}:dead"}]
    )
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
                             "Action": "sqs:SendMessage", "Resource": "*"}]}  # fmt: skip
    twin.client("sqs").set_queue_attributes(QueueUrl=dead, Attributes={"Policy": json.dumps(policy)})
    detail = {"n": 5, "to": "a-b", "not": "y", "ip": "10.1.2.3"}
    entry = {"Source": "shop", "DetailType": "order", "Detail": json.dumps(detail), "EventBusName": "orders"}
    twin.client("events").put_events(Entries=[entry])
    twin.advance(3600)
    found = twin.client("sqs").receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(each["Body"]) for each in found]

    assert {"n": 5} in bodies
    assert [each["detail-type"] for each in bodies if "detail-type" in each] == ["Scheduled Event"]
    assert twin.client("events").describe_archive(ArchiveName="all")["EventCount"] == 2


def test_alarms_are_evaluated_and_act(restored: Restored) -> None:
    client, twin = restored.twin.client("cloudwatch"), restored.twin
    measured = {"MetricName": "Took", "Value": 9.0, "StorageResolution": 1}
    for _ in range(4):
        client.put_metric_data(Namespace="App", MetricData=[measured])
        twin.advance(10)
    state = client.describe_alarms(AlarmNames=["often"])["MetricAlarms"][0]["StateValue"]

    assert state == "ALARM", "an alarm of ten seconds has its evaluation again"


def test_a_pipeline_takes_the_next_execution_and_its_builds_are_numbered_on(restored: Restored) -> None:
    twin, client = restored.twin, restored.twin.client("codepipeline")
    started = client.start_pipeline_execution(name="line")["pipelineExecutionId"]
    for _ in range(200):
        twin.advance(1)
        found = client.list_pipeline_executions(pipelineName="line")["pipelineExecutionSummaries"]
        if found[0]["status"] != "InProgress":
            break
    build = twin.client("codebuild").start_build(projectName="build")["build"]

    assert (found[0]["pipelineExecutionId"], found[0]["status"], len(found)) == (started, "Failed", 2)
    assert build["buildNumber"] == 2
