"""Functions beside a ledger, each as it should be; run by a test."""

import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ledger = aws.dynamodb.Table(
    "ledger",
    hash_key="deploymentId",
    attributes=[{"name": "deploymentId", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
)
aws.dynamodb.Table(
    "orders",
    hash_key="orderId",
    attributes=[{"name": "orderId", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
)


def function(name: str, action: str, variables: dict[str, object]) -> None:
    role = aws.iam.Role(f"{name}-role", assume_role_policy=TRUST)
    document = ledger.arn.apply(
        lambda arn: json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": arn}]})
    )
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


function("v06-reader", "dynamodb:Query", {"LEDGER": ledger.name})
function("writer", "dynamodb:PutItem", {"DEPLOYMENT_TABLE_NAME": ledger.name})
pulumi.export("deployment_table_name", ledger.name)
