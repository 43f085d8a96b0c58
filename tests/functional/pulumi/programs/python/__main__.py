import json

import pulumi
import pulumi_aws as aws

topic = aws.sns.Topic("topic")
role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
function = aws.lambda_.Function(
    "function",
    runtime="python3.13",
    handler="handler.handler",
    role=role.arn,
    publish=True,
    code=pulumi.AssetArchive(
        {"handler.py": pulumi.StringAsset("def handler(event, context):\n    return 'hello'\n")}
    ),
    environment={"variables": {"TOPIC": topic.arn}},
)
live = aws.lambda_.Alias("live", name="live", function_name=function.name, function_version=function.version)
pulumi.export("arn", live.arn)
