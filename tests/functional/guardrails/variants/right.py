"""A program that is right, every resource of it: what a rule says here, it says wrongly; run by a test."""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

HERE = Path(__file__).parent
STACK = pulumi.get_stack()
AWS = "arn:aws:iam::aws:policy"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
(HERE / "package.json").write_text('{"name": "one"}')  # one package: npm at the top is right


def policy(name: str, action: object, on: object = "*", **more: object) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": on, **more}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.iam.Policy(name, policy=document)


def function(name: str, files: dict[str, str], runtime: str = "nodejs22.x", **more: object) -> object:
    code = pulumi.AssetArchive({path: pulumi.StringAsset(text) for path, text in files.items()})
    more = {"role": f"arn:aws:iam::{ACCOUNT}:role/elsewhere", "handler": "index.handler", **more}
    return aws.lambda_.Function(name, runtime=runtime, code=code, **more)


def alarm(name: str, **more: object) -> None:
    usual = {"evaluation_periods": 1, "threshold": 1, "period": 60, "statistic": "Sum"}
    aws.cloudwatch.MetricAlarm(name, **{**usual, "namespace": "AWS/Lambda", **more})


def build(name: str, spec: str, variables: tuple[dict[str, str], ...] = ()) -> None:
    aws.codebuild.Project(
        name,
        service_role=f"arn:aws:iam::{ACCOUNT}:role/elsewhere",
        artifacts={"type": "CODEPIPELINE"},
        source={"type": "CODEPIPELINE", "buildspec": spec},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
            "environment_variables": list(variables),
        },
    )


def spec(*commands: str) -> str:
    return json.dumps({"version": 0.2, "phases": {"build": {"commands": list(commands)}}})


ACCOUNT = aws.get_caller_identity().account_id

# 1
policy("v01-metrics", ["cloudwatch:PutMetricData"])
policy("v01-traces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"])
policy("v01-registry", "ecr:GetAuthorizationToken")
# 2
TAGGED = {"StringEquals": {"aws:ResourceTag/team": "shop"}}
policy("v02-tagged", "ec2:TerminateInstances", Condition=TAGGED)
policy("v02-all-tagged", "ec2:*", Condition=TAGGED)
# 3
aws.s3.Bucket("v03-named", bucket=f"{pulumi.get_project()}-{STACK}-artifacts", force_destroy=True)
aws.s3.Bucket("v03-account", bucket=f"x-{STACK}-{ACCOUNT}", force_destroy=True)
# 4
function("v04-comment", {"index.js": "// was require('aws-sdk')\nexports.handler = async () => 1\n"})
function("v04-jsdoc", {"index.js": "/**\n * @example const AWS = require('aws-sdk')\n */\nvar x = 1\n"})
function("v04-string", {"index.mjs": "export const note = \"import AWS from 'aws-sdk'\"\n"})
# 5
LAYER = f"arn:aws:lambda:{aws.get_region().region}:{ACCOUNT}:layer:sdk:3"
function("v05-layer", {"index.js": "require('aws-sdk')"}, layers=[LAYER])
# 7
alarm(
    "v07-dead-man",
    metric_name="Invocations",
    comparison_operator="LessThanThreshold",
    treat_missing_data="breaching",
    dimensions={"FunctionName": "f"},
)
# 8
build("v08-or", spec("npm ci || echo none"))
build("v08-root", spec("npm ci", "npm test"))
# 9
build(
    "v09-ttl",
    spec("true"),
    (
        {"name": "TOKEN_TTL_SECONDS", "value": "3600"},
        {"name": "SECRET", "value": "/shop/secret", "type": "PARAMETER_STORE"},
    ),
)
# 10
deployer = aws.iam.Role("deployer", name="deployer", assume_role_policy=TRUST)
aws.iam.RolePolicyAttachment("deploys", role=deployer.name, policy_arn=f"{AWS}/AWSCodeDeployRoleForECS")
containers = aws.codedeploy.Application("containers", compute_platform="ECS")
lambdas = aws.codedeploy.Application("lambdas", compute_platform="Lambda")
aws.codedeploy.DeploymentGroup(
    "v10-ecs",
    app_name=containers.name,
    deployment_group_name="web",
    deployment_config_name="CodeDeployDefault.ECSAllAtOnce",
    service_role_arn=deployer.arn,
)
mover = aws.iam.Role("mover", assume_role_policy=TRUST)
aws.iam.RolePolicyAttachment(
    "moves", role=mover.name, policy_arn=f"{AWS}/service-role/AWSCodeDeployRoleForLambda"
)
moved = function("moved", {"index.mjs": "export const handler = async () => 1\n"}, publish=True)
live = aws.lambda_.Alias("live", function_name=moved.name, function_version=moved.version)
aws.codedeploy.DeploymentGroup(
    "v10-lambda",
    app_name=lambdas.name,
    deployment_group_name="moved",
    deployment_config_name="CodeDeployDefault.LambdaAllAtOnce",
    service_role_arn=mover.arn,
    opts=pulumi.ResourceOptions(depends_on=[live]),
)
# 11
aws.s3.Bucket("v11-data")
# 12
china = aws.iam.Role("china", assume_role_policy=TRUST)
aws.iam.RolePolicyAttachment(
    "v12-partition",
    role=china.name,
    policy_arn="arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)

# Twelve of our own.
policy("w01-namespace", "cloudwatch:PutMetricData", Condition={"StringEquals": {"cloudwatch:namespace": "S"}})
policy("w02-network", ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces"])
function("w03-bundled", {"index.js": "require('aws-sdk')", "node_modules/aws-sdk/package.json": "{}"})
function("w04-template", {"index.js": "const t = `require('aws-sdk') ${1 + 1}`\n"})
function("w05-regex", {"index.js": "const r = /require('aws-sdk')/\n"})
build("w06-looks-first", spec("test -f package.json && npm ci"))
build("w07-prefix", spec("yarn --cwd functions/charge install", "pnpm --dir functions/x install"))
function(
    "w08-pointers",
    {"index.mjs": "export const handler = 1"},
    environment={
        "variables": {
            "TOKEN_URL": "https://login.example.org/token",
            "SECRET_NAME": "shop/api",
            "PASSWORD_MIN_LENGTH": "12",
            "DB_PASSWORD_ARN": "arn:aws:secretsmanager:::secret:x",
        }
    },
)
aws.s3.Bucket("w09-stack", bucket=f"{STACK}-logs", force_destroy=True)
aws.lambda_.Permission(
    "w10-alias",
    function=moved.name,
    qualifier=live.name,
    action="lambda:InvokeFunction",
    principal="apigateway.amazonaws.com",
)
aws.lambda_.EventSourceMapping(
    "w11-alias",
    function_name=live.arn,
    event_source_arn=aws.sqs.Queue("orders").arn,
)
alarm(
    "w12-latency",
    namespace="AWS/ApiGateway",
    metric_name="5XXError",
    comparison_operator="GreaterThanThreshold",
    treat_missing_data="breaching",
    dimensions={"ApiName": "shop"},
)
