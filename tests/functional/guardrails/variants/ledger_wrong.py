"""Functions beside a ledger, each wrong in its own way; run by a test."""

import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def table(name: str, key: str) -> aws.dynamodb.Table:
    attributes = [{"name": key, "type": "S"}]
    return aws.dynamodb.Table(name, hash_key=key, attributes=attributes, billing_mode="PAY_PER_REQUEST")


ledger = table("ledger", "deploymentId")
other = table("other", "id")


def function(name: str, writes: aws.dynamodb.Table, variables: dict[str, object]) -> None:
    role = aws.iam.Role(f"{name}-role", assume_role_policy=TRUST)
    statement = {"Effect": "Allow", "Action": "dynamodb:PutItem"}
    document = writes.arn.apply(lambda arn: json.dumps({"Statement": [{**statement, "Resource": arn}]}))
    policy = aws.iam.Policy(f"{name}-policy", policy=document)
    aws.iam.RolePolicyAttachment(f"{name}-attached", role=role.name, policy_arn=policy.arn)
    aws.lambda_.Function(
        name,
        role=role.arn,
        runtime="python3.13",
        handler="a.b",
        code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("")}),
        environment={"variables": variables},
    )


function("v20-empty", ledger, {"DEPLOYMENT_TABLE_NAME": ""})
function("v20-other", ledger, {"DEPLOYMENT_TABLE_NAME": other.name})
function("v20-literal", ledger, {"DEPLOYMENT_TABLE_NAME": "no-such-table"})
function("v20-writes-other", other, {"DEPLOYMENT_TABLE_NAME": ledger.name})
