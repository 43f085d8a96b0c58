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


@dataclass(frozen=True)
class Line:
    """A node's text after what is drawn before it; ``under`` is drawn before what goes on below it."""

    lead: str
    text: str
    under: str


def lines(root: Node) -> list[str]:
    """The root, and everything below it on branches."""
    return [line.lead + line.text for line in drawn(root)]


def drawn(root: Node) -> Iterator[Line]:
    """The same, with branches and texts apart."""
    yield Line("", root.text, _under("", root))
    yield from _branches(root.below, "")


def _branches(nodes: tuple[Node, ...], indent: str) -> Iterator[Line]:
    for node in nodes:
        is_last = node is nodes[-1]
        deeper = indent + ("   " if is_last else "│  ")
        yield Line(f"{indent}{'└─' if is_last else '├─'} ", node.text, _under(deeper, node))
        yield from _branches(node.below, deeper)


def _under(indent: str, node: Node) -> str:
    return indent + ("│  " if node.below else "  ")


def paths(root: Node) -> list[str]:
    """Each line below the root after the names of those above it, readable on its own; no counts."""
    return list(_paths(root.below, ()))


def _paths(nodes: tuple[Node, ...], above: tuple[str, ...]) -> Iterator[str]:
    for node in nodes:
        if node.is_count:
            continue
        yield " ".join((*above, node.text))
        yield from _paths(node.below, (*above, node.name) if node.name else above)
