"""A state machine that calls the function."""

import json

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

role = aws.iam.Role(
    "orders",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "states.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
policy = aws.iam.Policy(
    "orders",
    policy=charge.alias.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}],
            }
        )
    ),
)
aws.iam.RolePolicyAttachment("orders", role=role.name, policy_arn=policy.arn)
machine = aws.sfn.StateMachine(
    "orders",
    role_arn=role.arn,
    definition=charge.alias.arn.apply(
        lambda arn: json.dumps(
            {
                "StartAt": "Charge",
                "States": {
                    "Charge": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::lambda:invoke",
                        "Parameters": {"FunctionName": arn, "Payload.$": "$"},
                        "End": True,
                    }
                },
            }
        )
    ),
)
pulumi.export("machine", machine.arn)
