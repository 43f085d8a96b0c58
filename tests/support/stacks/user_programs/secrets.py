"""A secret, a parameter and the key for both."""

import pulumi
import pulumi_aws as aws

import greenshift

key = aws.kms.Key("shop", description="the shop's secrets", enable_key_rotation=True)
aws.kms.Alias("shop", target_key_id=key.key_id)
secret = aws.secretsmanager.Secret("stripe", kms_key_id=key.arn, recovery_window_in_days=0)
aws.secretsmanager.SecretVersion("stripe", secret_id=secret.id, secret_string=pulumi.Output.secret("hush"))
limit = aws.ssm.Parameter("limit", type="String", value="500")
greenshift.DeliveryPipeline.from_config(
    functions={
        "charge": greenshift.FunctionArgs(
            environment={"SECRET": secret.arn, "LIMIT_PARAMETER": limit.name},
            policies=[
                aws.iam.get_policy_document_output(
                    statements=[
                        {"actions": ["secretsmanager:GetSecretValue"], "resources": [secret.arn]},
                        {"actions": ["ssm:GetParameter"], "resources": [limit.arn]},
                        {"actions": ["kms:Decrypt"], "resources": [key.arn]},
                    ]
                ).json
            ],
        )
    }
)
