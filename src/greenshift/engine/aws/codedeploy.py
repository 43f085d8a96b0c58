"""CodeDeploy applications, deployment groups and deployment configurations (immutable once made)."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit, named, tag_list

NO_APPLICATION = "ApplicationDoesNotExistException"
NO_GROUP = "DeploymentGroupDoesNotExistException"
NO_CONFIG = "DeploymentConfigDoesNotExistException"


def _account(calls: Calls) -> str:
    return str(calls.other("sts").call("GetCallerIdentity")["Account"])


def _tag(calls: Calls, change: Change, arn: str) -> None:
    if change.tags_removed:
        calls.call("UntagResource", ResourceArn=arn, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceArn=arn, Tags=fit(shape, tag_list(change.tags_set), {}))


def _create_application(calls: Calls, inputs: Document) -> Seen:
    rules = {"name": Rule("applicationName"), "tags": Rule(form=tag_list)}
    answer = calls.call(
        "CreateApplication", **fit(calls.model("CreateApplication").input_shape, inputs, rules)
    )
    return _seen_application(calls, answer["applicationId"], inputs["name"])


def application_arn(calls: Calls, name: str) -> str:
    return f"arn:aws:codedeploy:{calls.region}:{_account(calls)}:application:{name}"


def _seen_application(calls: Calls, application_id: str, name: str) -> Seen:
    arn = application_arn(calls, name)
    return Seen(f"{application_id}:{name}", {"arn": arn, "applicationId": application_id})


def _read_application(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetApplication", NO_APPLICATION, applicationName=inputs["name"])
    return _seen_application(calls, found["application"]["applicationId"], inputs["name"]) if found else None


def _tag_application(calls: Calls, change: Change) -> None:
    _tag(calls, change, application_arn(calls, change.new["name"]))


def _delete_application(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteApplication", NO_APPLICATION, applicationName=inputs["name"])


CONFIG_RULES = {
    "trafficRoutingConfig.timeBasedCanary.interval": Rule("canaryInterval"),
    "trafficRoutingConfig.timeBasedCanary.percentage": Rule("canaryPercentage"),
    "trafficRoutingConfig.timeBasedLinear.interval": Rule("linearInterval"),
    "trafficRoutingConfig.timeBasedLinear.percentage": Rule("linearPercentage"),
}
CONFIG = keys("deploymentConfigName computePlatform trafficRoutingConfig")


def _create_config(calls: Calls, inputs: Document) -> Seen:
    wanted = fit(calls.model("CreateDeploymentConfig").input_shape, inputs, CONFIG_RULES)
    answer = calls.call("CreateDeploymentConfig", **wanted)
    return _seen_config(calls, inputs, answer["deploymentConfigId"])


def _seen_config(calls: Calls, inputs: Document, config_id: str) -> Seen:
    name = inputs["deploymentConfigName"]
    arn = f"arn:aws:codedeploy:{calls.region}:{_account(calls)}:deploymentconfig:{name}"
    return Seen(name, {"arn": arn, "deploymentConfigId": config_id})


def _read_config(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    name = inputs["deploymentConfigName"]
    found = calls.look("GetDeploymentConfig", NO_CONFIG, deploymentConfigName=name)
    return _seen_config(calls, inputs, found["deploymentConfigInfo"]["deploymentConfigId"]) if found else None


def _delete_config(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteDeploymentConfig", NO_CONFIG, deploymentConfigName=id_)


_GROUP_RULES = {
    "appName": Rule("applicationName"),
    "alarmConfiguration.alarms": Rule(form=named),
    "tags": Rule(form=tag_list),
}
GROUP_SETTINGS = keys(
    "serviceRoleArn deploymentConfigName deploymentStyle alarmConfiguration autoRollbackConfiguration "
    "triggerConfigurations"
)
_EMPTY: Document = {  # what takes a setting away
    "deploymentConfigName": "CodeDeployDefault.OneAtATime",
    "alarmConfiguration": {"enabled": False, "alarms": []},
    "autoRollbackConfiguration": {"enabled": False, "events": []},
    "triggerConfigurations": [],
}


def _create_group(calls: Calls, inputs: Document) -> Seen:
    wanted = fit(calls.model("CreateDeploymentGroup").input_shape, inputs, _GROUP_RULES)
    answer = calls.call("CreateDeploymentGroup", **wanted)
    return _seen_group(calls, inputs, answer["deploymentGroupId"])


def group_arn(calls: Calls, inputs: Document) -> str:
    name = f"{inputs['appName']}/{inputs['deploymentGroupName']}"
    return f"arn:aws:codedeploy:{calls.region}:{_account(calls)}:deploymentgroup:{name}"


def _seen_group(calls: Calls, inputs: Document, group_id: str) -> Seen:
    return Seen(
        group_id,
        {"arn": group_arn(calls, inputs), "deploymentGroupId": group_id, "computePlatform": "Lambda"},
    )


def _read_group(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look(
        "GetDeploymentGroup",
        NO_GROUP,
        NO_APPLICATION,
        applicationName=inputs["appName"],
        deploymentGroupName=inputs["deploymentGroupName"],
    )
    return _seen_group(calls, inputs, found["deploymentGroupInfo"]["deploymentGroupId"]) if found else None


def _update_group(calls: Calls, change: Change) -> None:
    changed = {
        key: value if value is not None else _EMPTY.get(key)
        for key, value in change.changed(GROUP_SETTINGS).items()
    }
    calls.call(
        "UpdateDeploymentGroup",
        applicationName=change.new["appName"],
        currentDeploymentGroupName=change.new["deploymentGroupName"],
        **fit(calls.model("UpdateDeploymentGroup").input_shape, changed, _GROUP_RULES),
    )


def _tag_group(calls: Calls, change: Change) -> None:
    _tag(calls, change, group_arn(calls, change.new))


def _delete_group(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look(
        "DeleteDeploymentGroup",
        NO_GROUP,
        NO_APPLICATION,
        applicationName=inputs["appName"],
        deploymentGroupName=inputs["deploymentGroupName"],
    )


ENTRIES = (
    Entry(
        token="aws:codedeploy/application:Application",
        service="codedeploy",
        properties=keys("name computePlatform tags"),
        replace=keys("computePlatform"),
        name="name",
        longest_name=100,
        create=_create_application,
        read=_read_application,
        update=(Update(keys("tags"), _tag_application),),
        delete=_delete_application,
    ),
    Entry(
        token="aws:codedeploy/deploymentConfig:DeploymentConfig",
        service="codedeploy",
        properties=CONFIG,
        replace=CONFIG,
        name="deploymentConfigName",
        longest_name=100,
        create=_create_config,
        read=_read_config,
        delete=_delete_config,
    ),
    Entry(
        token="aws:codedeploy/deploymentGroup:DeploymentGroup",
        service="codedeploy",
        properties=keys("appName deploymentGroupName tags") | GROUP_SETTINGS,
        replace=keys("appName deploymentGroupName"),
        identity=("appName", "deploymentGroupName"),
        create=_create_group,
        read=_read_group,
        update=(Update(GROUP_SETTINGS, _update_group), Update(keys("tags"), _tag_group)),
        delete=_delete_group,
    ),
)
