"""The model -> responses, member names as in the API reference."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from greenshift.twin.awslambda.model import Alias, Configuration, EventInvokeConfig, Function, Version
from greenshift.twin.awslambda.names import Place
from greenshift.twin.service import Response


def timestamp(seconds: float) -> str:
    """Lambda's own form of ISO-8601: ``2026-11-23T16:50:50.123+0000``."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "+0000")


def log_group_of(function: str, configuration: Configuration) -> str:
    return configuration.logging.log_group or f"/aws/lambda/{function}"


def version_response(
    function: Function, version: Version, place: Place, now: float, qualifier: str | None = None
) -> Response:
    """A FunctionConfiguration; ``qualifier`` is the alias or ``$LATEST`` when it was asked for by name."""
    shown = qualifier or (None if version.is_latest else version.number)
    response = _configuration_members(function.name, version.configuration)
    response |= {
        "FunctionName": function.name,
        "FunctionArn": place.arn(function.name, shown),
        "Version": version.number,
        "CodeSize": version.code.size,
        "CodeSha256": version.code.sha256_base64,
        "LastModified": timestamp(version.last_modified),
        "RevisionId": version.revision_id,
        "PackageType": "Zip",
        "RuntimeVersionConfig": _runtime_version(version.configuration.runtime, place),
    }
    return response | _state_members(function, version, now)


CREATING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}


def _state_members(function: Function, version: Version, now: float) -> Response:
    if function.is_pending(now):
        return dict(CREATING)
    state: Response = {"State": "Active", "LastUpdateStatus": "Successful"}
    if version.is_latest and function.is_updating(now):
        state["LastUpdateStatus"] = "InProgress"
    return state


def _configuration_members(name: str, configuration: Configuration) -> Response:
    members: Response = {
        "Runtime": configuration.runtime,
        "Role": configuration.role,
        "Handler": configuration.handler,
        "Description": configuration.description,
        "Timeout": configuration.timeout,
        "MemorySize": configuration.memory_size,
        "Architectures": list(configuration.architectures),
        "EphemeralStorage": {"Size": configuration.ephemeral_storage},
        "TracingConfig": {"Mode": configuration.tracing_mode},
        "SnapStart": {"ApplyOn": configuration.snap_start, "OptimizationStatus": "Off"},
        "LoggingConfig": _logging(name, configuration),
    }
    if configuration.environment is not None:
        members["Environment"] = {"Variables": dict(configuration.environment)}
    if configuration.dead_letter_arn:
        members["DeadLetterConfig"] = {"TargetArn": configuration.dead_letter_arn}
    if configuration.kms_key_arn:
        members["KMSKeyArn"] = configuration.kms_key_arn
    if configuration.layers:
        members["Layers"] = [{"Arn": each.arn, "CodeSize": each.code.size} for each in configuration.layers]
    if configuration.vpc:
        members["VpcConfig"] = {
            "SubnetIds": list(configuration.vpc.subnet_ids),
            "SecurityGroupIds": list(configuration.vpc.security_group_ids),
            "VpcId": "",
        }
    return members


def _logging(name: str, configuration: Configuration) -> Response:
    logging = configuration.logging
    members: Response = {"LogFormat": logging.log_format, "LogGroup": log_group_of(name, configuration)}
    levels = {"ApplicationLogLevel": logging.application_level, "SystemLogLevel": logging.system_level}
    return members | {key: level for key, level in levels.items() if level}


def _runtime_version(runtime: str, place: Place) -> Response:
    """AWS names the patch a runtime is at by a hash; here it stands for the runtime alone."""
    digest = hashlib.sha256(runtime.encode()).hexdigest()
    return {"RuntimeVersionArn": f"arn:aws:lambda:{place.region}::runtime:{digest}"}


def alias_response(function: Function, alias: Alias, place: Place) -> Response:
    """RoutingConfig is absent, not empty, when an alias has no weights."""
    response: Response = {
        "AliasArn": place.arn(function.name, alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.weights:
        response["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return response


def event_invoke_response(
    function: Function, qualifier: str | None, config: EventInvokeConfig, place: Place
) -> Response:
    response: Response = {
        "FunctionArn": place.arn(function.name, qualifier or "$LATEST"),
        "LastModified": datetime.fromtimestamp(config.last_modified, UTC),
        "DestinationConfig": {
            "OnSuccess": {"Destination": config.on_success} if config.on_success else {},
            "OnFailure": {"Destination": config.on_failure} if config.on_failure else {},
        },
    }
    if config.maximum_retry_attempts is not None:
        response["MaximumRetryAttempts"] = config.maximum_retry_attempts
    if config.maximum_event_age is not None:
        response["MaximumEventAgeInSeconds"] = config.maximum_event_age
    return response
