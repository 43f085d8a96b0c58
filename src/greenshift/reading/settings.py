"""Lambda: the settings a published version froze with its code. The code itself is none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.reading.absence import unless_absent


@dataclass(frozen=True)
class VersionSettings:
    """What somebody set, by the words people use for it, each as one text; empty where nothing is set."""

    values: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment, values and all: it may hold secrets, and is here to be compared, not shown."""


def read_settings(client: Any, function: str, version: str) -> VersionSettings | None:
    """None when there is no such version any more."""
    with unless_absent("ResourceNotFoundException"):
        found = client.get_function_configuration(FunctionName=function, Qualifier=version)
        variables = (found.get("Environment") or {}).get("Variables") or {}
        return VersionSettings(dict(_values(found)), dict(variables))
    return None


def _values(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "runtime", str(found.get("Runtime") or "")
    yield "handler", str(found.get("Handler") or "")
    yield "memory", _sized(found.get("MemorySize"), "MB")
    yield "time-out", _sized(found.get("Timeout"), "s")
    yield "ephemeral storage", _sized(_within(found, "EphemeralStorage", "Size"), "MB")
    yield "architecture", ", ".join(found.get("Architectures") or ())
    yield "role", str(found.get("Role") or "").rpartition("/")[2]
    yield "layers", ", ".join(_layer(each) for each in found.get("Layers") or ())
    network = found.get("VpcConfig") or {}
    groups = (network.get(name) or () for name in ("SubnetIds", "SecurityGroupIds"))
    yield "network", ", ".join(id_ for ids in groups for id_ in sorted(ids))
    mounts = found.get("FileSystemConfigs") or ()
    yield "file systems", ", ".join(sorted(str(each.get("LocalMountPath")) for each in mounts))
    yield from _surroundings(found)


def _surroundings(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "dead-letter target", str(_within(found, "DeadLetterConfig", "TargetArn") or "")
    yield "tracing", str(_within(found, "TracingConfig", "Mode") or "")
    yield "SnapStart", str(_within(found, "SnapStart", "ApplyOn") or "")
    yield "log format", str(_within(found, "LoggingConfig", "LogFormat") or "")
    yield "log group", str(_within(found, "LoggingConfig", "LogGroup") or "")
    yield "key of the environment", str(found.get("KMSKeyArn") or "")


def _within(found: Mapping[str, Any], outer: str, inner: str) -> Any:
    return (found.get(outer) or {}).get(inner)


def _sized(value: Any, unit: str) -> str:
    return "" if value is None else f"{value} {unit}"


def _layer(layer: Mapping[str, Any]) -> str:
    """``arn:aws:lambda:...:layer:shared:3`` -> ``shared:3``."""
    return str(layer.get("Arn", "")).partition(":layer:")[2] or str(layer.get("Arn", ""))
