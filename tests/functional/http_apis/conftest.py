"""A twin with a function that answers what it was asked to answer, and tells what it was given."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from support.stacks.fed import Place

from greenshift.testing import start_twin

ECHO = """
import json
def handler(event, context):
    if 'authorizationToken' in event or event.get('type') == 'REQUEST':
        return authorize(event)
    query = event.get('queryStringParameters') or {}
    if 'answer' in query:
        return json.loads(query['answer'])
    if 'fail' in query:
        raise RuntimeError('asked to')
    return {'statusCode': 200, 'body': json.dumps({'event': event, 'arn': context.invoked_function_arn,
                                                   'version': context.function_version})}

def authorize(event):
    headers = {name.lower(): value for name, value in event.get('headers', {}).items()}
    who = event.get('authorizationToken') or headers.get('authorization')
    if event.get('version') == '2.0':
        return {'isAuthorized': who == 'good', 'context': {'who': who}}
    arn = event['methodArn']
    effect = 'Allow' if who == 'good' else 'Deny'
    statement = {'Effect': effect, 'Action': 'execute-api:Invoke', 'Resource': arn}
    policy = {'Version': '2012-10-17', 'Statement': [statement]}
    return {'principalId': who, 'policyDocument': policy, 'context': {'who': who}}
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def event(self) -> Any:
        return self.json["event"]


class Fronts:
    """A function behind an alias, and addresses in front of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.http, self.rest = place.twin.client("apigatewayv2"), place.twin.client("apigateway")
        self.name = place.function(ECHO, place.role())
        place.functions.publish_version(FunctionName=self.name)
        place.functions.create_alias(FunctionName=self.name, Name="live", FunctionVersion="1")
        self.arn = f"arn:aws:lambda:us-east-1:123456789012:function:{self.name}:live"
        self.uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.arn}/invocations"
        place.functions.add_permission(
            FunctionName=self.name, Qualifier="live", StatementId="apis", Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )  # fmt: skip

    def api(self, *routes: str, payload: str = "2.0", stage: str = "$default", **settings: Any) -> str:
        """An HTTP API with routes to the function; its id."""
        api = str(self.http.create_api(Name="api", ProtocolType="HTTP", **settings)["ApiId"])
        integration = self.http.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion=payload
        )["IntegrationId"]
        for key in routes:
            self.http.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")
        self.http.create_stage(ApiId=api, StageName=stage, AutoDeploy=True)
        return api

    def ask(
        self, host: str, target: str = "/", method: str = "GET", body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        port = int(self.place.twin.endpoint.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, target, body, {"Host": f"{host}:{port}", **(headers or {})})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def get(self, api: str, target: str = "/", method: str = "GET", **more: Any) -> Answer:
        return self.ask(f"{api}.execute-api.localhost", target, method, **more)


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronts]:
    with start_twin(speed=60) as twin:
        yield Fronts(Place(twin, tmp_path_factory.mktemp("kept")))
