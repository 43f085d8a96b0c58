"""Function URLs over HTTP, as Lambda's developer guide has them: "Control access to Lambda function URLs",
"Invoking Lambda function URLs".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

OPEN = {"Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}
THROUGH = {"Action": "lambda:InvokeFunction", "Principal": "*", "InvokedViaFunctionUrl": True}


class Url:
    """The URL of the alias, and its policy."""

    def __init__(self, fronts: Any) -> None:
        self.fronts, self.functions = fronts, fronts.place.functions
        self.own = {"FunctionName": fronts.name, "Qualifier": "live"}
        made = self.functions.create_function_url_config(**self.own, AuthType="NONE")
        self.host = made["FunctionUrl"].removeprefix("http://").partition(":")[0]

    def allow(self, name: str, **statement: Any) -> None:
        self.functions.add_permission(**self.own, StatementId=name, **statement)

    def forbid(self, *names: str) -> None:
        for name in names:
            self.functions.remove_permission(**self.own, StatementId=name)

    def ask(self, *asked: Any, **more: Any) -> Any:
        return self.fronts.ask(self.host, *asked, **more)


@pytest.fixture
def url(fronts: Any) -> Iterator[Url]:
    made = Url(fronts)
    yield made
    made.functions.delete_function_url_config(**made.own)
    assert made.ask().json == {"Message": "Forbidden"}


def test_a_public_url_serves_its_alias_in_format_2(url: Url) -> None:
    url.allow("open", **OPEN)
    url.allow("through", **THROUGH)
    answer = url.ask("/a/b?c=d", "POST", body=b"{}", headers={"Content-Type": "application/json"})
    assert answer.json["arn"].endswith(":live")
    event = answer.event
    assert (event["routeKey"], event["rawPath"], event["body"]) == ("$default", "/a/b", "{}")
    assert url.ask("/?fail=1").status == 502
    url.forbid("open", "through")


def test_a_public_url_needs_both_permissions(url: Url) -> None:
    assert url.ask().status == 403
    url.allow("open", **OPEN)
    assert url.ask().status == 403, "new since October 2025: lambda:InvokeFunction, too"
    url.allow("through", **THROUGH)
    assert url.ask().status == 200
    url.forbid("open")
    assert url.ask().status == 403
    url.forbid("through")


def test_what_is_allowed_through_the_url_allows_no_service(url: Url) -> None:
    functions, place = url.functions, url.fronts.place
    topic = place.twin.client("sns").create_topic(Name="through")["TopicArn"]
    dead = place.queue()
    redrive = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:123456789012:{dead.rpartition('/')[2]}"}
    arn = functions.get_alias(FunctionName=url.fronts.name, Name="live")["AliasArn"]
    url.allow("through", **THROUGH)
    sns = place.twin.client("sns")
    sns.subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=arn, Attributes={"RedrivePolicy": json.dumps(redrive)}
    )
    sns.publish(TopicArn=topic, Message="in")
    [message] = place.until(lambda: place.sqs.receive_message(QueueUrl=dead).get("Messages"))
    assert json.loads(message["Body"])["Message"] == "in"
    url.forbid("through")


def test_a_url_with_iam_takes_signed_requests_of_roles_that_may_do_both(url: Url) -> None:
    url.functions.update_function_url_config(**url.own, AuthType="AWS_IAM")
    [told] = url.functions.list_function_url_configs(FunctionName=url.fronts.name)["FunctionUrlConfigs"]
    assert told["AuthType"] == "AWS_IAM"
    assert url.ask().status == 403
    twin = url.fronts.place.twin
    for actions, status in (
        (["lambda:InvokeFunctionUrl"], 403),
        (["lambda:InvokeFunction"], 403),
        (["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"], 200),
    ):
        key = session(twin, f"caller-{len(actions)}-{status}-{actions[0][-3:]}", actions)
        scope = f"{key}/20260101/us-east-1/lambda/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"
        answer = url.ask(headers={"Authorization": signed})
        assert answer.status == status, actions
    assert answer.event["requestContext"]["authorizer"]["iam"]["userArn"].startswith("arn:aws:sts::")


def session(twin: Any, name: str, actions: list[str]) -> str:
    """The access key of a session of a new role that may do these."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam = twin.client("iam")
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document)
    taken = twin.client("sts").assume_role(RoleArn=made["Role"]["Arn"], RoleSessionName="own")
    return str(taken["Credentials"]["AccessKeyId"])
