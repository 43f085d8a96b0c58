"""What the page calls stored is kept and told again until it is taken away; each such operation is tried."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import departures

ACCOUNT = "us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/anybody"
ALARM = {
    "AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1.0,
    "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
}  # fmt: skip
BODY = '{"widgets": []}'
LAYER = {"LayerName": "layer", "VersionNumber": 1}
CONCURRENCY = {"FunctionName": "f", "Qualifier": "1"}
BUS = {"Name": "bus"}

Ask = Callable[..., Any]
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """A service, what stores, what takes away (perhaps the same once more), and how it is read."""

    service: str
    put: tuple[str, Parameters]
    remove: tuple[str, Parameters]
    read: Callable[[Ask], Any]
    expected: Any


def tags(service: str, arn: str, member: str = "ResourceArn") -> Kept:
    """Tags by the API of most services; where the ARN's member begins with a small letter, so do all."""

    def spelled(word: str) -> str:
        return word[0].lower() + word[1:] if member[0].islower() else word

    resource, tag = {member: arn}, {spelled("Key"): "stage", spelled("Value"): "test"}
    return Kept(
        service,
        ("TagResource", {**resource, spelled("Tags"): [tag]}),
        ("UntagResource", {**resource, spelled("TagKeys"): ["stage"]}),
        lambda ask: ask("ListTagsForResource", **resource)[spelled("Tags")],
        [tag],
    )


STORED = [
    Kept("cloudwatch", ("PutDashboard", {"DashboardName": "d", "DashboardBody": BODY}),
         ("DeleteDashboards", {"DashboardNames": ["d"]}),
         lambda ask: json.loads(ask("GetDashboard", DashboardName="d")["DashboardBody"]), json.loads(BODY)),
    Kept("lambda", ("PutProvisionedConcurrencyConfig", {**CONCURRENCY, "ProvisionedConcurrentExecutions": 3}),
         ("DeleteProvisionedConcurrencyConfig", CONCURRENCY),
         lambda ask: ask("GetProvisionedConcurrencyConfig", **CONCURRENCY)[
             "RequestedProvisionedConcurrentExecutions"], 3),
    Kept("lambda", ("AddLayerVersionPermission", {**LAYER, "StatementId": "s", "Principal": "*",
                                                  "Action": "lambda:GetLayerVersion"}),
         ("RemoveLayerVersionPermission", {**LAYER, "StatementId": "s"}),
         lambda ask: json.loads(ask("GetLayerVersionPolicy", **LAYER)["Policy"])["Statement"][0]["Sid"], "s"),
    Kept("events", ("UpdateEventBus", {**BUS, "Description": "orders"}),
         ("UpdateEventBus", {**BUS, "Description": "other"}),
         lambda ask: ask("DescribeEventBus", **BUS).get("Description"), "orders"),
    Kept("sqs", ("AddPermission", {"QueueUrl": "{queue}", "Label": "l", "AWSAccountIds": ["210987654321"],
                                   "Actions": ["SendMessage"]}),
         ("RemovePermission", {"QueueUrl": "{queue}", "Label": "l"}),
         lambda ask: json.loads(ask("GetQueueAttributes", QueueUrl="{queue}", AttributeNames=["Policy"])[
             "Attributes"]["Policy"])["Statement"][0]["Sid"], "l"),
    Kept("sqs", ("TagQueue", {"QueueUrl": "{queue}", "Tags": {"stage": "test"}}),
         ("UntagQueue", {"QueueUrl": "{queue}", "TagKeys": ["stage"]}),
         lambda ask: ask("ListQueueTags", QueueUrl="{queue}")["Tags"], {"stage": "test"}),
    Kept("lambda", ("TagResource", {"Resource": f"arn:aws:lambda:{ACCOUNT}:function:f", "Tags": {"k": "v"}}),
         ("UntagResource", {"Resource": f"arn:aws:lambda:{ACCOUNT}:function:f", "TagKeys": ["k"]}),
         lambda ask: ask("ListTags", Resource=f"arn:aws:lambda:{ACCOUNT}:function:f")["Tags"], {"k": "v"}),
    tags("cloudwatch", f"arn:aws:cloudwatch:{ACCOUNT}:alarm:a", "ResourceARN"),
    tags("codeconnections", "{connection}"),
    tags("codedeploy", f"arn:aws:codedeploy:{ACCOUNT}:application:app"),
    tags("codepipeline", f"arn:aws:codepipeline:{ACCOUNT}:pipeline", "resourceArn"),
    tags("events", f"arn:aws:events:{ACCOUNT}:rule/rule", "ResourceARN"),
    tags("scheduler", f"arn:aws:scheduler:{ACCOUNT}:schedule-group/group"),
]  # fmt: skip
# AWS has no answer that tells whether a webhook is registered.
UNTOLD = {"codepipeline:RegisterWebhookWithThirdParty", "codepipeline:DeregisterWebhookWithThirdParty"}


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    """One of each that keeps something."""
    with start_twin(clock="manual") as running:
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "codepipeline.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
        running.client("iam").create_role(
            RoleName="anybody",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("a.py", "def b(event, context): pass")
        running.client("lambda").create_function(
            FunctionName="f", Role=ROLE, Runtime="python3.13", Handler="a.b", Publish=True,
            Code={"ZipFile": package.getvalue()},
        )  # fmt: skip
        running.client("lambda").publish_layer_version(
            LayerName="layer", Content={"ZipFile": package.getvalue()}
        )
        running.client("cloudwatch").put_metric_alarm(**ALARM)
        running.client("codedeploy").create_application(applicationName="app", computePlatform="Lambda")
        running.client("events").create_event_bus(**BUS)
        running.client("events").put_rule(Name="rule", EventPattern='{"source": ["a"]}')
        running.client("scheduler").create_schedule_group(Name="group")
        running.client("codepipeline").create_pipeline(pipeline=_pipeline())
        yield running


def _pipeline() -> dict[str, Any]:
    kind = {"version": "1", "owner": "AWS"}
    source = {
        "name": "S", "actionTypeId": {**kind, "category": "Source", "provider": "S3"},
        "configuration": {"S3Bucket": "bucket", "S3ObjectKey": "k"}, "outputArtifacts": [{"name": "code"}],
    }  # fmt: skip
    approval = {"name": "A", "actionTypeId": {**kind, "category": "Approval", "provider": "Manual"}}
    return {
        "name": "pipeline", "roleArn": ROLE, "artifactStore": {"type": "S3", "location": "bucket"},
        "stages": [{"name": "First", "actions": [source]}, {"name": "Last", "actions": [approval]}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def named(twin: RunningTwin) -> dict[str, str]:
    """What AWS names itself."""
    connections = twin.client("codeconnections")
    made = connections.create_connection(ConnectionName="c", ProviderType="GitHub")
    return {
        "{connection}": made["ConnectionArn"],
        "{queue}": twin.client("sqs").create_queue(QueueName="q")["QueueUrl"],
    }


@pytest.mark.parametrize("kept", STORED, ids=lambda kept: f"{kept.service} {kept.put[0]}")
def test_what_is_stored_is_told_until_it_is_taken_away(
    twin: RunningTwin, named: dict[str, str], kept: Kept
) -> None:
    client = twin.client(kept.service)

    def ask(operation: str, **parameters: Any) -> Any:
        known = {key: named.get(str(value), value) for key, value in parameters.items()}
        return getattr(client, xform_name(operation))(**known)

    def told() -> Any:
        try:
            return kept.read(ask)
        except (ClientError, KeyError):
            return None

    assert told() != kept.expected
    ask(kept.put[0], **kept.put[1])
    assert told() == kept.expected
    ask(kept.remove[0], **kept.remove[1])
    assert told() != kept.expected


def test_every_operation_that_only_stores_is_tried() -> None:
    stored = {
        name for section in departures.sections() for each in section.departures for name in each.stored
    }
    tried = {f"{kept.service}:{name}" for kept in STORED for name in (kept.put[0], kept.remove[0])}

    assert tried | UNTOLD == stored
