"""What Pulumi accepts as ``Pulumi.yaml`` and ``Pulumi.<stack>.yaml``, as its published project schema has it.

Written down from the JSON schema of project files and the checks its CLI adds to it (both in pulumi/pulumi,
``sdk/go/common/workspace``, read in 2026), since neither comes with a package we could ask. Other top-level
keys are allowed there; here they are not, as all of ours are meant to be Pulumi's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TEXT = (str, type(None))
_TOP: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "runtime": (str, dict),
    **dict.fromkeys(("description", "author", "website", "license", "main", "stackConfigDir"), _TEXT),
    "config": (dict, type(None)),
    **dict.fromkeys(("backend", "options", "template"), (dict, type(None))),
    "plugins": (dict,),
    "packages": (dict,),
    "requiredPulumiVersion": (str,),
}
_DECLARATION = {"type", "items", "description", "secret", "default", "value"}
_TYPES = {"string", "integer", "boolean", "array"}
_STACK = {"config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"}


def project_faults(document: Any) -> list[str]:
    """Everything Pulumi would refuse in a project's file; nothing for a valid one."""
    if not isinstance(document, dict):
        return ["a project is an object"]
    return [*_top_faults(document), *_config_faults(document)]


def stack_faults(document: Any, project: str) -> list[str]:
    """The same for a stack's file: plain values by key, each with its namespace or the project's."""
    if not isinstance(document, dict):
        return ["a stack's file is an object"]
    config = document.get("config") or {}
    return [
        *(f"unknown key {key!r}" for key in set(document) - _STACK),
        *(f"{key!r} is no key of a config" for key in config if not _is_key(key, project)),
    ]


def _top_faults(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ("name", "runtime"):
        if not document.get(key):
            yield f"{key!r} is missing"
    for key, value in document.items():
        if key not in _TOP:
            yield f"unknown key {key!r}"
        elif not isinstance(value, _TOP[key]):
            yield f"{key!r} is a {type(value).__name__}"
    runtime = document.get("runtime")
    if isinstance(runtime, dict) and set(runtime) - {"name", "options"}:
        yield "runtime has 'name' and 'options' only"


def _config_faults(document: Mapping[str, Any]) -> Iterator[str]:
    config = document.get("config")
    for key, entry in config.items() if isinstance(config, dict) else ():
        if not isinstance(entry, dict):
            if not isinstance(entry, str | int | bool):
                yield f"{key}: a {type(entry).__name__} must stand below 'value' or 'default'"
            continue
        yield from (f"{key}: unknown attribute {name!r}" for name in set(entry) - _DECLARATION)
        is_own = ":" not in key or key.startswith(f"{document.get('name')}:")
        yield from (f"{key}: {fault}" for fault in (_own(entry) if is_own else _others(entry)))


def _own(entry: Mapping[str, Any]) -> Iterator[str]:
    """Of the project's own namespace: a type, or a value."""
    if "type" in entry and entry["type"] not in _TYPES:
        yield f"there is no type {entry['type']!r}"
    if entry.get("type") == "array" and "items" not in entry:
        yield "an array says of what"
    if "default" in entry and "value" in entry:
        yield "either 'default' or 'value'"


def _others(entry: Mapping[str, Any]) -> Iterator[str]:
    """Of another namespace, such as aws or greenshift: a value, and nothing that would be a type."""
    if entry.get("value") is None:
        yield "must provide 'value'"
    yield from (f"must not have {name!r}" for name in ("type", "default") if name in entry)


def _is_key(key: Any, project: str) -> bool:
    namespace, colon, name = str(key).partition(":")
    return bool(namespace) if not colon else bool(namespace and name)
