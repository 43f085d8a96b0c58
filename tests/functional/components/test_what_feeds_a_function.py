"""A program with resources of its own: what it gives a function, and what feeds it through the alias."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine import Engine, Program, Result, StateFile, Target
from greenshift.errors import EngineError
from greenshift.settings import load_project
from greenshift.testing import RunningTwin

PROJECT = """
name: shop
runtime: python
config:
  greenshift:source: {value: {repository: acme/shop}}
  greenshift:functions: {value: {charge: {environment: {LIMIT: "3"}}}}
"""
PROGRAM = """
import greenshift, pulumi, pulumi_aws as aws

queue = aws.sqs.Queue("jobs", name="jobs")
bucket = aws.s3.Bucket("uploads", bucket="shop-uploads", force_destroy=True)
table = aws.dynamodb.Table("orders", name="orders", billing_mode="PAY_PER_REQUEST", hash_key="id",
    attributes=[{"name": "id", "type": "S"}], stream_enabled=True, stream_view_type="NEW_IMAGE")
reading = aws.iam.Policy("reading", name="reading", policy=aws.iam.get_policy_document(statements=[
    {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::shop-uploads/*"]}]).json)
delivery = greenshift.DeliveryPipeline.from_config(functions={
    "charge": greenshift.FunctionArgs(
        environment={"QUEUE_URL": queue.url},
        policies=[
            {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table.arn}]},
            reading,
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        ],
    ),
})
charge = delivery.functions["charge"]
charge.add_event_source(queue, batch_size=5)
api = charge.add_http_api("GET /orders", "POST /orders")
charge.add_schedule("rate(1 hours)")
charge.add_bucket_notification(bucket, prefix="in/")
charge.grant_invoke("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/mine")
url = charge.function_url(authorization="NONE")
pulumi.export("api", api.url)
pulumi.export("url", url.url)
pulumi.export("invoke", charge.invoke_arn)
"""


class Shop:
    def __init__(self, twin: RunningTwin, directory: Path) -> None:
        self.twin = twin
        self.directory = directory
        (directory / "functions" / "charge").mkdir(parents=True)
        (directory / "functions" / "charge" / "handler.py").write_text("def handler(event, context): ...\n")
        (directory / "Pulumi.yaml").write_text(PROJECT)

    def engine(self, program: str = PROGRAM) -> Engine:
        (self.directory / "__main__.py").write_text(program)
        project = load_project(self.directory, "local")
        return Engine(
            Program(self.directory, project.name, "local", project.config),
            Target(self.twin.endpoint, self.twin.region, "one"),
            StateFile(self.directory / "state.json"),
            lambda event: None,
            "correct horse",
        )


@pytest.fixture(scope="module")
def shop(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    yield Shop(twin, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def deployed(shop: Shop) -> Iterator[Result]:
    yield shop.engine().up()
    shop.engine().destroy()


def test_a_second_up_changes_nothing(shop: Shop, deployed: Result) -> None:
    assert set(shop.engine().up().changes) == {"same"}


def test_every_source_means_the_alias(shop: Shop, deployed: Result) -> None:
    client = shop.twin.client
    alias = client("lambda").get_alias(FunctionName="shop-local-charge", Name="live")["AliasArn"]
    mappings = client("lambda").list_event_source_mappings(FunctionName=alias)["EventSourceMappings"]
    assert [each["BatchSize"] for each in mappings] == [5]

    api = client("apigatewayv2").get_apis()["Items"][0]["ApiId"]
    integration = client("apigatewayv2").get_integrations(ApiId=api)["Items"][0]
    assert f"{alias}/invocations" in integration["IntegrationUri"]
    routes = client("apigatewayv2").get_routes(ApiId=api)["Items"]
    assert {route["RouteKey"] for route in routes} == {"GET /orders", "POST /orders"}

    schedule = client("scheduler").get_schedule(Name="shop-local-charge-clock")
    assert schedule["Target"]["Arn"] == alias
    told = client("s3").get_bucket_notification_configuration(Bucket="shop-uploads")
    assert told["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"] == alias
    assert alias in str(deployed.outputs["invoke"].value)

    policy = client("lambda").get_policy(FunctionName="shop-local-charge", Qualifier="live")["Policy"]
    statements = json.loads(policy)["Statement"]
    principals = {json.dumps(each["Principal"]) for each in statements}
    assert len(statements) == 5
    assert principals == {'"*"'} | {
        json.dumps({"Service": f"{name}.amazonaws.com"}) for name in ("apigateway", "events", "s3")
    }


def test_anyone_comes_in_by_a_url_without_authorization_and_by_nothing_else(
    shop: Shop, deployed: Result
) -> None:
    name = "shop-local-charge"
    policy = json.loads(shop.twin.client("lambda").get_policy(FunctionName=name, Qualifier="live")["Policy"])
    public = {each["Action"]: each["Condition"] for each in policy["Statement"] if each["Principal"] == "*"}
    assert public == {
        "lambda:InvokeFunctionUrl": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        "lambda:InvokeFunction": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    }
    host = str(deployed.outputs["url"].value).removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=30)
    connection.request("GET", "/", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    assert status == 502, (
        "let in, to the version that no release has taken the place of and that always fails"
    )


def test_the_program_gives_what_only_it_knows(shop: Shop, deployed: Result) -> None:
    iam = shop.twin.client("iam")
    found = shop.twin.client("lambda").get_function_configuration(FunctionName="shop-local-charge")
    variables = found["Environment"]["Variables"]
    assert variables["LIMIT"] == "3"
    assert variables["QUEUE_URL"].endswith("/jobs")

    role = found["Role"].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    names = {each["PolicyName"] for each in attached}
    assert {"shop-local-charge-own-1", "reading", "AWSLambdaBasicExecutionRole"} <= names
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == [], "never an inline policy"


def test_a_function_that_the_settings_do_not_have_is_refused(shop: Shop, deployed: Result) -> None:
    program: Any = 'import greenshift\ngreenshift.DeliveryPipeline.from_config(functions={"refund": None})'
    with pytest.raises(EngineError, match="greenshift:functions has no such function; there are: charge"):
        shop.engine(program).preview()
