"""An HTTP API and the table behind it."""

import json

import pulumi
import pulumi_aws as aws

import greenshift

table = aws.dynamodb.Table(
    "orders", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
)
aws.dynamodb.TableItem(
    "first", table_name=table.name, hash_key=table.hash_key, item=json.dumps({"id": {"S": "1"}})
)
delivery = greenshift.DeliveryPipeline.from_config(
    functions={
        "charge": greenshift.FunctionArgs(
            environment={"TABLE": table.name},
            policies=[
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
                            "Resource": table.arn,
                        }
                    ],
                }
            ],
        )
    }
)
api = delivery.functions["charge"].add_http_api(
    "GET /orders/{id}", "POST /orders", cors={"allow_origins": ["*"]}
)
pulumi.export("api", api.url)
