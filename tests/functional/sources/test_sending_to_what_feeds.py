"""What ``greenshift traffic --source`` sends to what feeds an alias, reaches the function behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.stacks.fed import FINE, Place, arn_of

from greenshift.cli.calls.feeding import Feeding, sender
from greenshift.cli.calls.feeds import feeds_of, find
from greenshift.view import FunctionOutputs

ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:{}:live"
PATHS = {"queue q-": "body", "GET /a": "rawPath", "url worker": "rawPath"}


@pytest.fixture(scope="module")
def fed(place: Place) -> Iterator[tuple[str, FunctionOutputs]]:
    """A function whose alias has two queues, a stream, a table, a route and a URL."""
    role = place.role(
        "AWSLambdaSQSQueueExecutionRole", "AWSLambdaKinesisExecutionRole", "AWSLambdaDynamoDBExecutionRole"
    )
    name = place.function(FINE, role)
    place.functions.publish_version(FunctionName=name)
    place.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    _polled(place, name)
    _addressed(place, name)
    yield name, FunctionOutputs("worker", name, ALIAS.format(name), "none", "none")


def _polled(place: Place, name: str) -> None:
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    arns: list[tuple[str, dict[str, Any]]] = [(arn_of(place.queue()), {}), (arn_of(place.queue(**fifo)), {})]
    kinesis, dynamodb = place.twin.client("kinesis"), place.twin.client("dynamodb")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    found = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    arns.append((found, {"StartingPosition": "TRIM_HORIZON"}))
    table = dynamodb.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]  # fmt: skip
    arns.append((table["LatestStreamArn"], {"StartingPosition": "TRIM_HORIZON"}))
    for arn, more in arns:
        place.functions.create_event_source_mapping(
            EventSourceArn=arn, FunctionName=ALIAS.format(name), BatchSize=1, **more
        )
    place.twin.advance(5)


def _addressed(place: Place, name: str) -> None:
    own = {"FunctionName": name, "Qualifier": "live"}
    place.functions.create_function_url_config(**own, AuthType="NONE")
    place.functions.add_permission(
        **own, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"
    )
    place.functions.add_permission(
        **own, StatementId="through", Action="lambda:InvokeFunction", Principal="*",
        InvokedViaFunctionUrl=True,
    )  # fmt: skip
    place.functions.add_permission(
        **own, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    api = place.twin.client("apigatewayv2")
    id_ = api.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    uri = ALIAS.format(name)
    made = api.create_integration(
        ApiId=id_, IntegrationType="AWS_PROXY", IntegrationUri=uri, PayloadFormatVersion="2.0"
    )
    target = f"integrations/{made['IntegrationId']}"
    api.create_route(ApiId=id_, RouteKey="GET /a/{id}", Target=target)
    api.create_stage(ApiId=id_, StageName="v1", AutoDeploy=True)


def test_everything_that_can_be_sent_to_is_listed(place: Place, fed: tuple[str, FunctionOutputs]) -> None:
    found = feeds_of(place.twin.client, [fed[1]])
    assert sorted(each.name.partition("-")[0] for each in found) == [
        "GET /a/{id}", "queue q", "queue q", "stream clicks", "table orders", "url worker",
    ]  # fmt: skip


def _text(event: dict[str, Any]) -> str:
    """What was sent, as the function got it."""
    if "rawPath" in event:
        return f"{event['rawPath']} {event.get('body', '')}"
    [record] = event["Records"]
    if "dynamodb" in record:
        return str(record["dynamodb"]["NewImage"]["id"]["S"])
    return str(record.get("body") or record["kinesis"]["data"])


@pytest.mark.parametrize(
    ("kind", "asked", "received"),
    [
        ("queue", "", '{"id": "m-0"}'),
        ("fifo", "", '{"id": "m-0"}'),
        ("stream", "clicks", "eyJpZCI6ICJtLTAifQ=="),
        ("table", "orders", "m-0"),
        ("route", "GET /a/7", "/v1/a/7 "),
        ("url", "url worker", '/ {"id": "m-0"}'),
    ],
)
def test_what_is_sent_arrives(
    place: Place, fed: tuple[str, FunctionOutputs], kind: str, asked: str, received: str
) -> None:
    name, function = fed
    found = feeds_of(place.twin.client, [function])
    queues = {each.name.endswith(".fifo"): each.name for each in found if each.kind == "queue"}
    feed = find(found, asked or queues[kind == "fifo"])
    before = len(place.kept(name))
    feeding = Feeding(sender(place.twin.client, feed), feed, {"id": "m-{n}"}, per_second=0.001, at_once=1)
    with feeding:
        place.until(lambda: feeding.sent == 1)
    [outcome] = feeding.told(1.0).outcomes
    assert outcome.was_taken and outcome.word == ("200" if kind in ("route", "url") else "sent")
    place.until(lambda: (place.twin.advance(1), len(place.kept(name)))[1] == before + 1)
    assert _text(place.kept(name)[-1]["event"]) == received


def test_where_nobody_takes_it_the_error_is_counted_by_its_name(
    place: Place, fed: tuple[str, FunctionOutputs]
) -> None:
    feed = find(feeds_of(place.twin.client, [fed[1]]), "orders")
    feeding = Feeding(sender(place.twin.client, feed), feed, {"no": "key"}, per_second=0.001, at_once=1)
    with feeding:
        place.until(lambda: feeding.sent == 1)
    found = feeding.told(1.0)
    assert [(each.word, each.was_taken) for each in found.outcomes] == [("ValidationException", False)]
    assert json.loads(json.dumps(found.sent)) == 1
