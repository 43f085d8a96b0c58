"""Lambda: a function may be named in five ways, and a qualifier is part of the ARN where code is run or read.

Developer guide, "Fine-tuning the Resources and Conditions sections of policies": invoking and reading a
version or alias is asked of the qualified ARN; everything that changes the function, of the bare one, and
deleting a version of the version's (unverified).
"""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import (
    Find,
    Parameters,
    Place,
    action,
    both,
    everything,
    on,
    pass_role,
)


def _split(name: str) -> tuple[str, str]:
    """``pay``, ``pay:live``, a partial or a full ARN -> name and qualifier."""
    rest = name.rpartition("function:")[2]
    if rest == name and name.count(":") == 2:
        rest = name.partition(":")[2]
    function, _, qualifier = rest.partition(":")
    return function, qualifier


def _bare(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"function:{_split(str(parameters.get('FunctionName', '')))[0]}")


def _qualified(parameters: Parameters, place: Place) -> str:
    function, inline = _split(str(parameters.get("FunctionName", "")))
    qualifier = parameters.get("Qualifier") or inline
    suffix = f":{qualifier}" if qualifier else ""
    return place.arn("lambda", f"function:{function}{suffix}")


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("Resource", ""))


def _layer(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"layer:{str(parameters.get('LayerName', '')).rpartition(':')[2]}")


def _layer_version(parameters: Parameters, place: Place) -> str:
    return f"{_layer(parameters, place)}:{parameters.get('VersionNumber', '')}"


def _mapping(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"event-source-mapping:{parameters.get('UUID', '')}")


_PASSING = pass_role("Role", "lambda")

TABLE: dict[str, Find] = {
    "Invoke": action("lambda:InvokeFunction", _qualified),
    # Not documented for DeleteFunction, which deletes a version when it is given one.
    **on("lambda", _qualified, "DeleteFunction", "GetFunction", "GetFunctionConfiguration"),
    **on(
        "lambda",
        _bare,
        "AddPermission",
        "CreateAlias",
        "CreateFunctionUrlConfig",
        "DeleteAlias",
        "DeleteFunctionUrlConfig",
        "DeleteProvisionedConcurrencyConfig",
        "PutProvisionedConcurrencyConfig",
        "UpdateFunctionUrlConfig",
        "DeleteFunctionConcurrency",
        "DeleteFunctionEventInvokeConfig",
        "GetAlias",
        "GetFunctionCodeSigningConfig",
        "GetFunctionConcurrency",
        "GetFunctionEventInvokeConfig",
        "GetFunctionRecursionConfig",
        "PutFunctionRecursionConfig",
        "GetFunctionUrlConfig",
        "GetPolicy",
        "GetProvisionedConcurrencyConfig",
        "GetRuntimeManagementConfig",
        "ListAliases",
        "ListFunctionEventInvokeConfigs",
        "ListFunctionUrlConfigs",
        "ListProvisionedConcurrencyConfigs",
        "ListVersionsByFunction",
        "PublishVersion",
        "PutFunctionConcurrency",
        "PutFunctionEventInvokeConfig",
        "RemovePermission",
        "UpdateAlias",
        "UpdateFunctionCode",
        "UpdateFunctionEventInvokeConfig",
    ),
    **{
        name: both(find, _PASSING)
        for name, find in on("lambda", _bare, "CreateFunction", "UpdateFunctionConfiguration").items()
    },
    **on("lambda", _layer, "PublishLayerVersion"),
    **on(
        "lambda",
        _layer_version,
        "AddLayerVersionPermission",
        "DeleteLayerVersion",
        "GetLayerVersion",
        "GetLayerVersionPolicy",
        "RemoveLayerVersionPermission",
    ),
    "GetLayerVersionByArn": action("lambda:GetLayerVersion", lambda given, _: str(given.get("Arn", ""))),
    **on(
        "lambda",
        everything,
        "CreateEventSourceMapping",
        "GetAccountSettings",
        "ListEventSourceMappings",
        "ListFunctions",
        "ListLayers",
        "ListLayerVersions",
    ),
    **on(
        "lambda",
        _mapping,
        "DeleteEventSourceMapping",
        "GetEventSourceMapping",
        "UpdateEventSourceMapping",
    ),
    **on("lambda", _tagged, "ListTags", "TagResource", "UntagResource"),
}
