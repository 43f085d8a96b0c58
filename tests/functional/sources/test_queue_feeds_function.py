"""A queue feeds a function: each case as Lambda's developer guide has it ("Using Lambda with Amazon SQS")."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.stacks.fed import FAILS, FINE, KEEPS, Place, arn_of


def send(place: Place, url: str, *bodies: str, **more: Any) -> None:
    for body in bodies:
        place.sqs.send_message(QueueUrl=url, MessageBody=body, **more)


@pytest.fixture(scope="module")
def fine(place: Place, role: str) -> str:
    return place.function(FINE, role)


@pytest.fixture
def feed(place: Place) -> Any:
    """Feeds until the end of the test."""
    made: list[str] = []

    def feed(*arguments: Any, **settings: Any) -> str:
        made.append(place.feed(*arguments, **settings))
        return made[-1]

    yield feed
    for uuid in made:
        place.functions.delete_event_source_mapping(UUID=uuid)
    place.twin.advance(1)


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    told = error.value.response["Error"]
    return str(told["Code"]), str(told["Message"])


def test_a_message_reaches_the_function_in_the_form_lambda_gives_it_and_is_deleted(
    place: Place, role: str, feed: Any
) -> None:
    """ "Polling and batching streams": the example event of "Using Lambda with Amazon SQS"."""
    url, name = place.queue(), place.function(FINE, role)
    feed(url, name)
    own = {"kind": {"DataType": "String", "StringValue": "x"}}
    send(place, url, "hello", MessageAttributes=own)

    [[record]] = place.until(lambda: place.records(name))
    assert record["body"] == "hello"
    assert record["eventSource"] == "aws:sqs" and record["eventSourceARN"] == arn_of(url)
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"] == {
        "stringValue": "x", "stringListValues": [], "binaryListValues": [], "dataType": "String",
    }  # fmt: skip
    place.until(lambda: place.count(url) == (0, 0))


def test_a_batch_is_as_large_as_it_may_be(place: Place, role: str, feed: Any) -> None:
    """ "Batching behavior": at most BatchSize."""
    url, name = place.queue(), place.function(FINE, role)
    send(place, url, *"abcdefg")
    feed(url, name, BatchSize=3)

    place.until(lambda: sum(map(len, place.bodies(name))) == 7)
    assert max(map(len, place.bodies(name))) == 3
    assert sorted(body for batch in place.bodies(name) for body in batch) == list("abcdefg")


def test_a_batch_window_gathers_until_it_is_over_or_the_batch_is_full(
    place: Place, role: str, feed: Any
) -> None:
    """ "Batching behavior": MaximumBatchingWindowInSeconds, counted from the first message."""
    url, name = place.queue(), place.function(FINE, role)
    feed(url, name, BatchSize=4, MaximumBatchingWindowInSeconds=20)
    send(place, url, "a")
    place.twin.advance(19)
    send(place, url, "b")
    assert place.kept(name) == []
    place.twin.advance(1)
    place.until(lambda: place.bodies(name) == [["a", "b"]])

    send(place, url, *"cdef")
    place.until(lambda: len(place.bodies(name)) == 2)
    assert sorted(place.bodies(name)[1]) == list("cdef")


def test_a_function_that_fails_gets_its_messages_again_after_the_visibility_timeout_until_they_are_dead(
    place: Place, role: str, feed: Any
) -> None:
    """ "Error handling", "Dead-letter queues": the redrive policy is the queue's."""
    dead = place.queue()
    redrive = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 2})
    url = place.queue(VisibilityTimeout="30", RedrivePolicy=redrive)
    name = place.function(FAILS, role)
    feed(url, name)
    send(place, url, "poison")

    place.until(lambda: len(place.kept(name)) == 1)
    place.until(lambda: place.count(url) == (0, 1))
    place.twin.advance(29)
    assert len(place.kept(name)) == 1
    place.twin.advance(1)
    place.until(lambda: len(place.kept(name)) == 2)
    place.twin.advance(31)
    place.until(lambda: place.count(dead) == (1, 0))
    assert place.count(url) == (0, 0) and len(place.kept(name)) == 2


PARTS = [
    # (what the function answers, which messages come back): "Success and failure conditions".
    ("None", ""),
    ("{}", ""),
    ("{'batchItemFailures': []}", ""),
    ("{'batchItemFailures': None}", ""),
    ("{'batchItemFailures': [{'itemIdentifier': ids['b']}]}", "b"),
    ("{'batchItemFailures': [{'itemIdentifier': ids['a']}, {'itemIdentifier': ids['c']}]}", "ac"),
    ("{'batchItemFailures': [{'itemIdentifier': ''}]}", "abc"),
    ("{'batchItemFailures': [{'itemIdentifier': None}]}", "abc"),
    ("{'batchItemFailures': [{'wrongName': ids['a']}]}", "abc"),
    ("{'batchItemFailures': [{'itemIdentifier': 'nobody'}]}", "abc"),
]


def test_of_a_batch_only_what_the_function_reports_comes_back(place: Place, role: str, feed: Any) -> None:
    """ "Reporting batch item failures"."""
    answers = "[" + ", ".join(answer for answer, _ in PARTS) + "]"
    source = KEEPS + (
        "def answer(event, context):\n"
        "    ids = {r['body'][0]: r['messageId'] for r in event['Records']}\n"
        "    case = int(event['Records'][0]['body'][1:])\n"
        f"    return {answers}[case]\n"
    )
    name = place.function(source, role)
    for case, (answer, back) in enumerate(PARTS):
        url = place.queue(VisibilityTimeout="30")
        uuid = place.feed(
            url, name, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"],
            MaximumBatchingWindowInSeconds=1,
        )  # fmt: skip
        before = len(place.kept(name))
        send(place, url, *(f"{letter}{case}" for letter in "abc"))
        place.twin.advance(1)
        place.until(lambda before=before: len(place.kept(name)) == before + 1)
        place.until(lambda url=url, back=back: place.count(url) == (0, len(back)))
        place.functions.delete_event_source_mapping(UUID=uuid)
        place.twin.advance(30)
        got = place.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        assert sorted(each["Body"][0] for each in got) == sorted(back), answer


FILTERED = [
    # (pattern, bodies that pass, bodies that do not): "Filtering with Amazon SQS".
    ({"body": {"kind": ["order"]}}, ['{"kind": "order"}'], ['{"kind": "x"}', "order", "{}"]),
    ({"body": {"n": [{"numeric": [">", 5]}]}}, ['{"n": 6}'], ['{"n": 5}', "6"]),
    ({"body": ["plain"]}, ["plain"], ['{"plain": 1}', "other"]),
    ({"attributes": {"ApproximateReceiveCount": ["1"]}}, ["x", '{"a": 1}'], []),
    ({"body": {"kind": [{"prefix": "o"}, {"exists": False}]}}, ['{"kind": "o"}', "{}"], ['{"kind": "x"}']),
]


@pytest.mark.parametrize(("pattern", "pass_", "drop"), FILTERED)
def test_only_messages_that_pass_a_filter_reach_the_function_and_the_others_are_deleted(
    place: Place, fine: str, feed: Any, pattern: Any, pass_: list[str], drop: list[str]
) -> None:
    url = place.queue()
    feed(url, fine, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    before = len(place.kept(fine))
    send(place, url, *drop, *pass_)

    place.until(lambda: place.count(url) == (0, 0))
    assert sorted(body for batch in place.bodies(fine)[before:] for body in batch) == sorted(pass_)


def test_no_more_batches_run_at_once_than_the_maximum_concurrency(place: Place, role: str, feed: Any) -> None:
    """ "Configuring maximum concurrency for Amazon SQS event sources"."""
    source = KEEPS + (
        "def answer(event, context):\n"
        "    running = out_of() / f'{context.aws_request_id}.running'\n"
        "    running.touch()\n"
        "    time.sleep(0.05)\n"
        "    count = len(list(out_of().glob('*.running')))\n"
        "    (out_of() / f'{context.aws_request_id}.count').write_text(str(count))\n"
        "    running.unlink()\n"
        "def out_of():\n"
        "    return pathlib.Path(os.environ['OUT'])\n"
    )
    url, name = place.queue(), place.function(source, role)
    send(place, url, *map(str, range(12)))
    feed(url, name, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})

    place.until(lambda: len(place.written(name, "count")) == 12)
    assert max(int(each or 0) for each in place.written(name, "count")) == 2


def test_messages_of_a_group_reach_the_function_in_order_also_when_it_fails(
    place: Place, role: str, feed: Any
) -> None:
    """ "FIFO queues": order within a group, the group waits for what failed."""
    source = KEEPS + (
        "def answer(event, context):\n"
        "    first = event['Records'][0]\n"
        "    if first['body'] == 'a0' and first['attributes']['ApproximateReceiveCount'] == '1':\n"
        "        raise RuntimeError('once')\n"
    )
    url = place.queue(FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout="30")
    name = place.function(source, role)
    feed(url, name, BatchSize=2)
    for n in range(4):
        send(place, url, f"a{n}", MessageGroupId="a")
    send(place, url, "b0", MessageGroupId="b")

    place.until(lambda: len(place.kept(name)) == 2 and sum(place.count(url)) == 4)
    place.twin.advance(30)
    place.until(lambda: place.count(url) == (0, 0))
    order = [body for batch in place.bodies(name) for body in batch if body.startswith("a")]
    done = order[order.index("a0", 1) :]
    assert done == ["a0", "a1", "a2", "a3"]


def test_a_throttled_function_gets_its_messages_later_and_they_are_received_once(
    place: Place, role: str, feed: Any
) -> None:
    """ "Backoff strategy for failed invocations": throttles are tried again within the visibility timeout."""
    url, name = place.queue(VisibilityTimeout="60"), place.function(FINE, role)
    place.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    feed(url, name)
    send(place, url, "patience")
    place.twin.advance(4)
    assert place.kept(name) == [] and place.count(url) == (0, 1)
    place.functions.delete_function_concurrency(FunctionName=name)
    place.twin.advance(10)

    [[record]] = place.until(lambda: place.records(name))
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_disabled_mapping_delivers_nothing_until_it_is_enabled(place: Place, role: str) -> None:
    """API reference: State, Enabled."""
    url, name = place.queue(), place.function(FINE, role)
    lambda_ = place.functions
    made = lambda_.create_event_source_mapping(EventSourceArn=arn_of(url), FunctionName=name, Enabled=False)
    uuid = made["UUID"]
    assert (made["State"], made["BatchSize"]) == ("Creating", 10)
    assert (
        refused(lambda_.update_event_source_mapping, UUID=uuid, Enabled=True)[0] == "ResourceInUseException"
    )
    place.twin.advance(1)
    assert lambda_.get_event_source_mapping(UUID=uuid)["State"] == "Disabled"
    send(place, url, "later")
    place.twin.advance(5)
    assert place.kept(name) == []

    assert lambda_.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    place.twin.advance(1)
    assert lambda_.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"
    place.until(lambda: place.bodies(name) == [["later"]])

    assert lambda_.update_event_source_mapping(UUID=uuid, Enabled=False)["State"] == "Disabling"
    place.twin.advance(1)
    send(place, url, "never")
    place.twin.advance(5)
    assert place.bodies(name) == [["later"]]

    found = lambda_.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert [each["UUID"] for each in found] == [uuid]
    assert lambda_.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    place.twin.advance(1)
    assert refused(lambda_.get_event_source_mapping, UUID=uuid)[0] == "ResourceNotFoundException"


def test_a_mapping_invokes_the_alias_it_names(place: Place, role: str, feed: Any) -> None:
    """ "Event source mappings and aliases": the mapping's function ARN carries the qualifier."""
    url, name = place.queue(), place.function(FINE, role)
    place.functions.publish_version(FunctionName=name)
    place.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    feed(url, f"{name}:live")
    send(place, url, "x")

    [kept] = place.until(lambda: place.kept(name))
    assert kept["version"] == "1" and kept["arn"].endswith(f":{name}:live")


def test_a_role_that_may_not_receive_is_refused_when_the_mapping_is_made(place: Place) -> None:
    """ "Configuring execution role permissions"."""
    name, url = place.function(FINE, place.role()), place.queue()
    told = refused(place.functions.create_event_source_mapping, EventSourceArn=arn_of(url), FunctionName=name)
    assert told == (
        "InvalidParameterValueException",
        "The function execution role does not have permissions to call ReceiveMessage on SQS",
    )


def test_a_role_that_loses_its_permission_gets_nothing_more_and_loses_nothing(
    place: Place, feed: Any
) -> None:
    role = place.role("AWSLambdaSQSQueueExecutionRole")
    name, url = place.function(FINE, role), place.queue()
    feed(url, name)
    iam, policy = (
        place.twin.client("iam"),
        "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    iam.detach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=policy)
    send(place, url, "kept")
    mappings = place.twin.twin.services["lambda"].mappings  # type: ignore[attr-defined]
    place.until(lambda: any("not authorized to perform: sqs:" in each.result for each in mappings))
    assert place.kept(name) == [] and place.count(url) == (1, 0)

    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=policy)
    place.until(lambda: place.twin.advance(1) or place.bodies(name) == [["kept"]])


REFUSED = [
    ({"BatchSize": 11}, "Maximum batch window"),
    ({"BatchSize": 10_001, "MaximumBatchingWindowInSeconds": 1}, "10000"),
    ({"StartingPosition": "LATEST"}, "StartingPosition"),
    ({"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}, "Invalid filter pattern"),
    ({"BisectBatchOnFunctionError": True}, "BisectBatchOnFunctionError"),
    ({"ProvisionedPollerConfig": {"MinimumPollers": 2}}, "ProvisionedPollerConfig"),
    ({"EventSourceArn": "arn:aws:mq:us-east-1:123456789012:broker:b"}, "broker"),
    ({"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:none"}, "NonExistentQueue"),
]


@pytest.mark.parametrize(("settings", "said"), REFUSED)
def test_a_mapping_that_cannot_be_is_refused(
    place: Place, fine: str, settings: dict[str, Any], said: str
) -> None:
    """API reference, CreateEventSourceMapping: limits and errors."""
    asked = {"EventSourceArn": arn_of(place.queue()), "FunctionName": fine} | settings
    code, message = refused(place.functions.create_event_source_mapping, **asked)
    assert code in ("InvalidParameterValueException", "ValidationException") and said in message


def test_a_queue_hidden_for_less_than_the_function_takes_is_refused_and_one_pair_is_mapped_once(
    place: Place, role: str, feed: Any
) -> None:
    """ "Configuring a queue to use with Lambda"; API reference: ResourceConflictException."""
    name = place.function(FINE, role, Timeout=60)
    short, long = place.queue(VisibilityTimeout="59"), place.queue(VisibilityTimeout="60")
    asked = {"EventSourceArn": arn_of(short), "FunctionName": name}
    code, message = refused(place.functions.create_event_source_mapping, **asked)
    assert code == "InvalidParameterValueException"
    assert message == "Queue visibility timeout: 59 seconds is less than Function timeout: 60 seconds"
    feed(long, name)
    asked["EventSourceArn"] = arn_of(long)
    assert refused(place.functions.create_event_source_mapping, **asked)[0] == "ResourceConflictException"
