"""Which permissions an operation takes, by example; and that nothing of ours is without an answer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from greenshift.twin import registry
from greenshift.twin.iam.needs import SERVICES, Facts, Place, needs_of

PLACE = Place("123456789012", "us-east-1")
HERE = "us-east-1:123456789012"
LAMBDA = f"arn:aws:lambda:{HERE}:function"
CODEDEPLOY = f"arn:aws:codedeploy:{HERE}"
TABLE = f"arn:aws:dynamodb:{HERE}:table/t"
FACTS = Facts(
    deployments={"d-1": ("shop", "pay"), "d-2": ("shop", "pay"), "d-3": ("shop", "page")},
    configs={("shop", "pay"): "Slow"},
    secrets={"token": f"arn:aws:secretsmanager:{HERE}:secret:token-AbCdEf"},
)

ASKED_BY_SERVICES_ONLY = {"CreateReport", "UpdateReport", "BatchPutTestCases"}
"""Permissions of a build's role for calls that CodeBuild makes, and no operation of its API."""

EXAMPLES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("lambda", "Invoke", {"FunctionName": "pay"}, [("lambda:InvokeFunction", f"{LAMBDA}:pay")]),
    ("lambda", "Invoke", {"FunctionName": "pay", "Qualifier": "live"},
     [("lambda:InvokeFunction", f"{LAMBDA}:pay:live")]),
    ("lambda", "Invoke", {"FunctionName": f"{LAMBDA}:pay:2"}, [("lambda:InvokeFunction", f"{LAMBDA}:pay:2")]),
    ("lambda", "Invoke", {"FunctionName": "123456789012:function:pay:live"},
     [("lambda:InvokeFunction", f"{LAMBDA}:pay:live")]),
    ("lambda", "GetAlias", {"FunctionName": "pay:live", "Name": "live"},
     [("lambda:GetAlias", f"{LAMBDA}:pay")]),
    ("lambda", "ListFunctions", {}, [("lambda:ListFunctions", "*")]),
    ("lambda", "CreateFunction", {"FunctionName": "pay", "Role": "arn:aws:iam::1:role/r"},
     [("lambda:CreateFunction", f"{LAMBDA}:pay"), ("iam:PassRole", "arn:aws:iam::1:role/r")]),
    ("lambda", "UpdateFunctionConfiguration", {"FunctionName": "pay"},
     [("lambda:UpdateFunctionConfiguration", f"{LAMBDA}:pay")]),
    ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
    ("s3", "GetObject", {"Bucket": "b", "Key": "k", "VersionId": "1"},
     [("s3:GetObjectVersion", "arn:aws:s3:::b/k")]),
    ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "arn:aws:s3:::b/k")]),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "arn:aws:s3:::b/k")]),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "ACL": "private"},
     [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:PutObjectAcl", "arn:aws:s3:::b/k")]),
    ("s3", "CreateMultipartUpload", {"Bucket": "b", "Key": "k", "ACL": "private"},
     [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:PutObjectAcl", "arn:aws:s3:::b/k")]),
    ("s3", "HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ("s3", "GetPublicAccessBlock", {"Bucket": "b"}, [("s3:GetBucketPublicAccessBlock", "arn:aws:s3:::b")]),
    ("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "from/a%20b"},
     [("s3:GetObject", "arn:aws:s3:::from/a b"), ("s3:PutObject", "arn:aws:s3:::b/k")]),
    ("s3", "CopyObject",
     {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "f", "Key": "x", "VersionId": "1"}},
     [("s3:GetObjectVersion", "arn:aws:s3:::f/x"), ("s3:PutObject", "arn:aws:s3:::b/k")]),
    ("s3", "DeleteObjects",
     {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
     [("s3:DeleteObject", "arn:aws:s3:::b/x"), ("s3:DeleteObjectVersion", "arn:aws:s3:::b/y")]),
    ("dynamodbstreams", "GetRecords", {"ShardIterator": f"{TABLE}/stream/2026|1|abc"},
     [("dynamodb:GetRecords", f"{TABLE}/stream/2026")]),
    ("kinesis", "GetRecords", {"ShardIterator": base64.encodebytes(b"clicks:shardId-0:7").decode()},
     [("kinesis:GetRecords", f"arn:aws:kinesis:{HERE}:stream/clicks")]),
    ("kinesis", "GetRecords", {"ShardIterator": "no iterator"}, [("kinesis:GetRecords", "*")]),
    ("kinesis", "SubscribeToShard", {"ConsumerARN": f"arn:aws:kinesis:{HERE}:stream/clicks/consumer/c:1"},
     [("kinesis:SubscribeToShard", f"arn:aws:kinesis:{HERE}:stream/clicks/consumer/c:1")]),
    ("stepfunctions", "StartExecution", {"stateMachineArn": f"arn:aws:states:{HERE}:stateMachine:m"},
     [("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:m")]),
    ("dynamodb", "Query", {"TableName": "t"}, [("dynamodb:Query", TABLE)]),
    ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, [("dynamodb:Query", f"{TABLE}/index/i")]),
    ("dynamodb", "GetItem", {"TableName": TABLE}, [("dynamodb:GetItem", TABLE)]),
    ("dynamodb", "BatchGetItem", {"RequestItems": {"t": {}}}, [("dynamodb:BatchGetItem", TABLE)]),
    ("dynamodb", "TransactWriteItems",
     {"TransactItems": [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]},
     [("dynamodb:ConditionCheckItem", TABLE), ("dynamodb:PutItem", TABLE)]),
    ("codedeploy", "CreateDeployment",
     {"applicationName": "shop", "deploymentGroupName": "pay", "deploymentConfigName": "Fast"},
     [("codedeploy:CreateDeployment", f"{CODEDEPLOY}:deploymentgroup:shop/pay"),
      ("codedeploy:GetDeploymentConfig", f"{CODEDEPLOY}:deploymentconfig:Fast"),
      ("codedeploy:RegisterApplicationRevision", f"{CODEDEPLOY}:application:shop"),
      ("codedeploy:GetApplicationRevision", f"{CODEDEPLOY}:application:shop")]),
    ("codedeploy", "GetDeployment", {"deploymentId": "d-1"},
     [("codedeploy:GetDeployment", f"{CODEDEPLOY}:deploymentgroup:shop/pay")]),
    ("codedeploy", "BatchGetDeployments", {"deploymentIds": ["d-1", "d-2", "d-3"]},
     [("codedeploy:BatchGetDeployments", f"{CODEDEPLOY}:deploymentgroup:shop/page"),
      ("codedeploy:BatchGetDeployments", f"{CODEDEPLOY}:deploymentgroup:shop/pay")]),
    ("codedeploy", "GetDeployment", {"deploymentId": "d-unknown"}, []),
    ("codebuild", "BatchGetBuilds", {"ids": ["shop-build:1", "shop-build:2"]},
     [("codebuild:BatchGetBuilds", f"arn:aws:codebuild:{HERE}:project/shop-build")]),
    ("codebuild", "StartBuild", {"projectName": "shop-build"},
     [("codebuild:StartBuild", f"arn:aws:codebuild:{HERE}:project/shop-build")]),
    ("codebuild", "DescribeTestCases", {"reportArn": f"arn:aws:codebuild:{HERE}:report/shop-unit:0b1c"},
     [("codebuild:DescribeTestCases", f"arn:aws:codebuild:{HERE}:report-group/shop-unit")]),
    ("codebuild", "CreateReport", {"reportGroupArn": f"arn:aws:codebuild:{HERE}:report-group/shop-unit"},
     [("codebuild:CreateReport", f"arn:aws:codebuild:{HERE}:report-group/shop-unit")]),
    ("codepipeline", "PutJobSuccessResult", {"jobId": "1"}, [("codepipeline:PutJobSuccessResult", "*")]),
    ("codepipeline", "PutApprovalResult", {"pipelineName": "shop", "stageName": "S", "actionName": "A"},
     [("codepipeline:PutApprovalResult", f"arn:aws:codepipeline:{HERE}:shop/S/A")]),
    ("codeconnections", "GetConnection", {"ConnectionArn": "arn:c"},
     [("codeconnections:UseConnection", "arn:c")]),
    ("cloudwatch", "DescribeAlarms", {"AlarmNames": ["a"]},
     [("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{HERE}:alarm:a")]),
    ("cloudwatch", "DescribeAlarms", {"AlarmNames": ["a"], "AlarmTypes": ["CompositeAlarm"]},
     [("cloudwatch:DescribeAlarms", "*")]),
    ("events", "PutEvents", {"Entries": [{}, {"EventBusName": "own"}]},
     [("events:PutEvents", f"arn:aws:events:{HERE}:event-bus/default"),
      ("events:PutEvents", f"arn:aws:events:{HERE}:event-bus/own")]),
    ("logs", "PutLogEvents", {"logGroupName": "/g", "logStreamName": "s"},
     [("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/g:log-stream:s")]),
    ("sns", "Publish", {"PhoneNumber": "+1"}, [("sns:Publish", "*")]),
    ("sqs", "SendMessageBatch", {"QueueUrl": "http://127.0.0.1:1/123456789012/q"},
     [("sqs:SendMessage", f"arn:aws:sqs:{HERE}:q")]),
    ("ssm", "GetParameters", {"Names": ["/a/b", "c"]},
     [("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/a/b"),
      ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/c")]),
    ("secretsmanager", "GetSecretValue", {"SecretId": "token"},
     [("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:token-AbCdEf")]),
    ("kms", "Decrypt", {"KeyId": "alias/k"}, [("kms:Decrypt", f"arn:aws:kms:{HERE}:alias/k")]),
    ("sts", "GetCallerIdentity", {}, []),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1:role/r"},
     [("sts:AssumeRole", "arn:aws:iam::1:role/r")]),
    ("iam", "GetRole", {"RoleName": "r"}, [("iam:GetRole", "arn:aws:iam::123456789012:role/r")]),
    ("iam", "GetPolicy", {"PolicyArn": "arn:p"}, [("iam:GetPolicy", "arn:p")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"), EXAMPLES, ids=[f"{e[0]}:{e[1]}" for e in EXAMPLES]
)
def test_needs(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = needs_of(service, operation, parameters, PLACE, FACTS)

    assert found is not None
    assert [(need.action, need.resource) for need in found] == expected


def test_a_group_s_own_config_is_needed_when_a_deployment_names_none() -> None:
    request = {"applicationName": "shop", "deploymentGroupName": "pay"}
    found = needs_of("codedeploy", "CreateDeployment", request, PLACE, FACTS) or ()

    assert f"{CODEDEPLOY}:deploymentconfig:Slow" in [need.resource for need in found]


def test_a_listing_carries_its_prefix_as_a_condition_key() -> None:
    (need,) = needs_of("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "a/"}, PLACE, FACTS) or ()

    assert need.keys == (("s3:prefix", "a/"),)


@pytest.mark.parametrize(("service", "operation"), [("ecs", "RunTask"), ("s3", "GetObjectTorrent")])
def test_what_nobody_wrote_down_is_unknown(service: str, operation: str) -> None:
    assert needs_of(service, operation, {}, PLACE, FACTS) is None


@pytest.mark.parametrize("service", registry.NAMES)
def test_every_operation_of_our_services_says_what_it_needs(service: str) -> None:
    operations = registry.service_class(service).operations()

    assert [name for name in operations if name not in SERVICES[service]] == []


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"iam"}))
def test_no_request_however_empty_breaks_a_table(service: str) -> None:
    for operation in SERVICES[service]:
        needs = needs_of(service, operation, {}, PLACE, Facts()) or ()
        assert all(":" in need.action for need in needs)


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"iam"}))
def test_every_operation_written_down_exists(service: str) -> None:
    from greenshift.twin.service import service_model

    names = set(service_model(service).operation_names)
    assert set(SERVICES[service]) - names - ASKED_BY_SERVICES_ONLY == set()


def execution_policies() -> dict[str, list[str]]:
    """What AWS's own policies for the roles of functions allow, of services whose calls the twin judges."""
    found: dict[str, list[str]] = {}
    judged = {need.action.partition(":")[0] for need in every_need()}
    for name, policy in json.loads(aws_managed_policies_data).items():
        if name.startswith("AWSLambda") and policy.get("Path") == "/service-role/":
            statements = policy["Document"]["Statement"]
            actions = [action for each in statements for action in listed(each.get("Action", []))]
            found[name] = [action for action in actions if action.partition(":")[0] in judged]
    return found


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def every_need() -> list[Any]:
    return [
        need
        for service in set(SERVICES) - {"iam"}
        for operation in SERVICES[service]
        for need in needs_of(service, operation, {}, PLACE, Facts()) or ()
    ]


# The twin has no durable functions.
NOT_THERE = {"lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"}


@pytest.mark.parametrize("name", sorted(execution_policies()))
def test_every_action_of_a_managed_execution_policy_is_asked_for_by_some_call(name: str) -> None:
    asked = {need.action for need in every_need()}

    assert set(execution_policies()[name]) - asked - NOT_THERE == set()
