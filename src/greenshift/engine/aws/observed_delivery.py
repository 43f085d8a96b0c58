"""What builds and releases, of which only the id is known: the inputs that would make it, read from AWS.

As in ``observed``: only what is set, without what AWS answers for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenshift.engine.aws import codebuild, codedeploy, codepipeline, dynamodb
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.fit import observed, tag_map

_USUAL_BUILD = {"buildTimeout": 60, "queuedTimeout": 480, "badgeEnabled": False, "autoRetryLimit": 0}
_NO_CACHE = {"type": "NO_CACHE"}
_USUAL_ARTIFACTS = {"packaging": "NONE", "encryptionDisabled": False}


def _project(calls: Calls, id_: str) -> Document | None:
    """By its name, or by its ARN."""
    found = calls.call("BatchGetProjects", names=[id_.rpartition("/")[-1]])["projects"]
    if not found:
        return None
    project = found[0]
    shape = calls.model("CreateProject").input_shape
    told = observed(shape, project, codebuild.SETTINGS - {"tags"}, codebuild.RULES)
    usual = {key: value for key, value in told.items() if value == _USUAL_BUILD.get(key)}
    if told.get("cache", {}).get("type") == "NO_CACHE":
        usual["cache"] = _NO_CACHE
    if str(told.get("encryptionKey", "")).endswith(":alias/aws/s3"):
        usual["encryptionKey"] = ""
    kept = {key: value for key, value in told.items() if key not in usual}
    if "artifacts" in kept:
        kept["artifacts"] = _artifacts(kept["artifacts"])
    if "secondaryArtifacts" in kept:
        kept["secondaryArtifacts"] = [_artifacts(each) for each in kept["secondaryArtifacts"]]
    return _set(name=project["name"], **kept, tags=tag_map(project.get("tags") or []))


def _report_group(calls: Calls, id_: str) -> Document | None:
    """By its ARN."""
    group = codebuild.report_group(calls, id_)
    if group is None or group["status"] == "DELETING":
        return None
    return _set(
        name=group["name"],
        type=group["type"],
        exportConfig=observed(
            calls.model("CreateReportGroup").input_shape,
            group,
            frozenset({"exportConfig"}),
            codebuild.REPORT_RULES,
        )["exportConfig"],
        tags=tag_map(group.get("tags") or []),
    )


def _artifacts(told: Document) -> Document:
    return {key: value for key, value in told.items() if value != _USUAL_ARTIFACTS.get(key)}


def _application(calls: Calls, id_: str) -> Document | None:
    """``id:name``, or the name."""
    name = id_.rpartition(":")[-1]
    found = calls.look("GetApplication", codedeploy.NO_APPLICATION, applicationName=name)
    if found is None:
        return None
    platform = found["application"].get("computePlatform")
    return _set(
        name=name, computePlatform=platform, tags=_tags(calls, codedeploy.application_arn(calls, name))
    )


def _config(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetDeploymentConfig", codedeploy.NO_CONFIG, deploymentConfigName=id_)
    if found is None:
        return None
    shape = calls.model("CreateDeploymentConfig").input_shape
    return observed(shape, found["deploymentConfigInfo"], codedeploy.CONFIG, codedeploy.CONFIG_RULES)


def _group(calls: Calls, id_: str) -> Document | None:
    """``application:group``; in a state it is AWS's own id, which no call takes."""
    for application, name in _groups(calls, id_):
        found = calls.look(
            "GetDeploymentGroup",
            codedeploy.NO_GROUP,
            codedeploy.NO_APPLICATION,
            applicationName=application,
            deploymentGroupName=name,
        )
        group = (found or {}).get("deploymentGroupInfo")
        if group is not None and id_ in (f"{application}:{name}", group["deploymentGroupId"]):
            return _group_inputs(calls, application, name, group)
    return None


def _groups(calls: Calls, id_: str) -> list[tuple[str, str]]:
    application, separator, name = id_.partition(":")
    if separator:
        return [(application, name)]
    applications = [each for page in calls.pages("ListApplications") for each in page["applications"]]
    return [
        (each, group)
        for each in applications
        for page in calls.pages("ListDeploymentGroups", applicationName=each)
        for group in page["deploymentGroups"]
    ]


def _group_inputs(calls: Calls, application: str, name: str, group: Document) -> Document:
    shape = calls.model("CreateDeploymentGroup").input_shape
    told = observed(shape, group, codedeploy.GROUP_SETTINGS, {})
    if "alarmConfiguration" in told:
        alarms = told["alarmConfiguration"]
        told["alarmConfiguration"] = {**alarms, "alarms": _names(alarms.get("alarms", []))}
    tags = _tags(calls, codedeploy.group_arn(calls, {"appName": application, "deploymentGroupName": name}))
    return _set(appName=application, deploymentGroupName=name, **told, tags=tags)


def _pipeline(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetPipeline", codepipeline.NO_PIPELINE, name=id_)
    if found is None:
        return None
    declared = found["pipeline"]
    shape = calls.model("CreatePipeline").input_shape.members["pipeline"]
    told = observed(
        shape, declared, codepipeline.STRUCTURE - {"stages", "artifactStores"}, codepipeline.RULES
    )
    stores = declared.get("artifactStores") or {"": declared.get("artifactStore") or {}}
    tags = calls.call("ListTagsForResource", resourceArn=found["metadata"]["pipelineArn"]).get("tags")
    return _set(
        name=id_,
        **told,
        artifactStores=[
            {**store, **({"region": region} if region else {})} for region, store in stores.items()
        ],
        stages=[_stage(stage) for stage in declared["stages"]],
        tags=tag_map(tags or []),
    )


def _stage(stage: Document) -> Document:
    conditions = {
        when: {**_without(stage[when], "conditions"), "condition": stage[when]["conditions"][0]}
        for when in ("beforeEntry", "onFailure", "onSuccess")
        if stage.get(when, {}).get("conditions")
    }
    plain = {key: value for key, value in stage.items() if value}
    return {**plain, **conditions, "actions": [_action(each) for each in stage["actions"]]}


def _action(action: Document) -> Document:
    names = {key: _names(action[key]) for key in ("inputArtifacts", "outputArtifacts") if action.get(key)}
    plain = {key: value for key, value in _without(action, "actionTypeId").items() if value}
    return {**plain, **action["actionTypeId"], **names}


def _webhook(calls: Calls, id_: str) -> Document | None:
    for page in calls.pages("ListWebhooks"):
        for webhook in page["webhooks"]:
            if webhook["arn"] == id_:
                definition = {key: value for key, value in webhook["definition"].items() if value}
                # The secret is never told.
                return _set(
                    **_without(definition, "authenticationConfiguration"),
                    tags=tag_map(webhook.get("tags") or []),
                )
    return None


def _connection(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetConnection", "ResourceNotFoundException", ConnectionArn=id_)
    if found is None:
        return None
    connection = found["Connection"]
    return _set(
        name=connection["ConnectionName"],
        providerType=None if connection.get("HostArn") else connection.get("ProviderType"),
        hostArn=connection.get("HostArn"),
        tags=_tags(calls, id_),
    )


def _table(calls: Calls, id_: str) -> Document | None:
    found = calls.look("DescribeTable", "ResourceNotFoundException", TableName=id_)
    if found is None:
        return None
    table = found["Table"]
    on_demand = (table.get("BillingModeSummary") or {}).get("BillingMode") == "PAY_PER_REQUEST"
    capacity = {} if on_demand else dynamodb.capacity(table.get("ProvisionedThroughput") or {})
    encryption = table.get("SSEDescription") or {}
    stream = table.get("StreamSpecification") or {}
    ttl = calls.call("DescribeTimeToLive", TableName=id_)["TimeToLiveDescription"]
    backups = calls.call("DescribeContinuousBackups", TableName=id_)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    return _set(
        name=id_,
        billingMode="PAY_PER_REQUEST" if on_demand else None,
        **dynamodb.key_inputs(table["KeySchema"]),
        **capacity,
        attributes=[
            {"name": each["AttributeName"], "type": each["AttributeType"]}
            for each in table["AttributeDefinitions"]
        ],
        globalSecondaryIndexes=[dynamodb.index_inputs(i) for i in table.get("GlobalSecondaryIndexes", [])],
        localSecondaryIndexes=[dynamodb.index_inputs(i) for i in table.get("LocalSecondaryIndexes", [])],
        ttl=_ttl(ttl),
        pointInTimeRecovery={"enabled": True} if recovery == "ENABLED" else None,
        serverSideEncryption={"enabled": True, "kmsKeyArn": encryption.get("KMSMasterKeyArn")}
        if encryption.get("Status") == "ENABLED"
        else None,
        streamEnabled=stream.get("StreamEnabled") or None,
        streamViewType=stream.get("StreamViewType"),
        deletionProtectionEnabled=table.get("DeletionProtectionEnabled") or None,
        tags=tag_map(calls.call("ListTagsOfResource", ResourceArn=table["TableArn"])["Tags"]),
    )


def _ttl(description: Document) -> Document | None:
    if description.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        return None
    return {"attributeName": description["AttributeName"], "enabled": True}


def _tags(calls: Calls, arn: str) -> dict[str, str]:
    return tag_map(calls.call("ListTagsForResource", ResourceArn=arn).get("Tags") or [])


def _names(items: list[Any]) -> list[str]:
    return [str(each["name"]) for each in items]


def _without(document: Document, key: str) -> Document:
    return {name: value for name, value in document.items() if name != key}


def _set(**inputs: object) -> Document:
    return {key: value for key, value in inputs.items() if value not in (None, "", {}, [])}


OBSERVED: Mapping[str, Callable[[Calls, str], Document | None]] = {
    "aws:codebuild/project:Project": _project,
    "aws:codebuild/reportGroup:ReportGroup": _report_group,
    "aws:codedeploy/application:Application": _application,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": _config,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": _group,
    "aws:codepipeline/pipeline:Pipeline": _pipeline,
    "aws:codepipeline/webhook:Webhook": _webhook,
    "aws:codeconnections/connection:Connection": _connection,
    "aws:codestarconnections/connection:Connection": _connection,
    "aws:dynamodb/table:Table": _table,
}
