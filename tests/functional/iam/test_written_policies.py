"""A document that is no policy is refused by the service that would keep it, in its own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin

ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def policy(*statements: Any, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


NO_POLICIES = [
    "", "no policy", "[]", "1", "{}", '{"Statement": 5}', '{"Statement": NaN}', "{" * 500, "[" * 100_000,
    policy("text"), policy({"Effect": "Perhaps", "Action": "*", "Resource": "*", "Principal": "*"}),
    policy(TRUST | {"Condition": {"StringLooksLike": {"a": "b"}}}), policy(TRUST, version="yesterday"),
]  # fmt: skip
Write = Callable[[RunningTwin, str], Any]


def create_role(twin: RunningTwin, document: str) -> Any:
    return twin.client("iam", parameter_validation=False).create_role(
        RoleName="refused", AssumeRolePolicyDocument=document
    )


def change_trust(twin: RunningTwin, document: str) -> Any:
    iam = twin.client("iam", parameter_validation=False)
    if "trusting" not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
        iam.create_role(RoleName="trusting", AssumeRolePolicyDocument=policy(TRUST))
    return iam.update_assume_role_policy(RoleName="trusting", PolicyDocument=document)


def create_policy(twin: RunningTwin, document: str) -> Any:
    return twin.client("iam", parameter_validation=False).create_policy(
        PolicyName="refused", PolicyDocument=document
    )


def bucket_policy(twin: RunningTwin, document: str) -> Any:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket="kept")
    return s3.put_bucket_policy(Bucket="kept", Policy=document)


def topic_policy(twin: RunningTwin, document: str) -> Any:
    sns = twin.client("sns")
    arn = sns.create_topic(Name="told")["TopicArn"]
    return sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)


def queue_policy(twin: RunningTwin, document: str) -> Any:
    return twin.client("sqs").create_queue(QueueName="refused", Attributes={"Policy": document})


@pytest.mark.parametrize("document", NO_POLICIES)
@pytest.mark.parametrize(
    ("write", "code"),
    [
        (create_role, "MalformedPolicyDocument"), (change_trust, "MalformedPolicyDocument"),
        (create_policy, "MalformedPolicyDocument"), (bucket_policy, "MalformedPolicy"),
        (topic_policy, "InvalidParameter"), (queue_policy, "InvalidAttributeValue"),
    ],
)  # fmt: skip
def test_a_document_that_is_no_policy_is_refused(
    twin: RunningTwin, write: Write, code: str, document: str
) -> None:
    if not document and write in (topic_policy, queue_policy):
        return  # takes the policy away
    with pytest.raises(ClientError) as refused:
        write(twin, document)

    error = refused.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


@pytest.mark.parametrize(
    ("statement", "said"), [(ANY, "Missing required field Principal"), (TRUST | {"Action": "s3:*"}, "STS")]
)
def test_a_trust_policy_says_who_may_assume_the_role_and_nothing_else(
    twin: RunningTwin, statement: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said):
        create_role(twin, policy(statement))


def test_a_role_refused_is_not_there_and_a_function_cannot_have_it(twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="This policy contains invalid Json"):
        create_role(twin, "no policy")
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        twin.client("lambda").create_function(
            FunctionName="f", Role="arn:aws:iam::123456789012:role/refused", Runtime="python3.13",
            Handler="a.b", Code={"ZipFile": b"x"},
        )  # fmt: skip
