"""The user's environment variables: which definition wins, and what Parameter Store and Secrets Manager say.

A value is looked up through the door as the build's role, so a role that may not read it fails the build
as on AWS.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.codebuild.buildspec import Buildspec
from greenshift.twin.codebuild.errors import PhaseFailure
from greenshift.twin.codebuild.settings import Variable
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json

PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER = "PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"

# API reference: GetParameters takes at most ten names.
_PARAMETERS_A_CALL = 10

_SECRET_ARN_PARTS = 7


@dataclass(frozen=True)
class Resolved:
    """``secrets`` are the names whose values came from a store: masked in logs, never exported."""

    values: Mapping[str, str]
    secrets: frozenset[str]


def merged(buildspec: Buildspec, configured: Iterable[Variable]) -> list[Variable]:
    """StartBuild and project win over the buildspec (user guide: environment variable precedence)."""
    declared = [
        *(Variable(name, value) for name, value in buildspec.variables.items()),
        *(Variable(name, value, PARAMETER_STORE) for name, value in buildspec.parameter_store.items()),
        *(Variable(name, value, SECRETS_MANAGER) for name, value in buildspec.secrets_manager.items()),
    ]
    return list({variable.name: variable for variable in (*declared, *configured)}.values())


async def resolve(aws: Aws, principal: Principal, variables: Iterable[Variable]) -> Resolved:
    values: dict[str, str] = {}
    parameters: dict[str, str] = {}
    secrets: set[str] = set()
    for variable in variables:
        if variable.type == PARAMETER_STORE:
            parameters[variable.name] = variable.value
        elif variable.type == SECRETS_MANAGER:
            values[variable.name] = await _secret(aws, principal, parse_reference(variable.value))
            secrets.add(variable.name)
        else:
            values[variable.name] = variable.value
    values |= await _parameters(aws, principal, parameters)
    return Resolved(values, frozenset(secrets | parameters.keys()))


async def _parameters(aws: Aws, principal: Principal, wanted: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    names = sorted(set(wanted.values()))
    for start in range(0, len(names), _PARAMETERS_A_CALL):
        request = {"Names": names[start : start + _PARAMETERS_A_CALL], "WithDecryption": True}
        try:
            response = await aws.call(principal, "ssm", "GetParameters", request)
        except ServiceError as error:
            raise PhaseFailure("Decrypted Variables Error", f"{error.code}: {error.message}") from None
        for name in response.get("InvalidParameters", []):
            raise PhaseFailure("Decrypted Variables Error", f"parameter does not exist: {name}")
        found |= {entry["Name"]: entry["Value"] for entry in response["Parameters"]}
    return {variable: found[name] for variable, name in wanted.items()}


@dataclass(frozen=True)
class SecretReference:
    """``secret-id:json-key:version-stage:version-id``, all but the first optional."""

    secret_id: str
    json_key: str = ""
    version_stage: str = ""
    version_id: str = ""


def parse_reference(text: str) -> SecretReference:
    """The parts of a reference; a secret's ARN holds colons of its own."""
    parts = text.split(":")
    length = _SECRET_ARN_PARTS if text.startswith("arn:") else 1
    secret_id, rest = ":".join(parts[:length]), parts[length:]
    if len(rest) > 3:
        raise PhaseFailure(
            "Secrets Manager Error",
            f"{text!r}: write secret-id:json-key:version-stage:version-id, all but the first optional",
        )
    json_key, stage, version = (*rest, "", "", "")[:3]
    return SecretReference(secret_id, json_key, stage, version)


async def _secret(aws: Aws, principal: Principal, reference: SecretReference) -> str:
    request = {"SecretId": reference.secret_id}
    if reference.version_stage:
        request["VersionStage"] = reference.version_stage
    if reference.version_id:
        request["VersionId"] = reference.version_id
    try:
        response = await aws.call(principal, "secretsmanager", "GetSecretValue", request)
    except ServiceError as error:
        raise PhaseFailure("Secrets Manager Error", f"{error.code}: {error.message}") from None
    text = str(response.get("SecretString", ""))
    return _member(reference, text) if reference.json_key else text


def _member(reference: SecretReference, text: str) -> str:
    try:
        value = read_json(text)[reference.json_key]
    except (ValueError, KeyError, TypeError):
        raise PhaseFailure(
            "Secrets Manager Error", f"secret {reference.secret_id} has no key {reference.json_key!r}"
        ) from None
    return value if isinstance(value, str) else json.dumps(value)
