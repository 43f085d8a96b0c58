"""CodeDeploy: deployments are asked of their group, whose name their id does not tell.

``CreateDeployment`` takes four permissions (user guide, "CodeDeploy permissions reference").
"""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import (
    Facts,
    Find,
    Need,
    Parameters,
    Place,
    action,
    both,
    everything,
    on,
    pass_role,
    texts,
)


def _application(parameters: Parameters, place: Place) -> str:
    return place.arn("codedeploy", f"application:{parameters.get('applicationName', '')}")


def _applications(parameters: Parameters, place: Place) -> Iterable[str]:
    names = texts(parameters.get("applicationNames"))
    return [place.arn("codedeploy", f"application:{name}") for name in names]


def _config(parameters: Parameters, place: Place) -> str:
    return place.arn("codedeploy", f"deploymentconfig:{parameters.get('deploymentConfigName', '')}")


def _group(parameters: Parameters, place: Place) -> str:
    name = parameters.get("deploymentGroupName") or parameters.get("currentDeploymentGroupName") or ""
    return _group_arn(place, str(parameters.get("applicationName", "")), str(name))


def _groups(parameters: Parameters, place: Place) -> Iterable[str]:
    application = str(parameters.get("applicationName", ""))
    return [_group_arn(place, application, name) for name in texts(parameters.get("deploymentGroupNames"))]


def _group_arn(place: Place, application: str, group: str) -> str:
    return place.arn("codedeploy", f"deploymentgroup:{application}/{group}")


def deployment_ids(parameters: Parameters) -> list[str]:
    one = parameters.get("deploymentId")
    return [*([str(one)] if one else []), *texts(parameters.get("deploymentIds"))]


def _of_deployments(*operations: str) -> dict[str, Find]:
    def finder(operation: str) -> Find:
        def find(parameters: Parameters, place: Place, facts: Facts) -> Iterable[Need]:
            # A deployment that does not exist has no group to ask; the service itself will say so.
            known = [facts.deployments.get(each) for each in deployment_ids(parameters)]
            groups = sorted({group for group in known if group is not None})
            return [Need(f"codedeploy:{operation}", _group_arn(place, *group)) for group in groups]

        return find

    return {operation: finder(operation) for operation in operations}


def _used_config(parameters: Parameters, place: Place, facts: Facts) -> Iterable[Need]:
    group = (str(parameters.get("applicationName", "")), str(parameters.get("deploymentGroupName", "")))
    name = parameters.get("deploymentConfigName") or facts.configs.get(group)
    arn = place.arn("codedeploy", f"deploymentconfig:{name}")
    return [Need("codedeploy:GetDeploymentConfig", arn)] if name else []


_CREATE_DEPLOYMENT = both(
    action("codedeploy:CreateDeployment", _group),
    _used_config,
    action("codedeploy:RegisterApplicationRevision", _application),
    action("codedeploy:GetApplicationRevision", _application),
)

TABLE: dict[str, Find] = {
    **on(
        "codedeploy",
        _application,
        "CreateApplication",
        "DeleteApplication",
        "GetApplication",
        "GetApplicationRevision",
        "ListApplicationRevisions",
        "ListDeploymentGroups",
        "RegisterApplicationRevision",
        "UpdateApplication",
    ),
    **on("codedeploy", _applications, "BatchGetApplications"),
    **on("codedeploy", _config, "CreateDeploymentConfig", "DeleteDeploymentConfig", "GetDeploymentConfig"),
    **on("codedeploy", _group, "DeleteDeploymentGroup", "GetDeploymentGroup", "ListDeployments"),
    **on("codedeploy", _groups, "BatchGetDeploymentGroups"),
    **{
        name: both(find, pass_role("serviceRoleArn", "codedeploy"))
        for name, find in on("codedeploy", _group, "CreateDeploymentGroup", "UpdateDeploymentGroup").items()
    },
    "CreateDeployment": _CREATE_DEPLOYMENT,
    **_of_deployments(
        "BatchGetDeploymentTargets",
        "BatchGetDeployments",
        "ContinueDeployment",
        "GetDeployment",
        "GetDeploymentTarget",
        "ListDeploymentTargets",
        # The ARN a denial names (davidgf/serverless-plugin-canary-deployments#58).
        "PutLifecycleEventHookExecutionStatus",
        "StopDeployment",
    ),
    **on("codedeploy", everything, "ListApplications", "ListDeploymentConfigs"),
    **on(
        "codedeploy",
        lambda parameters, _: str(parameters.get("ResourceArn", "")),
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
    ),
}
