"""APIs whose routes lead to an address over HTTP, as API Gateway's developer guide has it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from support.stacks.elsewhere import Elsewhere


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as running:
        yield running


def api_to(fronts: Any, url: str, key: str = "ANY /pets/{proxy+}", method: str = "ANY") -> str:
    api = str(fronts.api())
    integration = fronts.http.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod=method, IntegrationUri=url,
        PayloadFormatVersion="1.0",
    )["IntegrationId"]  # fmt: skip
    fronts.http.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")
    return api


def test_a_greedy_path_goes_on_where_the_address_names_it(fronts: Any, elsewhere: Elsewhere) -> None:
    """ "Create HTTP proxy integrations for HTTP APIs"."""
    api = api_to(fronts, f"{elsewhere.url}/all/{{proxy}}")
    told = fronts.get(api, "/pets/dog/a%20b?x=1").json
    assert (told["method"], told["path"]) == ("GET", "/all/dog/a%20b?x=1")
    assert told["headers"]["host"] == elsewhere.url.removeprefix("http://")
    assert api in told["headers"]["forwarded"]


def test_the_integrations_own_method_is_the_one_that_asks(fronts: Any, elsewhere: Elsewhere) -> None:
    api = api_to(fronts, elsewhere.url, "GET /pets", "POST")
    assert fronts.get(api, "/pets").json["method"] == "POST"


def test_a_stage_variable_names_the_address(fronts: Any, elsewhere: Elsewhere) -> None:
    """ "Use stage variables for HTTP APIs": the full URI without its protocol."""
    api = api_to(fronts, "http://${stageVariables.url}", "GET /pets")
    told = {"url": f"{elsewhere.url.removeprefix('http://')}/own"}
    fronts.http.update_stage(ApiId=api, StageName="$default", StageVariables=told)
    assert fronts.get(api, "/pets").json["path"] == "/own"


def test_a_rest_api_hands_on_the_path_variables_it_maps(fronts: Any, elsewhere: Elsewhere) -> None:
    """ "HTTP proxy integration" of REST APIs: the method's path variable is mapped to the integration's."""
    rest = fronts.rest
    api = rest.create_rest_api(name="rest")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    pet = rest.create_resource(restApiId=api, parentId=root, pathPart="{name}")["id"]
    path = {"method.request.path.name": True}
    asked = {"restApiId": api, "resourceId": pet, "httpMethod": "GET"}
    rest.put_method(**asked, authorizationType="NONE", requestParameters=path)
    rest.put_integration(
        **asked, type="HTTP_PROXY", integrationHttpMethod="GET", uri=f"{elsewhere.url}/pets/{{id}}",
        requestParameters={"integration.request.path.id": "method.request.path.name"},
    )  # fmt: skip
    rest.create_deployment(restApiId=api, stageName="prod")
    answer = fronts.get(api, "/prod/dog")
    assert (answer.status, answer.json["path"]) == (203, "/pets/dog")


def test_an_address_of_somebody_else_gets_nothing(fronts: Any) -> None:
    api = api_to(fronts, "https://example.com/{proxy}")
    answer = fronts.get(api, "/pets/dog")
    assert answer.status == 501 and "this machine only" in answer.json["message"]


def test_where_nobody_answers_the_service_is_unavailable(fronts: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        api = api_to(fronts, f"http://127.0.0.1:{taken.getsockname()[1]}/{{proxy}}")
        answer = fronts.get(api, "/pets/dog")
    assert (answer.status, answer.json) == (503, {"message": "Service Unavailable"})
