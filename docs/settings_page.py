"""The page of the settings, made from their model.

Key, type, default, what is allowed, an example and the meaning all stand where the setting is declared, so
the reference cannot say anything else than what is checked. Every example is one that is accepted.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from greenshift.settings.fields import Section, allowed_words, example_of
from greenshift.settings.model import Settings
from greenshift.settings.rollouts import STRATEGIES

_HEAD = """\
# Settings

{notice}

You set these in `Pulumi.yaml` and `Pulumi.<stack>.yaml`, each as `greenshift:` and its key:
[how to write them](#how-to-write-a-setting).
"""
_HOW = """\
## How to write a setting

A value for every stack stands in `Pulumi.yaml`, below `value:`. A value for one stack stands in
`Pulumi.<stack>.yaml`. It replaces the whole value of that top-level key:

```yaml
# Pulumi.yaml                          # Pulumi.prod.yaml
config:                                config:
  greenshift:rollout:                    greenshift:rollout: Canary10Percent30Minutes
    value: Linear20PercentEvery1Minute
```

To set one value inside a setting for one stack, write its path as a key. Everything else of the setting stays
as the project has it:

```yaml
# Pulumi.prod.yaml
config:
  greenshift:functions.charge.environment.LIMIT: "500"
  greenshift:functions.charge.memory: 512
```

`pulumi config set greenshift:functions.charge.environment.LIMIT 500` writes the first of these. (With
`--path` Pulumi writes a mapping, and a mapping replaces the project's whole value.)

Greenshift refuses a key that is not in this list, or a value that is not allowed, before anything is created.
Set secrets with `pulumi config set --secret`. What you configure as a secret stays one in the state.

In the tables, `<key>` stands for the key of a function, and `<n>` for a place in a list, counted from 0.
"""

FIRST = (
    "functions",
    "source.repository",
    "source.branch",
    "rollout",
    "functions.<key>.environment",
    "alarm.threshold",
    "alarm.minimumCalls",
    "shift.bakeMinutes",
    "approval.beforeShift",
    "notifications.emails",
)
"""What most people set, in the order in which they need it."""

FUNCTION = "charge"
"""The function of the examples."""
_LIST_ITEM = "<n>"
_NAMES = {"functions": "<key>"}


@dataclass(frozen=True)
class Setting:
    """One row: a setting that has a value of its own."""

    path: tuple[str, ...]
    kind: str
    default: str
    allowed: str
    meaning: str
    example: Any

    @property
    def key(self) -> str:
        return ".".join(self.path)


def all_settings() -> list[Setting]:
    """Every setting in the order of its declaration, groups opened."""
    return list(_of(Settings, ()))


def settings_page(notice: str) -> str:
    groups: dict[str, list[Setting]] = {}
    for each in all_settings():
        groups.setdefault(each.path[0], []).append(each)
    parts = [
        _HEAD.replace("{notice}", notice),
        _first(),
        _HOW,
        *(_group(name, rows) for name, rows in groups.items()),
    ]
    return "\n".join(parts)


def _first() -> str:
    """The settings to know before all others; each is told in full in its group."""
    settings = {each.key: each for each in all_settings()}
    rows = (
        f"| [`{key}`](#{key.split('.')[0]}) | {settings[key].default} | {_meaning(key)} |" for key in FIRST
    )
    text = (
        "Most people set these ten. Every other setting has a default that holds until you need another one."
    )
    lines = [
        "## The ten that matter first",
        "",
        text,
        "",
        "| key | default | what it does |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*lines, *rows, ""])


def _meaning(key: str) -> str:
    (setting,) = (each for each in all_settings() if each.key == key)
    return setting.meaning.replace("<", "&lt;")


def as_config(setting: Setting) -> dict[str, Any]:
    """The setting's example as the user's config has it: the top-level key and its whole value."""
    value = setting.example
    for part in reversed(setting.path[1:]):
        name = FUNCTION if part in _NAMES.values() else part
        value = [value] if part == _LIST_ITEM else {name: value}
    return {setting.path[0]: value}


def group_example(rows: list[Setting]) -> dict[str, Any]:
    """All examples of one top-level key together, as ``Pulumi.yaml`` has them."""
    merged: dict[str, Any] = {}
    for each in rows:
        if _LIST_ITEM not in each.path:  # a list's own example says what is in it
            _merge(merged, as_config(each))
    return {f"greenshift:{key}": {"value": value} for key, value in merged.items()}


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = copy.deepcopy(value)


def _of(kind: type[BaseModel], above: tuple[str, ...]) -> Iterator[Setting]:
    for name, field in kind.model_fields.items():
        path = (*above, field.alias or name)
        inner, place = _inside(field.annotation)
        if inner is None or place:
            yield _setting(path, field)
        if inner is not None:
            below = (_NAMES.get(path[-1], place),) if place else ()
            yield from _of(inner, (*path, *below))


def _inside(kind: Any) -> tuple[type[Section] | None, str]:
    """The group behind a field, and what stands between: an index, a name, or nothing."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return kind, ""
    arguments = get_args(kind)
    if get_origin(kind) is dict and _is_section(arguments[1]):
        return arguments[1], "<name>"
    if get_origin(kind) is tuple and _is_section(arguments[0]):
        return arguments[0], _LIST_ITEM
    return None, ""


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _setting(path: tuple[str, ...], field: FieldInfo) -> Setting:
    return Setting(
        path=path,
        kind=_kind(field.annotation),
        default=_default(field),
        allowed=allowed_words(field),
        meaning=field.description or "",
        example=_plain(example_of(field)),
    )


def _kind(kind: Any) -> str:
    """The word YAML has for it."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return f"list of {_kind(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        return f"mapping to {_kind(get_args(kind)[1])}"
    if get_origin(kind) is Literal:
        return "text"
    if kind in STRATEGIES:
        return "text"
    return _WORDS.get(kind, "mapping" if _is_section(kind) else "any value")


_SECRET = "secret text"
_WORDS: dict[Any, str] = {
    str: "text",
    SecretStr: _SECRET,
    int: "whole number",
    float: "number",
    bool: "true or false",
}


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "must be set"
    # An empty text is what stands for "told by the files" or "none".
    return "none" if field.default is None or field.default == "" else f"`{_json(_plain(field.default))}`"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _group(name: str, rows: list[Setting]) -> str:
    lines = [
        f"## {name}",
        "",
        "| key | type | default | allowed | example | what it does |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(each) for each in rows),
        "",
        *_block(rows),
        "",
    ]
    return "\n".join(lines)


def _block(rows: list[Setting]) -> list[str]:
    """What to write; a secret is never written but set."""
    if any(each.kind == _SECRET for each in rows):
        return ["```sh aws", *(f"pulumi config set --secret greenshift:{each.key}" for each in rows), "```"]
    return ["```yaml", _yaml({"config": group_example(rows)}), "```"]


def _row(each: Setting) -> str:
    allowed, meaning = (text.replace("<", "&lt;") for text in (each.allowed, each.meaning))
    cells = (f"`{each.key}`", each.kind, each.default, allowed, f"`{_json(each.example)}`", meaning)
    return f"| {' | '.join(cells)} |"


def _yaml(value: object) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=None, width=110, sort_keys=False)
    return text.rstrip("\n")
