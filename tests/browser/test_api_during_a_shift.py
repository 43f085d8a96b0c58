"""An HTTP API at its local address, in a real browser, while CodeDeploy shifts the function behind it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from support.people.foreign_page import ATTACK, calls, deceived_browser, evil_server, furnish
from support.stacks.fed import Place, zipped

from greenshift.testing import RunningTwin, start_twin

PAGE = """
def handler(event, context):
    body = f"<!doctype html><title>shop</title><h1>version {context.function_version}</h1>"
    return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": body}
"""
HALF = {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 50, "canaryInterval": 10}}
MOST_LOADS = 100
"""Of a page that either version serves; that one of them never comes up has a chance of 2^-99."""


class Shop:
    """A function with two versions, its alias on the first, and an HTTP API in front of the alias."""

    def __init__(self, place: Place) -> None:
        self.place, self.twin = place, place.twin
        self.name = place.function(PAGE, place.role())
        place.functions.publish_version(FunctionName=self.name)
        place.functions.update_function_code(FunctionName=self.name, ZipFile=zipped(PAGE + "\n"))
        self.twin.advance(60)
        place.functions.get_waiter("function_updated_v2").wait(FunctionName=self.name)
        place.functions.publish_version(FunctionName=self.name)
        arn = place.functions.create_alias(FunctionName=self.name, Name="live", FunctionVersion="1")
        self.address = self._api(arn["AliasArn"])

    def _api(self, arn: str) -> str:
        self.place.functions.add_permission(
            FunctionName=self.name, Qualifier="live", StatementId="api", Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )  # fmt: skip
        client = self.twin.client("apigatewayv2")
        api = client.create_api(Name="shop", ProtocolType="HTTP")
        made = client.create_integration(
            ApiId=api["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
        )
        target = f"integrations/{made['IntegrationId']}"
        client.create_route(ApiId=api["ApiId"], RouteKey="GET /", Target=target)
        client.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
        return f"{api['ApiEndpoint']}/"

    def deploy(self) -> str:
        """Let CodeDeploy move half of the traffic to version 2, and the rest ten minutes later; its id."""
        codedeploy, iam = self.twin.client("codedeploy"), self.twin.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "codedeploy.amazonaws.com"}}
        document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
        role = iam.create_role(RoleName="shift", AssumeRolePolicyDocument=json.dumps(document))["Role"]
        managed = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"
        iam.attach_role_policy(RoleName="shift", PolicyArn=managed)
        codedeploy.create_deployment_config(
            deploymentConfigName="half", computePlatform="Lambda", trafficRoutingConfig=HALF
        )
        group: dict[str, Any] = {"applicationName": "shop", "deploymentGroupName": "shop"}
        codedeploy.create_application(applicationName="shop", computePlatform="Lambda")
        codedeploy.create_deployment_group(
            **group, serviceRoleArn=role["Arn"], deploymentConfigName="half",
            deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        )  # fmt: skip
        properties = {"Name": self.name, "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
        resource = {self.name: {"Type": "AWS::Lambda::Function", "Properties": properties}}
        content = json.dumps({"version": 0.0, "Resources": [resource]})
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        return str(codedeploy.create_deployment(**group, revision=revision)["deploymentId"])

    def weights(self) -> dict[str, float]:
        alias = self.place.functions.get_alias(FunctionName=self.name, Name="live")
        return dict((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with start_twin(clock="manual") as twin:
        furnish(twin)
        yield Shop(Place(twin, tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with deceived_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    yield page
    page.close()


def loads(page: Page, address: str, enough: int) -> Counter[str]:
    """What the page's heading says, load after load, until there are so many different ones."""
    seen = Counter[str]()
    while len(seen) < enough and seen.total() < MOST_LOADS:
        page.goto(address)
        seen[page.inner_text("h1")] += 1
    return seen


def test_a_shift_shows_both_versions_and_its_end_the_new_one(shop: Shop, page: Page) -> None:
    assert set(loads(page, shop.address, enough=1)) == {"version 1"}
    deployment = shop.deploy()
    shop.place.until(lambda: (shop.twin.advance(1), shop.weights())[1] == {"2": 0.5})
    assert set(loads(page, shop.address, enough=2)) == {"version 1", "version 2"}

    shop.twin.advance(660)
    codedeploy = shop.twin.client("codedeploy")
    status = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]["status"]
    assert (status, shop.weights()) == ("Succeeded", {})
    page.goto(shop.address)
    assert page.inner_text("h1") == "version 2"


def test_a_page_of_an_api_is_a_stranger_to_the_twin(shop: Shop, page: Page) -> None:
    """What a function serves to a browser must not run code on the twin, by whichever name it asks."""
    page.goto(shop.address)
    before = _without_invocations(shop.twin)
    for twin in (shop.twin.endpoint, shop.twin.endpoint.replace("127.0.0.1", "localhost")):
        got = page.evaluate(ATTACK, twin)
        assert {name: answer for name, answer in got.items() if answer.startswith("read")} == {}, twin
    assert _without_invocations(shop.twin) == before


def test_a_page_of_somebody_else_reads_no_answer_of_an_api_without_cors(shop: Shop, page: Page) -> None:
    asks = "address => fetch(address).then(a => a.text()).then(t => 'read ' + t, () => 'failed')"
    with evil_server() as evil:
        page.goto(evil)
        assert page.evaluate(asks, shop.address) == "failed"
    page.goto(shop.address)
    assert page.evaluate(asks, shop.address).startswith("read"), "the API's own page may"


def _without_invocations(twin: RunningTwin) -> list[dict[str, Any]]:
    return [call for call in calls(twin) if call["operation"] != "GetAlias"]
