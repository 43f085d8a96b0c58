"""The ids and ARNs that are foreseen are those the twin gives, type by type."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.engine.aws.foreseen import TYPES, foreseen
from greenshift.engine.aws.stand_in import Place
from greenshift.testing import RunningTwin

PROGRAM = """
import json
import pulumi, pulumi_aws as aws

def trust(service):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}]})

policy = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::nothing/*"}]})
role = aws.iam.Role("role", path="/team/", assume_role_policy=trust("lambda.amazonaws.com"))
build_role = aws.iam.Role("build", name="build", assume_role_policy=trust("codebuild.amazonaws.com"))
pipeline_role = aws.iam.Role("pipe", name="pipe", assume_role_policy=trust("codepipeline.amazonaws.com"))
states_role = aws.iam.Role("states", name="states", assume_role_policy=trust("states.amazonaws.com"))
aws.iam.Policy("policy", policy=policy)
aws.iam.Policy("below", name="below", path="/team/", policy=policy)
aws.cloudwatch.EventRule("rule", schedule_expression="rate(1 day)")
aws.cloudwatch.LogGroup("logs")
aws.cloudwatch.MetricAlarm("alarm", comparison_operator="GreaterThanThreshold", evaluation_periods=1,
    metric_name="Errors", namespace="AWS/Lambda", period=60, statistic="Sum", threshold=1)
aws.codebuild.Project("project", service_role=build_role.arn, artifacts={"type": "NO_ARTIFACTS"},
    environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0",
                 "compute_type": "BUILD_GENERAL1_SMALL"},
    source={"type": "NO_SOURCE", "buildspec": "version: 0.2"})
aws.dynamodb.Table("table", billing_mode="PAY_PER_REQUEST", hash_key="id",
    attributes=[{"name": "id", "type": "S"}])
aws.kinesis.Stream("stream", shard_count=1)
function = aws.lambda_.Function("function", role=role.arn, runtime="python3.13", handler="h.handler",
    publish=True, code=pulumi.AssetArchive({"h.py": pulumi.StringAsset("def handler(event, context): ...")}))
aws.lambda_.Alias("named", name="named", function_name=function.name, function_version=function.version)
aws.lambda_.Alias("by-arn", name="by-arn", function_name=function.arn, function_version=function.version)
bucket = aws.s3.Bucket("bucket")
aws.codebuild.ReportGroup("reports", type="TEST", export_config={"type": "NO_EXPORT"})
aws.sns.Topic("topic")
aws.sqs.Queue("queue")
aws.sfn.StateMachine("machine", role_arn=states_role.arn, definition=json.dumps(
    {"StartAt": "end", "States": {"end": {"Type": "Succeed"}}}))
aws.codepipeline.Pipeline("pipeline", role_arn=pipeline_role.arn,
    artifact_stores=[{"location": bucket.bucket, "type": "S3"}],
    stages=[
        {"name": "Source", "actions": [{"name": "Source", "category": "Source", "owner": "AWS",
            "provider": "S3", "version": "1", "output_artifacts": ["Source"], "configuration": {
                "S3Bucket": bucket.bucket, "S3ObjectKey": "a.zip", "PollForSourceChanges": "false"}}]},
        {"name": "Ask", "actions": [{"name": "Ask", "category": "Approval", "owner": "AWS",
            "provider": "Manual", "version": "1"}]},
    ])
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_foreseen_of_each_type_is_what_the_twin_then_says(twin: RunningTwin, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(PROGRAM)
    engine = Engine(
        Program(tmp_path, "shop", "local", {}),
        Target(twin.endpoint, twin.region, "foreseen"),
        StateFile(tmp_path / "state.json"),
        lambda event: None,
        "passphrase",
    )
    engine.up()
    made = [each for each in engine.snapshot().resources.values() if each.type in TYPES]

    for each in made:
        id_, outputs = foreseen(each.type, each.inputs, Place(twin.region, twin.account))
        assert outputs and outputs.items() <= dict(each.outputs).items(), each.urn
        assert id_ in ("", each.id), each.urn
    assert {each.type for each in made} == TYPES - {"aws:s3/bucketV2:BucketV2"}
    engine.destroy()


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("aws:sns/topic:Topic", {}),
        ("aws:cloudwatch/eventRule:EventRule", {"name": "rule", "eventBusName": "mine"}),
        ("aws:lambda/alias:Alias", {"name": "live"}),
        ("aws:kms/key:Key", {"description": "a key has an id that AWS makes up"}),
    ],
)
def test_what_cannot_be_told_is_not_foreseen(type_: str, inputs: dict[str, str]) -> None:
    assert foreseen(type_, inputs, Place("eu-west-1", "123456789012")) == ("", {})


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("cn-north-1", "arn:aws-cn:sqs:cn-north-1:123456789012:jobs"),
        ("us-gov-west-1", "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:jobs"),
    ],
)
def test_an_arn_has_its_partition(region: str, arn: str) -> None:
    place = Place(region, "123456789012")

    assert foreseen("aws:sqs/queue:Queue", {"name": "jobs"}, place) == ("", {"arn": arn})
