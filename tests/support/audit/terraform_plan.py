"""What a stack creates, as a Terraform plan: the form that checkov, which knows no Pulumi, can read.

In: the resources of a state. Out: the JSON of ``terraform show -json``, as far as a reader of plans needs it.
The AWS provider of Pulumi is made from Terraform's, so names differ in spelling alone: camelCase there,
snake_case here; a list that may hold one item is an object there, and lists are in the plural. What differs
beyond that stands in ``TYPES``, and what stands nowhere is an error: nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.engine.properties.values import Archive, Asset, Secret
from greenshift.engine.state.checkpoint import ResourceState

Json = Any
SECRET = "[secret]"


@dataclass(frozen=True)
class Kind:
    """One resource type: its name in Terraform, its blocks and maps, and attributes with another name.

    ``blocks`` are the objects, by their path in Pulumi's words, with the block's name when it is not just
    spelt another way (``stages`` is ``stage``). ``maps`` are objects whose keys are the user's own.
    """

    name: str
    blocks: Mapping[str, str] = field(default_factory=dict)
    maps: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)


def _kind(name: str, /, *blocks: str, maps: Iterable[str] = (), **renamed: str) -> Kind:
    """``blocks`` as ``path`` or ``path=name``."""
    named = (block.partition("=")[::2] for block in blocks)
    return Kind(name, dict(named), frozenset(maps), renamed)


TYPES: Mapping[str, Kind] = {
    "aws:cloudwatch/eventRule:EventRule": _kind("aws_cloudwatch_event_rule"),
    "aws:cloudwatch/eventTarget:EventTarget": _kind("aws_cloudwatch_event_target"),
    "aws:cloudwatch/logGroup:LogGroup": _kind("aws_cloudwatch_log_group"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _kind(
        "aws_cloudwatch_metric_alarm",
        *("metricQueries=metric_query", "metricQueries.metric"),
        maps=["metricQueries.metric.dimensions"],
    ),
    "aws:codebuild/project:Project": _kind(
        "aws_codebuild_project",
        *("environment", "environment.environmentVariables=environment_variable"),
        *("source", "artifacts", "cache", "logsConfig", "logsConfig.cloudwatchLogs"),
    ),
    "aws:codebuild/reportGroup:ReportGroup": _kind("aws_codebuild_report_group", "exportConfig"),
    "aws:codeconnections/connection:Connection": _kind("aws_codeconnections_connection"),
    "aws:codedeploy/application:Application": _kind("aws_codedeploy_app"),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": _kind(
        "aws_codedeploy_deployment_config",
        *("trafficRoutingConfig", "trafficRoutingConfig.timeBasedCanary"),
        "trafficRoutingConfig.timeBasedLinear",
    ),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": _kind(
        "aws_codedeploy_deployment_group",
        *("deploymentStyle", "autoRollbackConfiguration", "alarmConfiguration"),
    ),
    "aws:codepipeline/pipeline:Pipeline": _kind(
        "aws_codepipeline",
        *("artifactStores=artifact_store", "artifactStores.encryptionKey"),
        *("stages=stage", "stages.actions=action", "variables=variable"),
        *("triggers=trigger", "triggers.gitConfiguration"),
        *(
            f"triggers.gitConfiguration.{event}{rest}"
            for event, name in (("pushes", "=push"), ("pullRequests", "=pull_request"))
            for rest in (name, ".branches", ".filePaths", ".tags")
        ),
        maps=["stages.actions.configuration"],
    ),
    "aws:codepipeline/webhook:Webhook": _kind(
        "aws_codepipeline_webhook", "authenticationConfiguration", "filters=filter"
    ),
    "aws:dynamodb/table:Table": _kind(
        "aws_dynamodb_table",
        *("globalSecondaryIndexes=global_secondary_index", "globalSecondaryIndexes.keySchemas=key_schema"),
        *("attributes=attribute", "pointInTimeRecovery", "ttl", "serverSideEncryption"),
    ),
    "aws:iam/policy:Policy": _kind("aws_iam_policy"),
    "aws:iam/role:Role": _kind("aws_iam_role"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _kind("aws_iam_role_policy_attachment"),
    "aws:lambda/alias:Alias": _kind("aws_lambda_alias"),
    "aws:lambda/function:Function": _kind(
        "aws_lambda_function",
        *("environment", "ephemeralStorage", "vpcConfig", "tracingConfig"),
        maps=["environment.variables"],
        name="function_name",
        code="filename",
    ),
    "aws:lambda/permission:Permission": _kind("aws_lambda_permission", function="function_name"),
    "aws:s3/bucket:Bucket": _kind("aws_s3_bucket"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _kind(
        "aws_s3_bucket_lifecycle_configuration",
        *("rules=rule", "rules.filter", "rules.noncurrentVersionExpiration", "rules.expiration"),
        "rules.abortIncompleteMultipartUpload",
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": _kind("aws_s3_object"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _kind(
        "aws_s3_bucket_ownership_controls", "rule"
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _kind("aws_s3_bucket_policy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _kind("aws_s3_bucket_public_access_block"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _kind(
        "aws_s3_bucket_server_side_encryption_configuration",
        *("rules=rule", "rules.applyServerSideEncryptionByDefault"),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _kind("aws_s3_bucket_versioning", "versioningConfiguration"),
    "aws:sns/topic:Topic": _kind("aws_sns_topic"),
    "aws:sns/topicPolicy:TopicPolicy": _kind("aws_sns_topic_policy"),
    "aws:sns/topicSubscription:TopicSubscription": _kind("aws_sns_topic_subscription", topic="topic_arn"),
}


@dataclass(frozen=True)
class Showing:
    """How values that a reader may not see, or a path it needs, are written."""

    secret: Callable[[Any], Json] = lambda _: SECRET
    package: Callable[[Asset | Archive], str] = lambda code: code.path or f"{code.hash}.zip"


class NotMapped(Exception):
    """A type or an object that ``TYPES`` does not know."""


def plan(resources: Iterable[ResourceState]) -> Json:
    """Every AWS resource of a state as one that a plan creates, with what it refers to."""
    found = [each for each in resources if each.custom and not each.type.startswith("pulumi:")]
    addresses = {each.urn: address(each) for each in found}
    if len(set(addresses.values())) != len(found):
        raise NotMapped("two resources have one address")
    planned = [{**_head(each), "values": values(each)} for each in found]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": [
            {**head, "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}}
            for head, values in (_split(each) for each in planned)
        ],
        "configuration": {"root_module": {"resources": [_configured(each, addresses) for each in found]}},
    }


def address(state: ResourceState) -> str:
    """Such as ``aws_s3_bucket.artifacts``."""
    return f"{_known(state.type).name}.{re.sub(r'[^A-Za-z0-9_-]', '_', state.name)}"


def _known(token: str) -> Kind:
    if token not in TYPES:
        raise NotMapped(f"{token} has no entry in TYPES")
    return TYPES[token]


def _head(state: ResourceState) -> dict[str, Json]:
    kind, _, name = address(state).partition(".")
    head = {"address": address(state), "mode": "managed", "type": kind, "name": name}
    return {**head, "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0}


def _split(planned: Mapping[str, Json]) -> tuple[dict[str, Json], Json]:
    return {key: value for key, value in planned.items() if key != "values"}, planned["values"]


def _configured(state: ResourceState, addresses: Mapping[str, str]) -> dict[str, Json]:
    kind = _known(state.type)
    expressions = {
        kind.renamed.get(name, _snake(name)): {
            "references": [addresses[urn] for urn in urns if urn in addresses]
        }
        for name, urns in state.property_dependencies.items()
        if any(urn in addresses for urn in urns)
    }
    head = {key: _head(state)[key] for key in ("address", "mode", "type", "name")}
    return {**head, "provider_config_key": "aws", "expressions": expressions}


def values(state: ResourceState, showing: Showing = Showing()) -> dict[str, Json]:
    """The arguments of one resource, in Terraform's words."""
    kind = _known(state.type)
    return {
        _name(kind, name, name): _value(kind, name, value, showing)
        for name, value in state.inputs.items()
        if not name.startswith("__")
    }


def _name(kind: Kind, path: str, name: str) -> str:
    return kind.blocks.get(path) or kind.renamed.get(path) or _snake(name)


def _value(kind: Kind, path: str, value: Any, showing: Showing) -> Json:
    match value:
        case Secret():
            return showing.secret(value.value)
        case Asset() | Archive():
            return showing.package(value)
        case dict() if path in kind.maps or path == "tags":
            return {key: _plain(item, showing) for key, item in value.items()}
        case dict():
            return [_block(kind, path, value, showing)]
        case list() if any(isinstance(item, dict) for item in value):
            return [_block(kind, path, item, showing) for item in value]
    return _plain(value, showing)


def _block(kind: Kind, path: str, value: Mapping[str, Any], showing: Showing) -> dict[str, Json]:
    if path not in kind.blocks:
        raise NotMapped(f"{kind.name}: {path} is an object, and neither a block nor a map of TYPES")
    below = {name: f"{path}.{name}" for name in value}
    return {
        _name(kind, below[name], name): _value(kind, below[name], item, showing)
        for name, item in value.items()
    }


def _plain(value: Any, showing: Showing) -> Json:
    return showing.secret(value.value) if isinstance(value, Secret) else value


def _snake(name: str) -> str:
    """``kmsKeyId`` -> ``kms_key_id``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
