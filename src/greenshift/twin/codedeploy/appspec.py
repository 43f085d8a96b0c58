"""The AppSpec: which function, which alias, from which version to which, and what to ask before and after.

Comes in: the text of a revision, YAML or JSON. Goes out: an ``AppSpec``, or an ``AppSpecError`` with the
sentence AWS ends its message with. Keys are matched without regard to case, because AWS's own guide writes
both ``Resources`` and ``resources`` (user guide: "AppSpec 'resources' section").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from greenshift.twin.wire import yaml_text
from greenshift.twin.wire.json_text import read_json

FUNCTION_TYPE = "aws::lambda::function"
HOOK_NAMES = ("BeforeAllowTraffic", "AfterAllowTraffic")


class AppSpecError(Exception):
    """The text is no AppSpec CodeDeploy would follow; the message says why."""


@dataclass(frozen=True)
class AppSpec:
    """A valid AppSpec for Lambda; a hook is the name or ARN of a function, or None."""

    function: str
    alias: str
    current_version: str
    target_version: str
    before_hook: str | None = None
    after_hook: str | None = None

    @property
    def target_id(self) -> str:
        """The id of the one deployment target. The form is not documented; callers treat it as opaque."""
        return f"{self.function.rsplit(':', 1)[-1]}:{self.alias}"

    def reversed(self) -> AppSpec:
        """The way back: no hooks, versions exchanged."""
        return AppSpec(self.function, self.alias, self.target_version, self.current_version)

    def as_text(self) -> str:
        """The AppSpec as JSON, in the words of the user guide."""
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.current_version,
            "TargetVersion": self.target_version,
        }
        resource = {"Type": "AWS::Lambda::Function", "Properties": properties}
        return json.dumps({"version": 0.0, "Resources": [{self.alias: resource}]})


def parse_appspec(content: str) -> AppSpec:
    """Read an AppSpec.

    >>> parse_appspec('{"version": 0.0, "Resources": [...]}').target_version
    '4'
    """
    document = _keys(_load(content), "The AppSpec")
    _check_version(document.get("version"))
    properties = _function_properties(document.get("resources"))
    hooks = _hooks(document.get("hooks"))
    return AppSpec(
        function=_text(properties, "Name"),
        alias=_text(properties, "Alias"),
        current_version=_version(properties, "CurrentVersion"),
        target_version=_version(properties, "TargetVersion"),
        before_hook=hooks.get("BeforeAllowTraffic"),
        after_hook=hooks.get("AfterAllowTraffic"),
    )


def _load(content: str) -> object:
    # JSON is YAML too, but for tabs between tokens: a JSON text is read as JSON first.
    try:
        return read_json(content)
    except ValueError:
        pass
    try:
        yaml_text.check(content)
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise AppSpecError("The input file is not a well-formatted yaml or json document.") from error


def _keys(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise AppSpecError(f"{where} must be a mapping.")
    return {str(key).lower(): item for key, item in value.items()}


def _check_version(version: object) -> None:
    # YAML reads 0.0 as a number, "0.0" as text; the guide allows this one value only.
    if isinstance(version, bool) or str(version) not in ("0.0", "0"):
        raise AppSpecError(f"The version of the AppSpec must be 0.0, not {version}.")


def _entries(value: object, where: str) -> list[tuple[str, object]]:
    """A section is a list of one-key mappings; a plain mapping is read as well."""
    if isinstance(value, Mapping):
        return [(str(key), item) for key, item in value.items()]
    if not isinstance(value, list):
        raise AppSpecError(f"{where} must be a list.")
    entries: list[tuple[str, object]] = []
    for item in value:
        if not isinstance(item, Mapping):
            raise AppSpecError(f"Each entry of {where} must be a mapping.")
        entries += [(str(key), inner) for key, inner in item.items()]
    return entries


def _function_properties(resources: object) -> dict[str, object]:
    entries = _entries(resources, "The resources section")
    if len(entries) != 1:
        raise AppSpecError(f"The resources section must name exactly one function, not {len(entries)}.")
    name, body = entries[0]
    resource = _keys(body, f"The resource {name}")
    if str(resource.get("type", "")).lower() != FUNCTION_TYPE:
        raise AppSpecError(f"The type of the resource {name} must be AWS::Lambda::Function.")
    return _keys(resource.get("properties"), f"Properties of the resource {name}")


def _text(properties: Mapping[str, object], name: str) -> str:
    value = properties.get(name.lower())
    if not isinstance(value, str) or not value.strip():
        raise AppSpecError(f"The property {name} must be a text that is not empty.")
    return value.strip()


def _version(properties: Mapping[str, object], name: str) -> str:
    value = properties.get(name.lower())
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise AppSpecError(f"The property {name} must be the number of a published version, not {value}.")
    return str(int(text))


def _hooks(section: object) -> dict[str, str]:
    if section is None:
        return {}
    known = {name.lower(): name for name in HOOK_NAMES}
    hooks: dict[str, str] = {}
    for key, function in _entries(section, "The hooks section"):
        name = known.get(key.lower())
        if name is None:
            raise AppSpecError(f"{key} is not a hook of a Lambda deployment; use {' or '.join(HOOK_NAMES)}.")
        if not isinstance(function, str) or not function.strip():
            raise AppSpecError(f"The hook {name} must be the name or ARN of a function.")
        if name in hooks:
            raise AppSpecError(f"The hook {name} is given twice.")
        hooks[name] = function.strip()
    return hooks
