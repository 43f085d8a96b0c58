"""What a stack creates, as a configuration that Terraform can apply.

The AWS provider of Terraform is the code inside Pulumi's, so what it says of the twin a real ``pulumi up``
would meet as well. Written for provider 5.100, whose names differ from those of version 7 in a few places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from greenshift.engine.properties.values import Archive, Secret
from greenshift.engine.state.checkpoint import ResourceState
from support.audit.terraform_plan import Showing, address, values

Json = Any
PROVIDER_VERSION = "5.100.0"
SERVICES = (
    *("cloudwatch", "codebuild", "codedeploy", "codepipeline", "codeconnections", "codestarconnections"),
    *("dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "sns", "sqs", "sts"),
)


def configuration(
    stacks: Mapping[str, Iterable[ResourceState]], endpoint: str, region: str, package: Path
) -> Json:
    """Every AWS resource of every stack; ``package`` is the code of all functions."""
    resources: dict[str, dict[str, Json]] = {}
    for stack, states in stacks.items():
        for kind, name, arguments in _arguments(stack, list(states), package):
            resources.setdefault(kind, {})[name] = arguments
    return document_of(resources, endpoint, region)


def document_of(resources: Mapping[str, Json], endpoint: str, region: str) -> Json:
    """A whole configuration: these resources, and the provider that speaks to the twin."""
    required = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSION}}
    return {
        "terraform": {"required_providers": required},
        "provider": {"aws": [_provider(endpoint, region)]},
        "resource": resources,
    }


def _provider(endpoint: str, region: str) -> dict[str, Json]:
    return {
        "region": region,
        "access_key": "test",
        "secret_key": "test",
        "s3_use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "max_retries": 1,  # one attempt: an error that a retry would hide is to be seen
        "endpoints": [dict.fromkeys(SERVICES, endpoint)],
    }


def _arguments(
    stack: str, states: list[ResourceState], package: Path
) -> Iterable[tuple[str, str, dict[str, Json]]]:
    found = {state.urn: state for state in states if state.custom and not state.type.startswith("pulumi:")}
    addresses = {urn: _address(stack, state) for urn, state in found.items()}
    showing = Showing(
        secret=lambda value: str(package) if isinstance(value, Archive) else value,
        package=lambda _: str(package),
    )
    for urn, state in found.items():
        kind, _, name = addresses[urn].partition(".")
        arguments = _adapted(kind, _escaped(values(state, showing)))
        needs = sorted(need for need in state.needs() if need in addresses and need != urn)
        arguments = _referring(arguments, _references(found, addresses, needs))
        if needs:
            arguments["depends_on"] = [addresses[need] for need in needs]
        yield kind, name, arguments


def _address(stack: str, state: ResourceState) -> str:
    kind, _, name = address(state).partition(".")
    return f"{kind}.{stack}-{name}"


def _adapted(kind: str, arguments: dict[str, Json]) -> dict[str, Json]:
    """What version 5 of the provider calls by another name than version 7."""
    arguments.pop("region", None)
    if kind == "aws_cloudwatch_metric_alarm":
        arguments["alarm_name"] = arguments.pop("name")
    if kind == "aws_dynamodb_table":
        for index in arguments.get("global_secondary_index", []):
            for key in index.pop("key_schema", []):
                index["hash_key" if key["key_type"] == "HASH" else "range_key"] = key["attribute_name"]
    return arguments


def _references(
    found: Mapping[str, ResourceState], addresses: Mapping[str, str], needs: Iterable[str]
) -> list[tuple[str, str]]:
    """The ARN of each resource needed, with the expression that stands for it; the longest first."""
    arns = [(_arn(found[need]), f"{addresses[need]}.arn") for need in needs]
    return sorted(((arn, name) for arn, name in arns if arn), key=lambda pair: -len(pair[0]))


def _arn(state: ResourceState) -> str:
    arn = state.outputs.get("arn")
    arn = arn.value if isinstance(arn, Secret) else arn
    return arn if isinstance(arn, str) else ""


def _escaped(value: Json) -> Json:
    """A text that Terraform would read as a template."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    return _each(value, _escaped)


def _referring(value: Json, references: list[tuple[str, str]]) -> Json:
    if not isinstance(value, str):
        return _each(value, lambda item: _referring(item, references))
    for arn, expression in references:
        value = re.sub(re.escape(arn) + r"(?![A-Za-z0-9_-])", lambda _, e=expression: f"${{{e}}}", value)
    return value


def _each(value: Json, change: Any) -> Json:
    if isinstance(value, list):
        return [change(item) for item in value]
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    return value
