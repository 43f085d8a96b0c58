"""What a stack creates, as a CloudFormation template: the form that cfn-lint reads.

In: the resources of a state. Out: a template with the same names, ARNs and documents, all of them literal.
What Pulumi has as resources of their own and CloudFormation as properties (a bucket's settings, a role's
policies, a rule's targets) is folded in. Properties that are only spelt with a capital letter need no entry;
objects and types that stand nowhere here are an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.engine.properties.values import Secret
from greenshift.engine.state.checkpoint import ResourceState
from support.audit import cloudformation_shapes as shapes
from support.audit.cloudformation_shapes import Json, NotMapped


@dataclass(frozen=True)
class Kind:
    """One resource type: its name, properties with another name, and those of another shape.

    ``shapes`` give a property's value from Pulumi's, ``more`` are properties only CloudFormation asks for,
    ``without`` those it has no place for. ``into`` is the type whose resource this one is folded into, found
    by the value of the property ``by``.
    """

    name: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, Callable[[Any], Json]] = field(default_factory=dict)
    more: Mapping[str, Json] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    into: str = ""
    by: str = ""


BUCKET = "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
RULE = "aws:cloudwatch/eventRule:EventRule"
LEFT_OUT = {"aws:s3/bucketObjectv2:BucketObjectv2"}  # CloudFormation has no objects

TYPES: Mapping[str, Kind] = {
    RULE: Kind("AWS::Events::Rule", shapes={"eventPattern": shapes.document}),
    "aws:cloudwatch/eventTarget:EventTarget": Kind("Targets", {"targetId": "Id"}, into=RULE, by="rule"),
    "aws:cloudwatch/logGroup:LogGroup": Kind("AWS::Logs::LogGroup", {"name": "LogGroupName"}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        "AWS::CloudWatch::Alarm",
        {"name": "AlarmName", "metricQueries": "Metrics"},
        {"metricQueries": shapes.metrics},
    ),
    "aws:codebuild/project:Project": Kind(
        "AWS::CodeBuild::Project",
        {"buildTimeout": "TimeoutInMinutes"},
        {
            **dict.fromkeys(("environment", "artifacts", "cache"), shapes.members),
            "source": lambda source: {"Type": source["type"], "BuildSpec": source["buildspec"]},
            "logsConfig": lambda logs: {"CloudWatchLogs": shapes.members(logs["cloudwatchLogs"])},
        },
    ),
    "aws:codebuild/reportGroup:ReportGroup": Kind(
        "AWS::CodeBuild::ReportGroup",
        shapes={"exportConfig": lambda config: {"ExportConfigType": config["type"]}},
    ),
    "aws:codeconnections/connection:Connection": Kind(
        "AWS::CodeConnections::Connection", {"name": "ConnectionName"}
    ),
    "aws:codedeploy/application:Application": Kind(
        "AWS::CodeDeploy::Application", {"name": "ApplicationName"}
    ),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": Kind(
        "AWS::CodeDeploy::DeploymentConfig", shapes={"trafficRoutingConfig": shapes.traffic}
    ),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": Kind(
        "AWS::CodeDeploy::DeploymentGroup",
        {"appName": "ApplicationName"},
        {
            "deploymentStyle": shapes.members,
            "autoRollbackConfiguration": shapes.members,
            "alarmConfiguration": lambda found: {
                **shapes.members(found),
                "Alarms": shapes.named(found["alarms"]),
            },
        },
    ),
    "aws:codepipeline/pipeline:Pipeline": Kind(
        "AWS::CodePipeline::Pipeline",
        {"artifactStores": "ArtifactStore"},
        {
            "artifactStores": shapes.store,
            "stages": shapes.stages,
            "triggers": shapes.triggers,
            "variables": shapes.members,
        },
    ),
    "aws:codepipeline/webhook:Webhook": Kind(
        "AWS::CodePipeline::Webhook",
        shapes={"authenticationConfiguration": shapes.members, "filters": shapes.members},
        more={"TargetPipelineVersion": 1},  # asked for here, told by AWS elsewhere
    ),
    "aws:dynamodb/table:Table": Kind(
        "AWS::DynamoDB::Table",
        {
            "name": "TableName",
            "hashKey": "KeySchema",
            "attributes": "AttributeDefinitions",
            "ttl": "TimeToLiveSpecification",
            "pointInTimeRecovery": "PointInTimeRecoverySpecification",
            "serverSideEncryption": "SSESpecification",
        },
        {
            "hashKey": shapes.key,
            "attributes": shapes.attributes,
            "ttl": shapes.members,
            "pointInTimeRecovery": shapes.recovery,
            "globalSecondaryIndexes": shapes.indexes,
            "serverSideEncryption": shapes.table_key,
        },
    ),
    "aws:iam/policy:Policy": Kind(
        "AWS::IAM::ManagedPolicy",
        {"name": "ManagedPolicyName", "policy": "PolicyDocument"},
        {"policy": shapes.document},
        without=frozenset({"tags"}),
    ),
    ROLE: Kind(
        "AWS::IAM::Role",
        {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        {"assumeRolePolicy": shapes.document},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Kind("ManagedPolicyArns", into=ROLE, by="role"),
    "aws:lambda/alias:Alias": Kind("AWS::Lambda::Alias"),
    "aws:lambda/function:Function": Kind(
        "AWS::Lambda::Function",
        {"name": "FunctionName"},
        {
            **dict.fromkeys(("ephemeralStorage", "vpcConfig", "tracingConfig"), shapes.members),
            "code": shapes.code,
            "environment": lambda found: {"Variables": shapes.verbatim(found["variables"])},
        },
    ),
    "aws:lambda/permission:Permission": Kind("AWS::Lambda::Permission", {"function": "FunctionName"}),
    BUCKET: Kind("AWS::S3::Bucket", {"bucket": "BucketName"}),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Kind(
        "LifecycleConfiguration", shapes={"rules": shapes.lifecycle}, into=BUCKET, by="bucket"
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Kind(
        "OwnershipControls",
        shapes={"rule": lambda rule: {"Rules": [shapes.members(rule)]}},
        into=BUCKET,
        by="bucket",
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Kind(
        "AWS::S3::BucketPolicy", {"policy": "PolicyDocument"}, {"policy": shapes.document}
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Kind(
        "PublicAccessBlockConfiguration", into=BUCKET, by="bucket"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Kind(
        "BucketEncryption", shapes={"rules": shapes.bucket_key}, into=BUCKET, by="bucket"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Kind(
        "VersioningConfiguration",
        shapes={"versioningConfiguration": shapes.members},
        into=BUCKET,
        by="bucket",
    ),
    "aws:sns/topic:Topic": Kind("AWS::SNS::Topic", {"name": "TopicName"}),
    "aws:sns/topicPolicy:TopicPolicy": Kind(
        "AWS::SNS::TopicPolicy",
        {"policy": "PolicyDocument", "arn": "Topics"},
        {"policy": shapes.document, "arn": lambda arn: [arn]},
    ),
    "aws:sns/topicSubscription:TopicSubscription": Kind("AWS::SNS::Subscription", {"topic": "TopicArn"}),
}
# Pulumi's own: how it makes and unmakes, which CloudFormation decides itself.
_NOT_TOLD = {"deleteReports", "forceDestroy", "publish", "statementId"}


def template(resources: Iterable[ResourceState]) -> Json:
    found = [each for each in resources if each.custom and each.type.startswith("aws:")]
    found = [each for each in found if each.type not in LEFT_OUT]
    made = {each.urn: _resource(each) for each in found if not _kind(each).into}
    for each in found:
        if _kind(each).into:
            _fold(each, found, made)
    named = {logical_id(each): made[each.urn] for each in found if each.urn in made}
    if len(named) != len(made):
        raise NotMapped("two resources have one logical id")
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": named}


def logical_id(state: ResourceState) -> str:
    """Such as ``chargeFunctionFunction``: name and type, letters and digits only."""
    words = re.split(r"[^A-Za-z0-9]+", f"{state.name}-{state.type.rsplit(':', 1)[-1]}")
    return "".join(word[:1].upper() + word[1:] for word in words)


def _kind(state: ResourceState) -> Kind:
    if state.type not in TYPES:
        raise NotMapped(f"{state.type} has no entry in TYPES")
    return TYPES[state.type]


def _resource(state: ResourceState) -> dict[str, Json]:
    kind = _kind(state)
    return {"Type": kind.name, "Properties": {**_properties(state, kind), **kind.more}}


def _properties(state: ResourceState, kind: Kind) -> dict[str, Json]:
    return {
        kind.renamed.get(name, shapes.capital(name)): _value(state, kind, name, value)
        for name, value in state.inputs.items()
        if not name.startswith("__") and name not in _NOT_TOLD | kind.without and name != kind.by
    }


def _value(state: ResourceState, kind: Kind, name: str, value: Any) -> Json:
    if name == "tags":
        return shapes.tags(value)
    if name in kind.shapes:
        return kind.shapes[name](value.value if isinstance(value, Secret) else value)
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
        raise NotMapped(f"{state.type}: {name} is an object without a shape")
    return shapes.plain(value)


def _called(state: ResourceState) -> set[Any]:
    return {state.id, state.inputs.get("name"), state.inputs.get("bucket")}


def _fold(state: ResourceState, all_of_them: list[ResourceState], made: Mapping[str, Json]) -> None:
    """Into the resource it is about, as one property of it: a structure, or one more of a list."""
    kind, properties = _kind(state), _properties(state, _kind(state))
    wanted = state.inputs[kind.by]
    (owner,) = (each for each in all_of_them if each.type == kind.into and wanted in _called(each))
    into = made[owner.urn]["Properties"]
    match kind.name:
        case "Targets":
            into.setdefault("Targets", []).append(properties)
        case "ManagedPolicyArns":
            into.setdefault("ManagedPolicyArns", []).append(properties["PolicyArn"])
        case _:
            into[kind.name] = next(iter(properties.values())) if kind.shapes else properties
