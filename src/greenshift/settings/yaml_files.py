"""The two YAML files of a Pulumi project, read and flattened to what Pulumi passes to a program.

Pulumi's rules (documentation, "Project-level configuration"): the stack's value of a key replaces the
project's whole value; in ``Pulumi.yaml`` a value stands below ``value:``; a key without a namespace
belongs to the project; structured values reach the program as JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from greenshift.errors import SettingsError, UsageError

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True)
class ConfigValue:
    """One value as a program gets it, and whether (a part of) it is a secret."""

    text: str
    secret: bool


def find_root(directory: Path) -> Path:
    """The nearest directory, upwards, that holds a Pulumi project."""
    start = directory.resolve()
    for candidate in (start, *start.parents):
        if _project_file(candidate) is not None:
            return candidate
    raise UsageError(
        f"{start}: not a Greenshift project, there is no Pulumi.yaml here or above",
        hint="run the command in a project, or make one with: greenshift new; "
        "to move functions into it, see “Functions that exist already” of the documentation",
    )


def read_project(root: Path) -> tuple[str, dict[str, ConfigValue]]:
    """Name and project-level config of the project in ``root``."""
    file = _project_file(root)
    if file is None:
        raise UsageError(f"{root}: not a Greenshift project, there is no Pulumi.yaml", hint="greenshift new")
    document = _load(file)
    name = document.get("name")
    if not isinstance(name, str) or not name:
        raise UsageError(f"{file}: name: {name!r} is not allowed; it must be the name of the project")
    entries = _mapping(document.get("config"), f"{file}: config")
    values = {}
    for key, entry in entries.items():
        full_key = _full_key(key, name)
        value = _project_value(full_key, entry)
        if value is not None:
            values[full_key] = _value(value)
    return name, values


def read_stack(root: Path, project: str, stack: str) -> dict[str, ConfigValue]:
    """Config of one stack; a stack without a file has none."""
    for name in (f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yml"):
        if (root / name).is_file():
            entries = _mapping(_load(root / name).get("config"), f"{root / name}: config")
            return {_full_key(key, project): _value(entry) for key, entry in entries.items()}
    return {}


def _project_file(root: Path) -> Path | None:
    return next((root / name for name in _PROJECT_FILES if (root / name).is_file()), None)


def _load(file: Path) -> Mapping[str, object]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UsageError(
            _where(file, error), hint="fix the YAML; indentation and ':' are the usual suspects"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: not UTF-8 text") from None
    return _mapping(document, str(file))


def _where(file: Path, error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    line = f", line {mark.line + 1}" if mark is not None else ""
    return f"{file}{line}: not valid YAML: {problem or error}"


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{where}: {value!r} is not allowed; it must be a mapping of keys to values")
    return {str(key): entry for key, entry in value.items()}


def _full_key(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _project_value(key: str, entry: object) -> object:
    """The value below ``value:`` (or ``default:``); a plain scalar stands for itself, as in Pulumi."""
    if not isinstance(entry, Mapping):
        return entry
    if "value" in entry:
        return entry["value"]
    if "default" in entry or "type" in entry:
        return entry.get("default")
    raise SettingsError(key, dict(entry), "in Pulumi.yaml a structured value stands below 'value:'")


def _value(value: object) -> ConfigValue:
    plain, secret = _opened(value)
    return ConfigValue(_as_text(plain), secret)


def _opened(value: object) -> tuple[object, bool]:
    """``{secure: X}`` becomes X, still encrypted, wherever it stands; and whether there was one."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            return value["secure"], True
        opened = {str(key): _opened(entry) for key, entry in value.items()}
        return {key: entry for key, (entry, _) in opened.items()}, any(
            secret for _, secret in opened.values()
        )
    if isinstance(value, list):
        items = [_opened(entry) for entry in value]
        return [entry for entry, _ in items], any(secret for _, secret in items)
    return value, False


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)
