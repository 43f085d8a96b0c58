"""Every fault at the twin's door: over HTTP and between services, to our services and to moto."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from greenshift.errors import TwinError
from greenshift.testing import RunningTwin
from greenshift.twin import nodesdk
from greenshift.twin.machine.cache import default_cache

TABLE = "marks"
# Makes calls as a user's function would: a mark before, the one asked for, a mark after.
CALLER = """
import boto3

def mark(text):
    boto3.client("dynamodb").put_item(TableName="marks", Item={"id": {"S": text}})

def handler(event, context):
    mark(event["name"] + " before")
    boto3.client(event.get("service", "sns")).%s
    mark(event["name"] + " after")
    return "done"
"""


@pytest.fixture(scope="module")
def role(twin: RunningTwin) -> str:
    iam = twin.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName="faulty", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="all", PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="faulty", PolicyArn=policy)
    twin.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    return str(made["Role"]["Arn"])


@pytest.fixture(autouse=True)
def no_faults_left(twin: RunningTwin) -> Iterator[None]:
    yield
    twin.clear_faults()


def function(twin: RunningTwin, role: str, name: str, source: str, **more: Any) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
    twin.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Timeout=30,
        Code={"ZipFile": buffer.getvalue()},
        **more,
    )
    return name


def retrying(twin: RunningTwin, service: str, attempts: int = 5) -> Any:
    """A client as users have it, that tries again."""
    return boto3.client(
        service,
        endpoint_url=twin.endpoint,
        region_name=twin.region,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


def marks(twin: RunningTwin) -> set[str]:
    return {item["id"]["S"] for item in twin.client("dynamodb").scan(TableName=TABLE)["Items"]}


def topics(twin: RunningTwin) -> set[str]:
    listed = twin.client("sns").list_topics()["Topics"]
    return {topic["TopicArn"].rsplit(":", 1)[1] for topic in listed}


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not reached in time"
        time.sleep(0.02)


READS = {
    "codedeploy": ("list_applications", {}),
    "codepipeline": ("list_pipelines", {}),
    "lambda": ("list_functions", {}),
    "cloudwatch": ("describe_alarms", {}),
    "dynamodb": ("list_tables", {}),
    "s3": ("list_buckets", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "iam": ("list_roles", {}),
    "sts": ("get_caller_identity", {}),
}
CODES = {
    "lambda": "TooManyRequestsException",
    "s3": "SlowDown",
    "sns": "Throttled",
    "sqs": "RequestThrottled",
    "iam": "Throttling",
    "sts": "Throttling",
}


@pytest.mark.parametrize("service", sorted(READS))
def test_a_throttle_is_the_services_own_error_and_boto3_tries_again(twin: RunningTwin, service: str) -> None:
    method, arguments = READS[service]
    twin.inject("throttle", service, count=2)

    with pytest.raises(ClientError) as refused:
        getattr(twin.client(service), method)(**arguments)
    assert refused.value.response["Error"]["Code"] == CODES.get(service, "ThrottlingException")
    assert refused.value.response["Error"]["Message"] == "Rate exceeded"

    getattr(retrying(twin, service), method)(**arguments)
    (report,) = twin.faults()
    assert (report.matched, report.fired) == (3, 2)


def test_an_error_before_the_call_leaves_nothing_and_one_after_it_leaves_its_effect(
    twin: RunningTwin,
) -> None:
    sns = twin.client("sns")
    twin.inject("error", "sns", "CreateTopic", parameters={"Name": "undone"})
    twin.inject("error", "sns", "CreateTopic", parameters={"Name": "done"}, performed=True)

    for name in ("undone", "done"):
        with pytest.raises(ClientError) as failed:
            sns.create_topic(Name=name)
        assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500

    sns.create_topic(Name="other")
    assert topics(twin) & {"undone", "done", "other"} == {"done", "other"}


def test_an_error_may_have_any_code(twin: RunningTwin) -> None:
    twin.inject("error", "lambda", "ListFunctions", code="ServiceUnavailable", status=503)

    with pytest.raises(ClientError) as failed:
        twin.client("lambda").list_functions()

    assert failed.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("service", ["codedeploy", "sns", "s3"])
def test_a_timeout_ends_the_connection_without_an_answer(
    twin: RunningTwin, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    twin.inject("timeout", service, count=1, seconds=0.2)
    method, arguments = READS[service]
    client, began = twin.client(service), time.monotonic()

    with pytest.raises(ConnectionClosedError):
        getattr(client, method)(**arguments)
    assert time.monotonic() - began >= 0.2

    getattr(client, method)(**arguments)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_call_may_take_effect_although_its_answer_never_comes(twin: RunningTwin) -> None:
    codedeploy = twin.client("codedeploy")
    twin.inject("timeout", "codedeploy", "CreateApplication", count=1, performed=True)

    with pytest.raises(ConnectionClosedError):
        codedeploy.create_application(applicationName="silent", computePlatform="Lambda")

    assert "silent" in codedeploy.list_applications()["applications"]


def test_delays_add_up_and_the_call_is_answered(twin: RunningTwin) -> None:
    twin.inject("delay", "codedeploy", seconds=0.2)
    twin.inject("delay", operation="ListApplications", seconds=0.2)
    began = time.monotonic()

    twin.client("codedeploy").list_applications()

    assert time.monotonic() - began >= 0.4


def test_beyond_a_rate_calls_are_throttled_and_a_patient_client_gets_through(twin: RunningTwin) -> None:
    twin.inject("throttle", "codedeploy", "ListApplications", per_second=4)
    client, began = retrying(twin, "codedeploy", attempts=20), time.monotonic()

    for _ in range(9):
        client.list_applications()

    # A second's worth at once, the other five at four a second; a token may be there just in time.
    assert time.monotonic() - began >= 1.0
    assert twin.faults()[0].fired > 0


def test_a_duplicate_is_performed_twice_and_answered_once(twin: RunningTwin) -> None:
    sqs = twin.client("sqs")
    queue = sqs.create_queue(QueueName="twice")["QueueUrl"]
    twin.inject("duplicate", "sqs", "SendMessage", count=1)

    sqs.send_message(QueueUrl=queue, MessageBody="hello")

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == ["hello", "hello"]


def test_an_asynchronous_invocation_and_an_event_are_delivered_twice(twin: RunningTwin, role: str) -> None:
    source = (
        "import boto3, uuid\ndef handler(event, context):\n"
        "    boto3.client('dynamodb').put_item(TableName='marks',\n"
        "        Item={'id': {'S': event.get('id', 'direct') + ' ' + uuid.uuid4().hex}})\n"
    )
    name = function(twin, role, "heard-twice", source)
    client, events = twin.client("lambda"), twin.client("events")
    arn = client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    rule = events.put_rule(Name="all", EventPattern='{"source": ["shop"]}')["RuleArn"]
    client.add_permission(
        FunctionName=name,
        StatementId="e",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.put_targets(Rule="all", Targets=[{"Id": "f", "Arn": arn}])
    twin.inject("duplicate", "lambda", "Invoke", parameters={"FunctionName": "*heard-twice"})

    client.invoke(FunctionName=name, InvocationType="Event")
    (entry,) = events.put_events(Entries=[{"Source": "shop", "DetailType": "d", "Detail": "{}"}])["Entries"]

    until(lambda: sum(mark.startswith("direct ") for mark in marks(twin)) == 2)
    # The same event twice, not two events.
    until(lambda: sum(mark.startswith(f"{entry['EventId']} ") for mark in marks(twin)) == 2)


@pytest.mark.parametrize("performed", [False, True])
def test_a_kill_ends_the_function_at_its_call(twin: RunningTwin, role: str, performed: bool) -> None:
    word = "performed" if performed else "undone"
    name = function(twin, role, f"killed-{word}", CALLER % f"create_topic(Name='by-{word}')")
    twin.inject("kill", "sns", "CreateTopic", function="killed-*", count=1, performed=performed)
    client = twin.client("lambda")

    answer = client.invoke(FunctionName=name, Payload=json.dumps({"name": word}))

    payload = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert {mark for mark in marks(twin) if mark.startswith(word)} == {f"{word} before"}
    assert (f"by-{word}" in topics(twin)) is performed

    again = client.invoke(FunctionName=name, Payload=json.dumps({"name": word}))
    assert json.loads(again["Payload"].read()) == "done"


def test_a_killed_asynchronous_invocation_is_tried_again_twice(twin: RunningTwin, role: str) -> None:
    name = function(twin, role, "killed-async", CALLER % "list_topics()")
    twin.inject("kill", "sns", "ListTopics", function=name, count=2)

    began = twin.request("GET", "/_twin/health")["time"]
    twin.client("lambda").invoke(
        FunctionName=name, InvocationType="Event", Payload=json.dumps({"name": "async"})
    )

    until(lambda: "async after" in marks(twin))
    assert twin.faults()[0].matched == 3
    # One minute, then two (developer guide, "Asynchronous invocation"), on the twin's clock.
    assert twin.request("GET", "/_twin/health")["time"] - began >= 180


def test_the_function_a_call_came_from_is_known_whatever_it_signs_with(twin: RunningTwin, role: str) -> None:
    source = (
        "import boto3\ndef handler(event, context):\n"
        "    boto3.client('sts', aws_access_key_id='other', aws_secret_access_key='x',\n"
        "                 aws_session_token='y').get_caller_identity()\n"
    )
    name = function(twin, role, "signs-otherwise", source)
    twin.inject("throttle", function="signs-*", count=1)

    twin.client("lambda").invoke(FunctionName=name)
    twin.client("sts").get_caller_identity()

    assert twin.faults()[0].fired == 1
    calls = [call for call in twin.request("GET", "/_twin/calls")["calls"] if call["function"] == name]
    assert [(call["service"], call["operation"], call["error"]) for call in calls] == [
        ("sts", "GetCallerIdentity", "Throttling"),
        ("sts", "GetCallerIdentity", ""),
    ]


def test_calls_of_node_functions_are_known_too(twin: RunningTwin, role: str) -> None:
    nodesdk.install(default_cache(), print)
    source = (
        'import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";\n'
        "export const handler = async () => {\n"
        "  await new DynamoDBClient({}).send(new ListTablesCommand({})); };\n"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.mjs", source)
    client = twin.client("lambda")
    client.create_function(
        FunctionName="node-caller",
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role=role,
        Timeout=30,
        Code={"ZipFile": buffer.getvalue()},
    )
    twin.inject("kill", "dynamodb", "ListTables", function="node-caller")

    answer = client.invoke(FunctionName="node-caller")

    assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.ExitError"


def test_a_call_between_services_meets_faults_too(twin: RunningTwin, role: str) -> None:
    """EventBridge invokes a function: nobody sends that over HTTP, and EventBridge tries again."""
    name = function(twin, role, "heard-late", CALLER % "list_topics()")
    client, events = twin.client("lambda"), twin.client("events")
    arn = client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    rule = events.put_rule(Name="late", EventPattern='{"source": ["late"]}')["RuleArn"]
    client.add_permission(
        FunctionName=name,
        StatementId="e",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.put_targets(Rule="late", Targets=[{"Id": "f", "Arn": arn, "Input": '{"name": "late"}'}])
    for kind in ("throttle", "timeout"):
        twin.inject(kind, "lambda", "Invoke", principal="events.amazonaws.com", count=1)

    events.put_events(Entries=[{"Source": "late", "DetailType": "d", "Detail": "{}"}])

    until(lambda: "late after" in marks(twin))
    assert [report.fired for report in twin.faults()] == [1, 1]


def test_of_two_faults_the_first_one_set_acts(twin: RunningTwin) -> None:
    twin.inject("error", "sns", code="First", count=1)
    twin.inject("error", "sns", code="Second")

    codes = []
    for _ in range(2):
        with pytest.raises(ClientError) as failed:
            twin.client("sns").list_topics()
        codes.append(failed.value.response["Error"]["Code"])

    assert codes == ["First", "Second"]


def test_the_same_seed_gives_the_same_chances(twin: RunningTwin) -> None:
    def run(seed: int) -> list[bool]:
        fault = twin.inject("throttle", "codedeploy", probability=0.5, seed=seed)
        found = []
        for _ in range(20):
            try:
                twin.client("codedeploy").list_applications()
                found.append(False)
            except ClientError:
                found.append(True)
        twin.clear_faults(fault)
        return found

    first = run(1)
    assert first == run(1)
    assert first != run(2)
    assert 0 < sum(first) < 20


def test_faults_are_listed_and_cleared_by_id_or_all_at_once(twin: RunningTwin) -> None:
    one = twin.inject("throttle", "sns")
    two = twin.inject("throttle", "sqs")

    assert [report.id for report in twin.faults()] == [one, two]
    assert [report.id for report in twin.clear_faults(one)] == [one]
    with pytest.raises(TwinError, match=f"there is no fault '{one}'; set are: {two}"):
        twin.clear_faults(one)
    assert [report.id for report in twin.clear_faults()] == [two]
    assert twin.faults() == []


def test_a_fault_that_makes_no_sense_is_refused(twin: RunningTwin) -> None:
    with pytest.raises(TwinError, match="no such service: 'codedploy'; did you mean codedeploy"):
        twin.inject("throttle", "codedploy")
    with pytest.raises(HTTPError) as refused:
        twin.request("PATCH", "/_twin/faults")
    assert "takes POST, GET and DELETE" in json.load(refused.value)["error"]
    assert twin.faults() == []
