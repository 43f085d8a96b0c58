"""What the page of departures calls refused is refused, and the error names what is missing.

Each row that says so has its requests here, or the test that makes them is named.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import departures

ROLE = "arn:aws:iam::123456789012:role/anybody"
KAFKA = "arn:aws:kafka:us-east-1:123456789012:cluster/c/0b8b0b2e-1d2c-4b1e-9c3b-111111111111-1"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/s"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
ALARM = {
    "AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1.0,
    "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
}  # fmt: skip
METRIC = {"Namespace": "n", "MetricName": "m"}
FUNCTION = {
    "FunctionName": "f", "Role": ROLE, "Runtime": "python3.13", "Handler": "a.b", "Code": {"ZipFile": b"PK"},
}  # fmt: skip
PROJECT = {
    "name": "project", "serviceRole": ROLE, "artifacts": {"type": "NO_ARTIFACTS"},
    "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"},
    "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
}  # fmt: skip
FURTHER = {"type": "S3", "location": "b/k", "sourceIdentifier": "i"}
WINDOWS = {
    "type": "WINDOWS_SERVER_2019_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL",
}  # fmt: skip
OTHER = "210987654321"

Probe = tuple[str, str, dict[str, Any], str]


def stat(period: int, **more: Any) -> dict[str, Any]:
    return {"MetricStat": {"Metric": METRIC, "Period": period, "Stat": "Sum"}, **more}


def alarm(says: str, **changes: Any) -> Probe:
    asked = {key: value for key, value in (ALARM | changes).items() if value is not None}
    return "cloudwatch", "put_metric_alarm", asked, says


def mathematics(says: str, *queries: dict[str, Any]) -> Probe:
    gone = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    return alarm(says, **gone, Metrics=list(queries))


def function(says: str, **changes: Any) -> Probe:
    return "lambda", "create_function", FUNCTION | {"FunctionName": "other"} | changes, says


def build(says: str, **changes: Any) -> Probe:
    return "codebuild", "create_project", PROJECT | changes, says


def mapping(says: str, **changes: Any) -> Probe:
    return "lambda", "create_event_source_mapping", {"FunctionName": "f", **changes}, says


def pipeline(says: str, action: dict[str, Any] | None = None, **stage: Any) -> Probe:
    """A pipeline of two stages, both of them sound but for what is asked."""
    kind = {"version": "1", "owner": "AWS"}
    source = {
        "name": "S", "actionTypeId": {**kind, "category": "Source", "provider": "S3"},
        "configuration": {"S3Bucket": "bucket", "S3ObjectKey": "k"}, "outputArtifacts": [{"name": "code"}],
    }  # fmt: skip
    approval = {"name": "A", "actionTypeId": {**kind, "category": "Approval", "provider": "Manual"}}
    stages = [
        {"name": "Source", "actions": [source]},
        {"name": "Last", "actions": [approval | (action or {})], **stage},
    ]
    store = {"type": "S3", "location": "bucket"}
    document = {
        "name": "pipeline",
        "roleArn": ROLE,
        "pipelineType": "V2",
        "artifactStore": store,
        "stages": stages,
    }
    return "codepipeline", "create_pipeline", {"pipeline": document}, says


JENKINS = {"category": "Test", "owner": "Custom", "provider": "Jenkins", "version": "1"}
ECS = {"category": "Deploy", "owner": "AWS", "provider": "ECS", "version": "1"}
RULE = {"category": "Rule", "owner": "AWS", "provider": "Commands", "version": "1"}
CONDITION = {"conditions": [{"result": "FAIL", "rules": [{"name": "r", "ruleTypeId": RULE}]}]}

REFUSED: dict[str, list[Probe]] = {
    "rules of stage conditions": [pipeline("has the type .*Commands", beforeEntry=CONDITION)],
    "action types": [
        pipeline("has the type .*ECS", {"actionTypeId": ECS}),
        pipeline("has the type .*Jenkins", {"actionTypeId": JENKINS}),
    ],
    "cross-region actions, `CODEBUILD_CLONE_REF`": [pipeline("cross-region", {"region": "eu-west-1"})],
    "sources other than": [
        build("cannot fetch a GITHUB source", source={"type": "GITHUB", "location": "l"}),
        build("single builds only", buildBatchConfig={"serviceRole": ROLE}),
        build("from a pipeline only", secondarySources=[FURTHER]),
        build("not on WINDOWS", environment=WINDOWS),
    ],
    "runtimes": [function("cannot be executed here", Runtime="dotnet8")],
    "images, file systems": [
        function("PackageType Image", PackageType="Image"),
        function("FileSystemConfigs", FileSystemConfigs=[{"Arn": "arn:aws:elasticfilesystem:us-east-1:"
            "123456789012:access-point/fsap-01234567890123456", "LocalMountPath": "/mnt/a"}]),
        function("CodeSigningConfigArn", CodeSigningConfigArn="arn:aws:lambda:us-east-1:123456789012:"
            "code-signing-config:csc-0123456789abcdef0"),
        function("TenancyConfig", TenancyConfig={"TenantIsolationMode": "PER_TENANT"}),
        function("DurableConfig", DurableConfig={"ExecutionTimeout": 60}),
        ("lambda", "invoke_with_response_stream", {"FunctionName": "f"}, "does not implement"),
    ],
    "sources of functions": [
        mapping("not from arn:aws:kafka", EventSourceArn=KAFKA),
        mapping("Topics", EventSourceArn=STREAM, Topics=["topic"], StartingPosition="LATEST"),
        mapping("one batch", EventSourceArn=STREAM, ParallelizationFactor=2, StartingPosition="LATEST"),
        mapping("Tumbling", EventSourceArn=STREAM, TumblingWindowInSeconds=5, StartingPosition="LATEST"),
    ],
    "compute platforms": [
        ("codedeploy", "create_application", {"applicationName": "a", "computePlatform": each}, "Lambda")
        for each in ("Server", "ECS")
    ],
    "anomaly detection": [
        alarm("anomaly detection", ThresholdMetricId="t"),
        alarm("anomaly detection", ComparisonOperator="LessThanLowerThreshold"),
        alarm("wall clock", EvaluationWindow={"WallClockWindow": {"Timezone": "UTC"}}),
        mathematics("SEARCH", {"Id": "e", "Expression": "SEARCH('m', 'Sum', 60)"}, stat(60, Id="m")),
        mathematics("different periods", stat(60, Id="a"), stat(300, Id="b", ReturnData=False)),
        mathematics("another account", stat(60, Id="a", AccountId=OTHER)),
    ],
    "actions": [alarm("alarm action", AlarmActions=["arn:aws:automate:us-east-1:ec2:stop"])],
    "targets": [
        ("events", "put_targets", {"Rule": "r", "Targets": [{"Id": "t", "Arn": STREAM}]}, "cannot deliver"),
    ],
    "queues of other accounts": [
        ("sqs", "get_queue_url", {"QueueName": "q", "QueueOwnerAWSAccountId": OTHER}, "does not exist"),
    ],
    "Step Functions": [("stepfunctions", "start_execution", {"stateMachineArn": MACHINE}, "does not")],
}  # fmt: skip
# Rows whose requests are made where what they need is.
ELSEWHERE = {
    "`steps` (GitHub Actions syntax)": "functional/codebuild/test_buildspec_fragments.py",
    "`runtime-versions` besides Node and Python": "functional/codebuild/test_buildspec_fragments.py",
    "a command that is null": "functional/codebuild/test_buildspec_fragments.py",
    "`/moto-api`, instance metadata": "functional/twin/test_entrance.py",
    "operations without a written-down permission": "unit/iam/test_iam_needs.py",
}


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual") as running:
        running.client("sqs").create_queue(QueueName="q")
        running.client("events").put_rule(Name="r", EventPattern='{"source": ["a"]}')
        services = [f"{name}.amazonaws.com" for name in ("lambda", "codebuild", "codepipeline")]
        trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
        running.client("iam").create_role(
            RoleName="anybody",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("a.py", "def b(event, context): pass")
        running.client("lambda").create_function(**FUNCTION | {"Code": {"ZipFile": package.getvalue()}})
        yield running


def probes() -> Iterator[Any]:
    for subject, asked in REFUSED.items():
        for number, probe in enumerate(asked):
            yield pytest.param(probe, id=f"{subject}, {number}")


@pytest.mark.parametrize("probe", list(probes()))
def test_what_is_called_refused_is_refused_by_name(twin: RunningTwin, probe: Probe) -> None:
    service, operation, parameters, says = probe
    try:
        answer = getattr(twin.client(service), operation)(**parameters)
    except ClientError as refused:
        told = str(refused)
    else:
        told = json.dumps(answer["FailedEntries"])

    assert re.search(says, told)


def test_every_row_that_says_refused_is_tried() -> None:
    rows = [each.subject for section in departures.sections() for each in section.departures]
    refused = [
        each.subject
        for section in departures.sections()
        for each in section.departures
        if "*refused*" in each.here
    ]
    tried = {*REFUSED, *ELSEWHERE}

    assert [subject for subject in refused if not any(subject.startswith(each) for each in tried)] == []
    assert [each for each in tried if not any(subject.startswith(each) for subject in rows)] == []
