"""What topics and buckets deliver, each case as the developer guide of SNS or the user guide of S3 has it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from support.stacks.fed import FINE, Place, arn_of

from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start_twin(speed=600) as twin:
        yield Place(twin, tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def sns(place: Place) -> Any:
    return place.twin.client("sns")


@pytest.fixture(scope="module")
def s3(place: Place) -> Any:
    return place.twin.client("s3")


def received(place: Place, url: str, count: int = 1) -> list[dict[str, Any]]:
    """That many messages, deleted as they come."""
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        answer = place.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
        )
        for each in answer.get("Messages", []):
            place.sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            found.append(each)
        return len(found) >= count

    place.until(enough)
    return found


def function_arn(place: Place, name: str, qualifier: str = "") -> str:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    return f"{arn}:{qualifier}" if qualifier else arn


def allow(place: Place, name: str, service: str, source: str) -> None:
    place.functions.add_permission(
        FunctionName=name, StatementId=service.partition(".")[0], Action="lambda:InvokeFunction",
        Principal=service, SourceArn=source,
    )  # fmt: skip


# Topics


def test_a_message_reaches_a_queue_in_an_envelope_or_raw(place: Place, sns: Any) -> None:
    """SNS, "Fanout to Amazon SQS queues", "Raw message delivery"."""
    topic = sns.create_topic(Name="fan")["TopicArn"]
    plain, raw = place.queue(), place.queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(plain))
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(raw), Attributes={"RawMessageDelivery": "true"}
    )
    own = {"kind": {"DataType": "String", "StringValue": "x"}}
    sns.publish(TopicArn=topic, Message="hello", Subject="s", MessageAttributes=own)

    [message] = received(place, plain)
    envelope = json.loads(message["Body"])
    assert (envelope["Type"], envelope["Message"], envelope["Subject"]) == ("Notification", "hello", "s")
    assert envelope["MessageAttributes"] == {"kind": {"Type": "String", "Value": "x"}}
    [message] = received(place, raw)
    assert message["Body"] == "hello" and message["MessageAttributes"]["kind"] == own["kind"]


def test_a_message_reaches_a_function_in_its_own_form(place: Place, sns: Any) -> None:
    """Lambda, "Using AWS Lambda with Amazon SNS"."""
    topic, name = sns.create_topic(Name="to-function")["TopicArn"], place.function(FINE, place.role())
    allow(place, name, "sns.amazonaws.com", topic)
    arn = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function_arn(place, name))
    sns.publish(TopicArn=topic, Message="hello")

    [[record]] = place.until(lambda: place.records(name))
    assert record["EventSource"] == "aws:sns" and record["EventSubscriptionArn"] == arn["SubscriptionArn"]
    assert record["Sns"]["Message"] == "hello" and record["Sns"]["Subject"] is None
    assert record["Sns"]["TopicArn"] == topic and "SigningCertUrl" in record["Sns"]


POLICIES = [
    # (filter policy, scope, what passes, what does not): "Amazon SNS message filtering".
    ({"kind": ["order"]}, "MessageAttributes", {"kind": "order"}, {"kind": "other"}),
    ({"kind": [{"prefix": "or"}]}, "MessageAttributes", {"kind": "order"}, {"kind": "x"}),
    ({"kind": [{"anything-but": ["x"]}]}, "MessageAttributes", {"kind": "order"}, {"kind": "x"}),
    ({"kind": ["order"]}, "MessageBody", {"kind": "order"}, {"kind": "x"}),
]


@pytest.mark.parametrize(("policy", "scope", "good", "bad"), POLICIES)
def test_a_filter_policy_lets_only_matching_messages_through(
    place: Place, sns: Any, policy: Any, scope: str, good: Any, bad: Any
) -> None:
    topic, url = sns.create_topic(Name="filtered")["TopicArn"], place.queue()
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(url),
        Attributes={"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope, "RawMessageDelivery":
        "true"},
    )  # fmt: skip
    for each in (bad, good):
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in each.items()}
        sns.publish(TopicArn=topic, Message=json.dumps(each), MessageAttributes=attributes)
    assert [json.loads(each["Body"]) for each in received(place, url)] == [good]
    sns.delete_topic(TopicArn=topic)


class Endpoint:
    """An HTTP endpoint that answers as it is told, and keeps what came."""

    def __init__(self, *statuses: int) -> None:
        self.came: list[tuple[dict[str, str], str]] = []
        endpoint, left = self, list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                endpoint.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(left.pop(0) if left else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?a=b"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_an_http_endpoint_gets_the_message_and_gets_it_again_when_it_fails(place: Place, sns: Any) -> None:
    """SNS, "Fanout to HTTP/S endpoints", "message delivery retries"."""
    topic = sns.create_topic(Name="hooks")["TopicArn"]
    with Endpoint(503) as endpoint:
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
        sns.publish(TopicArn=topic, Message="hello")
        place.until(lambda: len(endpoint.came) == 2)
    headers, body = endpoint.came[-1]
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-topic-arn"] == topic and json.loads(body)["Message"] == "hello"


def test_what_a_subscriber_refuses_for_good_goes_to_the_dead_letter_queue(place: Place, sns: Any) -> None:
    """SNS, "Amazon SNS dead-letter queues": a client-side error is not tried again."""
    topic, dead = sns.create_topic(Name="refused")["TopicArn"], place.queue()
    name = place.function(FINE, place.role())  # without a permission for SNS
    sns.subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=function_arn(place, name),
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn_of(dead)})},
    )  # fmt: skip
    sns.publish(TopicArn=topic, Message="lost")
    [message] = received(place, dead)
    assert json.loads(message["Body"])["Message"] == "lost"
    assert message["MessageAttributes"]["ErrorCode"]["StringValue"] == "AccessDeniedException"
    assert place.kept(name) == []


# Buckets


def notify(s3: Any, bucket: str, **configuration: Any) -> None:
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def keys(events: list[dict[str, Any]]) -> list[str]:
    return [str(each["s3"]["object"]["key"]) for each in events]


def test_objects_with_prefix_and_suffix_reach_the_function(place: Place, s3: Any) -> None:
    """S3, "Configuring event notifications using object key name filtering", "Event message structure"."""
    name = place.function(FINE, place.role())
    allow(place, name, "s3.amazonaws.com", "arn:aws:s3:::pictures")
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".png"}]
    notify(
        s3, "pictures",
        LambdaFunctionConfigurations=[{
            "Id": "own", "LambdaFunctionArn": function_arn(place, name), "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": rules}},
        }],
    )  # fmt: skip
    for key in ("in/a.txt", "out/a.png", "in/a b+.png"):
        s3.put_object(Bucket="pictures", Key=key, Body=b"12345")
    s3.delete_object(Bucket="pictures", Key="in/a b+.png")

    [[record]] = place.until(lambda: place.records(name))
    assert (record["eventSource"], record["eventName"]) == ("aws:s3", "ObjectCreated:Put")
    assert record["s3"]["bucket"]["name"] == "pictures" and record["s3"]["configurationId"] == "own"
    assert record["s3"]["object"]["key"] == "in/a+b%2B.png" and record["s3"]["object"]["size"] == 5


def test_a_queue_hears_a_test_first_and_then_what_was_made_and_removed(place: Place, s3: Any) -> None:
    """S3, "Event notification types and destinations": s3:TestEvent."""
    url = place.queue()
    notify(
        s3, "to-queue",
        QueueConfigurations=[
            {"QueueArn": arn_of(url), "Events": ["s3:ObjectCreated:Put", "s3:ObjectRemoved:Delete"]}
        ],
    )  # fmt: skip
    assert json.loads(received(place, url)[0]["Body"])["Event"] == "s3:TestEvent"
    s3.put_object(Bucket="to-queue", Key="a", Body=b"x")
    s3.delete_object(Bucket="to-queue", Key="a")
    events = [json.loads(each["Body"])["Records"][0] for each in received(place, url, 2)]
    assert sorted(each["eventName"] for each in events) == ["ObjectCreated:Put", "ObjectRemoved:Delete"]
    assert keys(events) == ["a", "a"]


def test_a_topic_hands_on_what_a_bucket_says(place: Place, s3: Any, sns: Any) -> None:
    topic, url = sns.create_topic(Name="of-bucket")["TopicArn"], place.queue()
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(url), Attributes={"RawMessageDelivery": "true"}
    )
    notify(s3, "to-topic", TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}])
    received(place, url)
    s3.put_object(Bucket="to-topic", Key="a", Body=b"x")
    [message] = received(place, url)
    assert keys(json.loads(message["Body"])["Records"]) == ["a"]


def test_the_event_bus_hears_of_a_bucket_that_tells_it(place: Place, s3: Any) -> None:
    """S3, "Using EventBridge": detail-type, detail.reason."""
    events, url = place.twin.client("events"), place.queue()
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["to-bus"]}}}
    events.put_rule(Name="of-bucket", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="of-bucket", Targets=[{"Id": "q", "Arn": arn_of(url)}])
    notify(s3, "to-bus", EventBridgeConfiguration={})
    s3.put_object(Bucket="to-bus", Key="a", Body=b"xyz")
    s3.delete_object(Bucket="to-bus", Key="a")

    found = {each["detail-type"]: each for each in (json.loads(m["Body"]) for m in received(place, url, 2))}
    assert found["Object Created"]["detail"]["reason"] == "PutObject"
    assert found["Object Created"]["detail"]["object"]["size"] == 3
    assert found["Object Deleted"]["detail"]["deletion-type"] == "Permanently Deleted"
    assert found["Object Created"]["resources"] == ["arn:aws:s3:::to-bus"]
