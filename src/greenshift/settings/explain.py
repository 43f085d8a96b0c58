"""pydantic's report becomes one ``SettingsError``: the full key, the value, in words what is allowed.

The words come from the declaration of the field that was hit (``fields.py``), found by walking the model
along the path of the error; for an unknown key the walk gives the keys that are known there.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from greenshift.errors import SettingsError
from greenshift.settings.fields import allowed_words
from greenshift.settings.violation import Violation

# Whoever has one of these can write where it leads, so it is a secret however it was configured.
_ALWAYS_SECRET = frozenset({"githubToken", "chatWebhook"})
_HIDDEN = "[secret]"
_WHEN_NOT_SET = "it must be set"

Path = tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What the user wrote, and which top-level keys must not be shown."""

    document: object
    secret_keys: frozenset[str] = frozenset()

    def shown(self, path: Path) -> object:
        """The value as written; None when there is none; never a secret."""
        if (path and path[0] in self.secret_keys) or _ALWAYS_SECRET.intersection(path):
            return _HIDDEN
        value = self.document
        for part in path:
            value = _step(value, part)
        return _without_secrets(value)


def explain(error: ValidationError, written: Written, model: type[BaseModel]) -> SettingsError:
    """The first problem, told for a person; how many more there are stands in the hint.

    ``model`` is what refused what was written.
    """
    problems = error.errors(include_url=False)
    first = min(problems, key=_urgency)
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return _explain_one(first, written, more, model)


def _urgency(problem: ErrorDetails) -> int:
    """A misspelt key explains a missing one, so it is told first."""
    return 0 if problem["type"] == "extra_forbidden" else 1


def _explain_one(problem: ErrorDetails, written: Written, more: str, model: type[BaseModel]) -> SettingsError:
    path = tuple(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return _unknown(path, written, more, model)
    violation = problem.get("ctx", {}).get("error")
    if isinstance(violation, Violation):
        path += violation.at
        return SettingsError(_key(path), written.shown(path), violation.allowed, hint=more.strip())
    return SettingsError(_key(path), written.shown(path), _allowed(path, model), hint=more.strip())


def _unknown(path: Path, written: Written, more: str, model: type[BaseModel]) -> SettingsError:
    known = _known_keys(path[:-1], model)
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]!r}?" if near else "there is no such key"
    value = _HIDDEN if _ALWAYS_SECRET.intersection(near) else written.shown(path)
    return SettingsError(_key(path), value, meant, hint=f"known keys: {', '.join(known)}{more}")


def _key(path: Path) -> str:
    return "greenshift:" + ".".join(path)


def _without_secrets(value: object) -> object:
    """A value that holds secrets by their names, however it is wrong itself."""
    if isinstance(value, Mapping):
        return {
            key: _HIDDEN if key in _ALWAYS_SECRET else _without_secrets(each) for key, each in value.items()
        }
    return [_without_secrets(each) for each in value] if isinstance(value, list) else value


def _step(value: object, part: str) -> object:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
        return value[int(part)] if int(part) < len(value) else None
    return None


def _allowed(path: Path, model: type[BaseModel]) -> str:
    field, kind = _at(path, model)
    is_declared = field is not None and field.annotation is kind
    if _aliases(kind) and not is_declared:  # one function of the functions
        return "it must be a mapping of settings"
    return allowed_words(field) if field is not None else _WHEN_NOT_SET


def _at(path: Path, model: type[BaseModel]) -> tuple[FieldInfo | None, Any]:
    """The last declaration the path passes (environment, for environment.X), and the type it leads to."""
    kind: Any = model
    found: FieldInfo | None = None
    for part in path:
        field = _field(kind, part)
        found, kind = (field, field.annotation) if field is not None else (found, _value_type(kind))
    return found, kind


def _known_keys(path: Path, model: type[BaseModel]) -> list[str]:
    return sorted(_aliases(_at(path, model)[1]))


def _field(kind: Any, alias: str) -> FieldInfo | None:
    return _aliases(kind).get(alias)


def _aliases(kind: Any) -> dict[str, FieldInfo]:
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def _value_type(kind: Any) -> Any:
    """What lies behind a key or an index: FunctionSettings for ``dict[str, FunctionSettings]``."""
    if get_origin(kind) in (Union, UnionType):
        kind = next((each for each in get_args(kind) if each is not type(None)), None)
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return get_args(kind)[-1] if get_origin(kind) is dict else None
