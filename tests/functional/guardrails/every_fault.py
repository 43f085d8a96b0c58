"""A Pulumi program with every fault the guardrails know, each at a resource of its own; run by a test."""

import json

import pulumi
import pulumi_aws as aws

STAR = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STAR]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
SCOPABLE = {"Effect": "Allow", "Action": ["dynamodb:PutItem", "sts:GetCallerIdentity"], "Resource": "*"}

role = aws.iam.Role("role", assume_role_policy=TRUST)
aws.iam.Role("inline-role", assume_role_policy=TRUST, inline_policies=[{"name": "a", "policy": POLICY}])
aws.iam.RolePolicy("inline", role=role.name, policy=json.dumps({"Statement": []}))
aws.iam.Policy("wild", policy=POLICY)
aws.iam.Policy("scopable", policy=json.dumps({"Statement": [SCOPABLE]}))
aws.iam.RolePolicyAttachment(
    "missing", role=role.name, policy_arn="arn:aws:iam::aws:policy/AWSCodeDeployRoleForLambda"
)
aws.iam.RolePolicyAttachment(
    "broad", role=role.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"
)

deployer = aws.iam.Role("deployer", assume_role_policy=TRUST)
aws.iam.RolePolicyAttachment(
    "ec2", role=deployer.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
)
application = aws.codedeploy.Application("application", name="shop", compute_platform="Lambda")
aws.codedeploy.DeploymentGroup(
    "group", app_name=application.name, deployment_group_name="g", service_role_arn=deployer.arn
)

aws.dynamodb.Table(
    "ledger",
    hash_key="deploymentId",
    attributes=[{"name": "deploymentId", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
)
runner = aws.iam.Role("runner", assume_role_policy=TRUST)
code = pulumi.AssetArchive({"index.js": pulumi.StringAsset("\nconst AWS = require('aws-sdk');\n")})
aws.lambda_.Function("old", role=runner.arn, runtime="nodejs18.x", handler="index.handler", code=code)

alias = aws.lambda_.Alias("latest", function_name="old", function_version="$LATEST")
unpublished = aws.lambda_.Function(
    "unpublished",
    role=runner.arn,
    runtime="python3.13",
    handler="a.b",
    code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("")}),
    environment={"variables": {"DEPLOYMENT_TABLE_NAME": "t"}},
)
live = aws.lambda_.Alias("live", function_name=unpublished.name, function_version=unpublished.version)
aws.codedeploy.DeploymentGroup(
    "second",
    app_name=application.name,
    deployment_group_name="h",
    service_role_arn=deployer.arn,
    opts=pulumi.ResourceOptions(depends_on=[alias, live]),
)

artifacts = aws.s3.Bucket("bucket", bucket="my-artifacts")
aws.s3.Bucket("prefixed", bucket_prefix="data-", force_destroy=True)
aws.s3.Bucket("kept", opts=pulumi.ResourceOptions(protect=True))

aws.cloudwatch.MetricAlarm(
    "silent",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    threshold=0,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    dimensions={"FunctionName": "old", "ExecutedVersion": "2"},
)


def action(name: str, category: str, owner: str, provider: str, configuration: dict[str, str]) -> dict:
    return {
        "name": name,
        "category": category,
        "owner": owner,
        "provider": provider,
        "version": "1",
        "configuration": configuration,
    }


variables = json.dumps([{"name": "API_TOKEN", "value": "hunter2"}])
source = {"Owner": "me", "Repo": "app", "Branch": "main", "OAuthToken": "t"}
build = {"ProjectName": "p", "EnvironmentVariables": variables}
aws.codepipeline.Pipeline(
    "pipeline",
    role_arn=role.arn,
    artifact_stores=[{"location": artifacts.bucket, "type": "S3"}],
    stages=[
        {"name": "Source", "actions": [action("GitHub", "Source", "ThirdParty", "GitHub", source)]},
        {"name": "Build", "actions": [action("Build", "Build", "AWS", "CodeBuild", build)]},
    ],
)
aws.codebuild.Project(
    "build",
    service_role=role.arn,
    artifacts={"type": "CODEPIPELINE"},
    source={
        "type": "CODEPIPELINE",
        "buildspec": "version: 0.2\nphases:\n  build:\n    commands:\n    - npm ci\n",
    },
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/standard:7.0",
        "type": "LINUX_CONTAINER",
        "environment_variables": [{"name": "NPM_TOKEN", "value": "hunter2"}],
    },
)

servers = aws.codedeploy.Application("servers")
aws.codedeploy.DeploymentGroup(
    "mixed",
    app_name=servers.name,
    deployment_group_name="m",
    deployment_config_name="CodeDeployDefault.LambdaAllAtOnce",
    service_role_arn=deployer.arn,
)
layer = f"arn:aws:lambda:us-east-1:{aws.get_caller_identity().account_id}:layer:sdk:3"
layered = aws.lambda_.Function(
    "layered",
    role=runner.arn,
    runtime="nodejs22.x",
    handler="index.handler",
    code=code,
    layers=[layer],
    environment={"variables": {"DEPLOYMENT_TABLE_NAME": "t", "KEY": "AKIA" + "IOSFODNN7EXAMPLE"}},
)
aws.lambda_.Function(
    "told",
    role=runner.arn,
    runtime="nodejs14.x",
    handler="index.handler",
    code=pulumi.AssetArchive({"index.js": pulumi.StringAsset("")}),
    environment={"variables": {"DEPLOYMENT_TABLE_NAME": "t", "PASSWORD": "hunter2hunter2"}},
)
aws.lambda_.FunctionUrl("past", function_name=unpublished.name, authorization_type="AWS_IAM")
aws.lambda_.FunctionUrl("lone", function_name=layered.name, authorization_type="AWS_IAM")
aws.cloudwatch.MetricAlarm(
    "ignoring",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    threshold=0,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    treat_missing_data="ignore",
    alarm_actions=["arn:aws:sns:us-east-1:123456789012:alerts"],
)
