"""Where in ``Pulumi.yaml`` or ``Pulumi.<stack>.yaml`` a setting stands, by its full key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode


@dataclass(frozen=True)
class Place:
    file: str
    line: int = 0


def setting_place(root: Path, stack: str, key: str) -> Place:
    """The line of ``greenshift:functions.charge.runtime``, or of the nearest thing above it.

    A stack's value of a top-level key replaces the project's whole value, so its file is looked at first.
    """
    top, *path = key.split(".")
    for name in (f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yml"):
        found = _find(root / name, top)
        if found is not None:
            return Place(name, _deepest(found, path))
    name = "Pulumi.yml" if (root / "Pulumi.yml").is_file() else "Pulumi.yaml"
    found = _find(root / name, top)
    if found is None:
        return Place(name)
    key_line, value = found
    inner = _entry(value, "value")
    return Place(name, _deepest((key_line, inner[1] if inner else value), path))


def _find(file: Path, top: str) -> tuple[int, Node] | None:
    if not file.is_file():
        return None
    try:
        document = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    config = _entry(document, "config")
    return _entry(config[1], top) if config else None


def _deepest(found: tuple[int, Node], path: list[str]) -> int:
    line, node = found
    for part in path:
        inner = _entry(node, part)
        if inner is None:
            break
        line, node = inner
    return line


def _entry(node: Node | None, key: str) -> tuple[int, Node] | None:
    """The line of a key (or of a list's item) and the node behind it."""
    return next(((line, value) for name, line, value in _entries(node) if name == key), None)


def _entries(node: Node | None) -> Iterator[tuple[str, int, Node]]:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if isinstance(name, ScalarNode):
                yield name.value, name.start_mark.line + 1, value
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield str(index), item.start_mark.line + 1, item
