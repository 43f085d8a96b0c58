"""Lambda functions and their aliases.

A function is not ready when CreateFunction answers: it is Pending, and then every change leaves it
InProgress for a while, during which another change is refused (409). So each call here ends with a wait.
With ``publish``, a change of code or configuration publishes a version, as the AWS provider does.
"""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit
from greenshift.engine.properties import assets
from greenshift.engine.properties.values import Archive, Asset
from greenshift.errors import EngineError

_NONE = "ResourceNotFoundException"
_CODE = keys("code s3Bucket s3Key s3ObjectVersion imageUri sourceCodeHash codeSha256")
_DEFAULTS: Document = {  # what AWS has when a setting was never given: what removing one means
    "description": "",
    "timeout": 3,
    "memorySize": 128,
    "environment": {"variables": {}},
    "layers": [],
    "kmsKeyArn": "",
    "tracingConfig": {"mode": "PassThrough"},
    "deadLetterConfig": {"targetArn": ""},
    "ephemeralStorage": {"size": 512},
    "loggingConfig": {"logFormat": "Text"},
    "vpcConfig": {"subnetIds": [], "securityGroupIds": []},
    "snapStart": {"applyOn": "None"},
}
_CONFIGURATION = frozenset(_DEFAULTS) | keys("role runtime handler imageConfig")
_RULES = {"imageConfig.entryPoints": Rule("EntryPoint"), "imageConfig.commands": Rule("Command")}


def _create(calls: Calls, inputs: Document) -> Seen:
    name = inputs["name"]
    wanted = {key: inputs[key] for key in _CONFIGURATION if inputs.get(key) is not None}
    for key in ("architectures", "packageType", "publish", "tags"):
        if inputs.get(key) is not None:
            wanted[key] = inputs[key]
    parameters = fit(calls.model("CreateFunction").input_shape, wanted, _RULES)
    answer = calls.call("CreateFunction", FunctionName=name, Code=_code(inputs), **parameters)
    _wait(calls, name)
    if inputs.get("reservedConcurrentExecutions") is not None:
        _set_concurrency(calls, Change(name, {}, inputs))
    return _seen(calls, answer, answer["Version"])


def _code(inputs: Document) -> Document:
    code = inputs.get("code")
    if isinstance(code, Archive):
        return {"ZipFile": assets.archive_bytes(code)}
    if isinstance(code, Asset):
        return {"ZipFile": assets.asset_bytes(code)}  # FileAsset of a zip
    if inputs.get("imageUri"):
        return {"ImageUri": inputs["imageUri"]}
    if not inputs.get("s3Bucket"):
        raise EngineError("a function needs code, s3_bucket and s3_key, or image_uri")
    members = {"S3Bucket": "s3Bucket", "S3Key": "s3Key", "S3ObjectVersion": "s3ObjectVersion"}
    return {member: inputs[key] for member, key in members.items() if inputs.get(key)}


def _seen(calls: Calls, configuration: Document, version: str) -> Seen:
    arn = _unqualified(configuration["FunctionArn"])
    qualified = f"{arn}:{version}"
    outputs = {
        "arn": arn,
        "version": version,
        "qualifiedArn": qualified,
        "invokeArn": _invoke_arn(calls.region, arn),
        "qualifiedInvokeArn": _invoke_arn(calls.region, qualified),
        "lastModified": configuration.get("LastModified", ""),
        "codeSha256": configuration.get("CodeSha256", ""),
        "sourceCodeSize": configuration.get("CodeSize", 0),
    }
    return Seen(configuration["FunctionName"], outputs)


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])


def _invoke_arn(region: str, arn: str) -> str:
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetFunctionConfiguration", _NONE, FunctionName=inputs["name"])
    if found is None:
        return None
    return _seen(calls, found, _latest_version(calls, inputs["name"]) if inputs.get("publish") else "$LATEST")


def _latest_version(calls: Calls, name: str) -> str:
    versions = [
        int(item["Version"])
        for page in calls.pages("ListVersionsByFunction", FunctionName=name)
        for item in page["Versions"]
        if item["Version"] != "$LATEST"
    ]
    return str(max(versions)) if versions else "$LATEST"


def _wait(calls: Calls, name: str) -> None:
    def is_ready() -> bool:
        now = calls.call("GetFunctionConfiguration", FunctionName=name)
        if now.get("State") == "Failed" or now.get("LastUpdateStatus") == "Failed":
            reason = now.get("LastUpdateStatusReason") or now.get("StateReason") or "no reason given"
            raise EngineError(f"function {name} failed: {reason}")
        return now.get("State") != "Pending" and now.get("LastUpdateStatus") != "InProgress"

    calls.wait(f"function {name}", is_ready)


def _update_code(calls: Calls, change: Change) -> None:
    architectures = {"Architectures": change.new["architectures"]} if change.new.get("architectures") else {}
    calls.call("UpdateFunctionCode", FunctionName=change.id, **_code(change.new), **architectures)
    _wait(calls, change.id)


def _update_configuration(calls: Calls, change: Change) -> None:
    changed = {
        key: value if value is not None else _DEFAULTS.get(key)
        for key, value in change.changed(_CONFIGURATION).items()
    }
    parameters = fit(calls.model("UpdateFunctionConfiguration").input_shape, changed, _RULES)
    calls.call("UpdateFunctionConfiguration", FunctionName=change.id, **parameters)
    _wait(calls, change.id)


def _publish(calls: Calls, change: Change) -> None:
    if change.new.get("publish"):
        calls.call("PublishVersion", FunctionName=change.id)
        _wait(calls, change.id)


def _set_concurrency(calls: Calls, change: Change) -> None:
    reserved = change.new.get("reservedConcurrentExecutions")
    if reserved is None or reserved < 0:
        calls.look("DeleteFunctionConcurrency", _NONE, FunctionName=change.id)
    else:
        calls.call("PutFunctionConcurrency", FunctionName=change.id, ReservedConcurrentExecutions=reserved)


def _tag(calls: Calls, change: Change) -> None:
    arn = _unqualified(calls.call("GetFunctionConfiguration", FunctionName=change.id)["FunctionArn"])
    if change.tags_removed:
        calls.call("UntagResource", Resource=arn, TagKeys=change.tags_removed)
    if change.tags_set:
        calls.call("TagResource", Resource=arn, Tags=change.tags_set)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    """Without a qualifier, all versions and aliases go with it (API reference: DeleteFunction)."""
    calls.look("DeleteFunction", _NONE, FunctionName=id_)


def _create_alias(calls: Calls, inputs: Document) -> Seen:
    wanted = fit(calls.model("CreateAlias").input_shape, inputs, {})
    return _seen_alias(calls, calls.call("CreateAlias", **wanted))


def _seen_alias(calls: Calls, alias: Document) -> Seen:
    arn = alias["AliasArn"]
    return Seen(arn, {"arn": arn, "invokeArn": _invoke_arn(calls.region, arn)})


def _read_alias(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetAlias", _NONE, FunctionName=inputs["functionName"], Name=inputs["name"])
    return _seen_alias(calls, found) if found is not None else None


_ALIAS_SETTINGS = keys("description functionVersion routingConfig")


def _update_alias(calls: Calls, change: Change) -> None:
    """All of it is sent whatever changed, as the AWS provider does: a version and weights that a release has
    moved since come back as the state has them. So an alias that must stay changes nothing in place.
    """
    settings: dict[str, Any] = {
        "description": change.new.get("description") or "",
        "functionVersion": change.new["functionVersion"],
        "routingConfig": change.new.get("routingConfig") or {"additionalVersionWeights": {}},
    }
    wanted = fit(calls.model("UpdateAlias").input_shape, settings, {})
    calls.call("UpdateAlias", FunctionName=change.new["functionName"], Name=change.new["name"], **wanted)


def _delete_alias(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteAlias", _NONE, FunctionName=inputs["functionName"], Name=inputs["name"])


ENTRIES = (
    Entry(
        token="aws:lambda/function:Function",
        service="lambda",
        properties=keys("name packageType architectures publish tags reservedConcurrentExecutions")
        | _CODE
        | _CONFIGURATION,
        replace=keys("packageType"),
        name="name",
        create=_create,
        read=_read,
        update=(
            Update(_CODE | keys("architectures"), _update_code),
            Update(_CONFIGURATION, _update_configuration),
            Update(_CODE | _CONFIGURATION | keys("architectures publish"), _publish),
            Update(keys("reservedConcurrentExecutions"), _set_concurrency),
            Update(keys("tags"), _tag),
        ),
        delete=_delete,
        volatile=keys("version qualifiedArn qualifiedInvokeArn lastModified codeSha256 sourceCodeSize"),
    ),
    Entry(
        token="aws:lambda/alias:Alias",
        service="lambda",
        properties=keys("name functionName") | _ALIAS_SETTINGS,
        replace=keys("functionName"),
        name="name",
        longest_name=128,
        identity=("functionName", "name"),
        create=_create_alias,
        read=_read_alias,
        update=(Update(_ALIAS_SETTINGS, _update_alias),),
        delete=_delete_alias,
    ),
)
