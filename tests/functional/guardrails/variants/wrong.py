"""A program with many faults, each in a form of its own at a resource of its own; run by a test."""

import json
import zipfile
from pathlib import Path

import pulumi
import pulumi_aws as aws

HERE = Path(__file__).parent
AWS = "arn:aws:iam::aws:policy"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ROLE = aws.iam.Role("runner", assume_role_policy=TRUST).arn


def policy(name: str, document: object) -> None:
    aws.iam.Policy(name, policy=document)


def allowing(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def function(name: str, code: object = None, runtime: str = "nodejs22.x", **more: object) -> object:
    code = code or pulumi.AssetArchive({"index.mjs": pulumi.StringAsset("export const handler = 1")})
    return aws.lambda_.Function(name, runtime=runtime, code=code, role=ROLE, handler="index.handler", **more)


def alarm(name: str, **more: object) -> None:
    usual = {"comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1, "threshold": 1}
    aws.cloudwatch.MetricAlarm(name, **{**usual, **more})


def build(name: str, buildspec: str) -> None:
    aws.codebuild.Project(
        name,
        service_role=ROLE,
        artifacts={"type": "CODEPIPELINE"},
        source={"type": "CODEPIPELINE", "buildspec": buildspec},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
    )


def group(name: str, app: object, role: object, *, on: object = None, config: str = "") -> object:
    return aws.codedeploy.DeploymentGroup(
        name,
        app_name=app,
        deployment_group_name=name,
        deployment_config_name=config or "CodeDeployDefault.LambdaAllAtOnce",
        service_role_arn=role,
        opts=pulumi.ResourceOptions(depends_on=[on] if on else []),
    )


# 13
lambdas = aws.codedeploy.Application("lambdas", name="lambdas", compute_platform="Lambda")
mover = aws.iam.Role("mover", assume_role_policy=TRUST)
aws.iam.RolePolicyAttachment(
    "moves", role=mover.name, policy_arn=f"{AWS}/service-role/AWSCodeDeployRoleForLambda"
)
moved = function("moved", publish=True)
live = aws.lambda_.Alias("live", function_name=moved.name, function_version=moved.version)
first = group("v13-first", lambdas.name, mover.arn, on=live)
group("v13-second", lambdas.name, mover.arn, on=live)


# 14
def deployer(name: str, arn: object, *, by: str) -> object:
    role = aws.iam.Role(f"{name}-role", name=f"{name}-role", assume_role_policy=TRUST)
    given = {"resource": role, "name": role.name, "literal": f"{name}-role"}[by]
    aws.iam.RolePolicyAttachment(f"{name}-attached", role=given, policy_arn=arn)
    return role


def shifted(name: str) -> object:
    made = function(f"{name}-f", publish=True)
    return aws.lambda_.Alias(f"{name}-live", function_name=made.name, function_version=made.version)


partition = aws.get_partition_output().partition
built = pulumi.Output.concat("arn:", partition, ":iam::aws:policy/service-role/AWSCodeDeployRole")
enum = aws.iam.ManagedPolicy.AWS_CODE_DEPLOY_ROLE
for name, arn, by in (
    ("v14-partition", built, "resource"),
    ("v14-enum", enum, "name"),
    ("v14-literal", f"{AWS}/service-role/AWSCodeDeployRole", "literal"),
):
    role = deployer(name, arn, by=by)
    as_written = f"arn:aws:iam::123456789012:role/{name}-role" if by == "literal" else role.arn
    group(name, lambdas.name, as_written, on=shifted(name))
# 15
servers = aws.codedeploy.Application("v15-servers", name="v15-servers")
group("v15-group", servers.name, mover.arn)

# 16
folder = HERE / "old"
folder.mkdir(exist_ok=True)
(folder / "index.js").write_text("exports.x = require ( `aws-sdk` )\n")
with zipfile.ZipFile(HERE / "old.zip", "w") as bundle:
    bundle.write(folder / "index.js", "index.js")
(HERE / "old.mjs").write_text("import {\n  S3,\n  SNS,\n} from\n  'aws-sdk';\n")
function("v16-directory", pulumi.FileArchive("old"))
function("v16-zip", pulumi.FileArchive(str(HERE / "old.zip")))
function("v16-around", pulumi.AssetArchive({"lib": pulumi.FileArchive("./old")}))
function("v16-file", pulumi.AssetArchive({"index.mjs": pulumi.FileAsset("old.mjs")}))
function("v16-output", pulumi.Output.from_input(pulumi.FileArchive("old")))

# 17
aws.s3.Bucket("v17-accident", bucket="localhost-artifacts", force_destroy=True)
aws.s3.Bucket("v17-prefix", bucket_prefix="artifacts-", force_destroy=True)
aws.s3.Bucket("v17-output", bucket=pulumi.Output.concat("my", "-", "artifacts"), force_destroy=True)

# 18
build("v18-text", "version: 0.2\nphases:\n  build:\n    commands: npm ci\n")
build("v18-yarn", "version: 0.2\nphases:\n  install:\n    commands:\n    - yarn install --frozen-lockfile\n")
build("v18-cd", 'version: 0.2\nphases: {build: {commands: ["cd a", "cd $CODEBUILD_SRC_DIR", "npm ci"]}}')
build("v18-json", json.dumps({"version": 0.2, "phases": {"build": {"commands": ["npm ci"]}}}))

# 19
rate = [
    {"id": "rate", "expression": "100 * errors / calls", "return_data": True},
    *(
        {"id": id_, "metric": {"namespace": "AWS/Lambda", "metric_name": metric, "period": 60, "stat": "Sum"}}
        for id_, metric in (("errors", "Errors"), ("calls", "Invocations"))
    ),
]
alarm("v19-rate", metric_queries=rate)
alarm("v19-ignore", metric_queries=rate, treat_missing_data="ignore")

# 21
policy("v21-output", pulumi.Output.from_input("*").apply(lambda on: allowing(Action="s3:*", Resource=on)))
policy("v21-any", allowing(Action="*", Resource="arn:aws:s3:::one/*"))
policy("v21-not", allowing(NotAction="iam:*", Resource="*"))
policy("v21-everywhere", allowing(Action="dynamodb:GetItem", Resource="arn:aws:dynamodb:*:*:table/*"))


# 22
class Store(pulumi.ComponentResource):
    def __init__(self) -> None:
        super().__init__("me:index:Store", "store")
        for name in ("v22-data", "v22-logs"):
            options = pulumi.ResourceOptions(parent=self)
            aws.s3.Bucket(name, bucket=f"my-{name}", force_destroy=True, opts=options)


Store()

# 23
topic = aws.sns.Topic("alerts", name="alerts")
alarm(
    "v23-arn",
    namespace="AWS/Lambda",
    metric_name="Errors",
    period=60,
    statistic="Sum",
    treat_missing_data="notBreaching",
    alarm_actions=["arn:aws:sns:eu-west-1:123456789012:alerts"],
)
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
function("v23-key", environment={"variables": {"ACCESS": KEY}})
function("v23-password", environment={"variables": {"DB_PASSWORD": "hunter2"}})
function("v23-token", environment={"variables": {"API_TOKEN": "abcdef"}})


def action(name: str, category: str, owner: str, provider: str, configuration: dict[str, object]) -> dict:
    about = {"name": name, "category": category, "owner": owner, "provider": provider, "version": "1"}
    return {**about, "configuration": configuration}


def pipeline(name: str, **configuration: object) -> object:
    source = {"Owner": "me", "Repo": "app", "Branch": "main", **configuration}
    made = aws.codepipeline.Pipeline(
        name,
        name=name,
        role_arn=ROLE,
        artifact_stores=[{"location": "b", "type": "S3"}],
        stages=[
            {"name": "Source", "actions": [action("GitHub", "Source", "ThirdParty", "GitHub", source)]},
            {"name": "Build", "actions": [action("Build", "Build", "AWS", "CodeBuild", {})]},
        ],
    )
    aws.codepipeline.Webhook(
        f"{name}-hook",
        authentication="GITHUB_HMAC",
        target_action="GitHub",
        target_pipeline=made.name,
        authentication_configuration={"secret_token": "a literal secret of a webhook"},
        filters=[{"json_path": "$.ref", "match_equals": "refs/heads/main"}],
    )
    return made


pipeline("v23-oauth", OAuthToken="a-literal-token", PollForSourceChanges="false")
# 24
pipeline("v24-true", OAuthToken="t", PollForSourceChanges="True")
pipeline("v24-flag", OAuthToken="t", PollForSourceChanges=True)
pipeline("v24-absent", OAuthToken="t")

# 25
function("v25-node16", runtime="nodejs16.x")
function("v25-python38", runtime="python3.8")
function("v25-node18", runtime="nodejs18.x")

# 26
queue = aws.sqs.Queue("queue")
aws.lambda_.EventSourceMapping("v26-queue", function_name=moved.name, event_source_arn=queue.arn)
lone = function("lone")
aws.lambda_.Permission(
    "v26-api", function=lone.name, action="lambda:InvokeFunction", principal="apigateway.amazonaws.com"
)
group("v26-group", lambdas.name, mover.arn)

# Twelve of our own.
policy(
    "w01-if-exists",
    allowing(
        Action="s3:GetObject", Resource="*", Condition={"StringEqualsIfExists": {"aws:ResourceTag/a": "b"}}
    ),
)
policy(
    "w02-by-whom",
    allowing(Action="s3:GetObject", Resource="*", Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}}),
)
policy(
    "w03-any-tag",
    allowing(
        Action="ec2:TerminateInstances", Resource="*", Condition={"StringLike": {"aws:ResourceTag/a": "*"}}
    ),
)
policy("w04-buckets", allowing(Action="s3:GetObject", Resource="arn:aws:s3:::*/*"))
build("w05-pnpm", 'version: 0.2\nphases: {build: {commands: ["pnpm install --frozen-lockfile"]}}')
build("w06-and", 'version: 0.2\nphases: {build: {commands: ["cd a && ls && cd .. && npm ci"]}}')
build("w07-finally", "version: 0.2\nphases:\n  build:\n    finally:\n    - npm test\n")
aws.s3.Bucket("w08-date", bucket="backup-20240101", force_destroy=True)
function(
    "w09-jwt", environment={"variables": {"X": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln"}}
)
aws.lambda_.FunctionUrl("w10-url", function_name=moved.name, authorization_type="AWS_IAM")
rule = aws.cloudwatch.EventRule("hourly", schedule_expression="rate(1 hour)")
aws.cloudwatch.EventTarget("w11-target", rule=rule.name, arn=moved.arn)
role = aws.iam.Role("w12-role", name="w12-role", assume_role_policy=TRUST)
aws.iam.PolicyAttachment(
    "w12-attached", roles=[role.name], policy_arn=f"{AWS}/service-role/AWSCodeDeployRole"
)
group("w12-several", lambdas.name, role.arn, on=shifted("w12"))
