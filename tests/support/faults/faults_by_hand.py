"""Programs as people have written them, each with one of the faults; json, pulumi and aws are imported."""

from __future__ import annotations

REQUIRES_TOKEN = 'import pulumi\n\ntoken = pulumi.Config().require_secret("githubToken")\n'


ROLE = 'role = aws.iam.Role("role", assume_role_policy=json.dumps({"Statement": []}))\n'


def attach(arn: str) -> str:
    return f'{ROLE}aws.iam.RolePolicyAttachment("it", role=role.name, policy_arn="{arn}")\n'


GROUP = """
application = aws.codedeploy.Application("application", name="shop", compute_platform="Lambda")
group = aws.codedeploy.DeploymentGroup("group", app_name=application.name, deployment_group_name="g",
                                       service_role_arn=role.arn)
"""


FUNCTION = """
function = aws.lambda_.Function("function", name="f", role=role.arn, runtime="python3.13", handler="a.b",
                                code=pulumi.AssetArchive({{"a.py": pulumi.StringAsset("")}}){more})
"""


UNPUBLISHED = ROLE + FUNCTION.format(more="")


ON_LATEST = 'aws.lambda_.Alias("live", name="live", function_name="f", function_version="$LATEST")\n'


OLD_SDK = (
    ROLE
    + """
source = pulumi.StringAsset("\\n// first\\nconst AWS = require('aws-sdk/clients/s3');")
code = pulumi.AssetArchive({"index.js": source})
aws.lambda_.Function("old", role=role.arn, runtime="nodejs22.x", handler="index.handler", code=code)
"""
)


NPM_EVERYWHERE = """
spec = "version: 0.2\\nphases:\\n  build:\\n    commands:\\n    - npm ci\\n    - npm test\\n"
aws.codebuild.Project("build", service_role="arn:aws:iam::123456789012:role/build",
    artifacts={"type": "CODEPIPELINE"}, source={"type": "CODEPIPELINE", "buildspec": spec},
    environment={"compute_type": "BUILD_GENERAL1_SMALL", "image": "aws/codebuild/standard:7.0",
                 "type": "LINUX_CONTAINER"})
"""


def alarm(**more: object) -> str:
    given = {"metric_name": "Errors", "namespace": "AWS/Lambda", "period": 60, "statistic": "Sum", **more}
    given |= {"comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1, "threshold": 0}
    return f"aws.cloudwatch.MetricAlarm('silent', **{given!r})\n"


LEDGER = """
aws.dynamodb.Table("ledger", hash_key="deploymentId", attributes=[{"name": "deploymentId", "type": "S"}],
                   billing_mode="PAY_PER_REQUEST")
"""


OAUTH = """
source = {"name": "GitHub", "category": "Source", "owner": "ThirdParty", "provider": "GitHub", "version": "1",
          "configuration": {"Owner": "me", "Repo": "app", "Branch": "main", "OAuthToken": "t"}}
aws.codepipeline.Pipeline("pipeline", role_arn="arn:aws:iam::123456789012:role/pipeline",
    artifact_stores=[{"location": "b", "type": "S3"}],
    stages=[{"name": "Source", "actions": [source]}, {"name": "Go", "actions": [
        {"name": "Ask", "category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}]}])
"""


def policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return f"aws.iam.Policy('policy', policy=json.dumps({{'Statement': [{statement}]}}))\n"


INLINE = ROLE + 'aws.iam.RolePolicy("inline", role=role.name, policy=json.dumps({"Statement": []}))\n'


IN_ROLE = """
aws.iam.Role("role", assume_role_policy=json.dumps({"Statement": []}),
             inline_policies=[{"name": "a", "policy": json.dumps({"Statement": []})}])
"""
