"""YAML that somebody sent, looked through before it is read: how deep, how large, and how often it repeats.

An alias costs a word and stands for a whole tree, so a page of them can stand for more than memory holds; and
a reader that builds what is nested does so recursively. The events of a text tell all that without building.
"""

from __future__ import annotations

import contextlib
from typing import Any

import yaml

MAXIMUM_DEPTH = 50
MAXIMUM_NODES = 5_000
# A build on AWS has no bound that is written down; people's buildspecs have some kilobytes.
MAXIMUM_LENGTH = 256 * 1024

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TooMuch(yaml.YAMLError):
    """A document beyond what is read here; the text says in which way."""


def check(text: str) -> None:
    """Raise TooMuch; what is no YAML is for the reader to say, who says it better."""
    if len(text) > MAXIMUM_LENGTH:
        raise TooMuch(f"the document is longer than {MAXIMUM_LENGTH} characters")
    with contextlib.suppress(yaml.MarkedYAMLError):
        _check(text)


def _check(text: str) -> None:
    sizes: dict[str | None, int] = {}
    begun: list[tuple[str | None, int]] = []
    nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            # One that stands inside of what it repeats has no end.
            nodes += sizes.get(event.anchor, MAXIMUM_NODES)
        elif isinstance(event, yaml.CollectionStartEvent):
            begun.append((event.anchor, nodes))
            nodes += 1
            if len(begun) > MAXIMUM_DEPTH:
                raise TooMuch(f"the document is nested deeper than {MAXIMUM_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            sizes[anchor] = nodes - before
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            sizes[event.anchor] = 1
        if nodes > MAXIMUM_NODES:
            raise TooMuch(f"the document has more than {MAXIMUM_NODES} values, each alias counted as a copy")
