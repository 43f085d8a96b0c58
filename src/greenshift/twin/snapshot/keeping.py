"""Who keeps state: an object that names those of its attributes that are state and nothing else.

What it also has - a clock, tasks, processes, sockets - is there again by itself when the twin starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from greenshift.twin.snapshot.errors import Unreadable


class Keeper(Protocol):
    """``kept`` are the names of its attributes that make it what it is."""

    kept: ClassVar[tuple[str, ...]]


def kept_of(keepers: Mapping[str, Keeper]) -> dict[str, Any]:
    """What each keeps, as ``keeper.attribute``."""
    return {
        f"{name}.{attribute}": getattr(keeper, attribute)
        for name, keeper in keepers.items()
        for attribute in keeper.kept
    }


def give_back(keepers: Mapping[str, Keeper], found: Mapping[str, Any]) -> None:
    """Let each have again what it kept; raises Unreadable where something is missing, or too much."""
    wanted = {f"{name}.{attribute}" for name, keeper in keepers.items() for attribute in keeper.kept}
    if wanted != found.keys():
        names = ", ".join(sorted(wanted ^ found.keys())[:5])
        raise Unreadable(f"this Greenshift keeps other state than it holds ({names})")
    for name, keeper in keepers.items():
        for attribute in keeper.kept:
            setattr(keeper, attribute, found[f"{name}.{attribute}"])
