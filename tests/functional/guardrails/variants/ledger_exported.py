"""A table that is exported as the deployment table and has another key; run by a test."""

import pulumi
import pulumi_aws as aws

table = aws.dynamodb.Table(
    "v20-exported",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
)
pulumi.export("deploymentTableName", table.name)
