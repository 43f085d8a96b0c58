"""Things below things, as lines with branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A line (rich's markup) and what belongs to it; ``name`` stands for the line before those below it.

    What ``is_count`` changes with each look, and is no news of its own.
    """

    text: str
    below: tuple[Node, ...] = ()
    name: str = ""
    is_count: bool = False


def lines(root: Node) -> list[str]:
    """The root, and everything below it on branches."""
    return [root.text, *_branches(root.below, "")]


def _branches(nodes: tuple[Node, ...], indent: str) -> Iterator[str]:
    for node in nodes:
        is_last = node is nodes[-1]
        yield f"{indent}{'└─' if is_last else '├─'} {node.text}"
        yield from _branches(node.below, indent + ("   " if is_last else "│  "))


def paths(root: Node) -> list[str]:
    """Each line below the root after the names of those above it, readable on its own; no counts."""
    return list(_paths(root.below, ()))


def _paths(nodes: tuple[Node, ...], above: tuple[str, ...]) -> Iterator[str]:
    for node in nodes:
        if node.is_count:
            continue
        yield " ".join((*above, node.text))
        yield from _paths(node.below, (*above, node.name) if node.name else above)
