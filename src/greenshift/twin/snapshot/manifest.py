"""What a snapshot says of itself, before anything else of it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from greenshift import __version__
from greenshift.twin.snapshot.errors import Unreadable

FORMAT = 1
"""Rises when the archive itself is built in another way."""
_LATEST = 253_402_300_800.0  # the end of the year 9999
_ACCOUNT, _REGION, _INSTANCE = (
    re.compile(each) for each in (r"\d{12}", r"[a-z0-9-]{1,40}", r"[0-9a-f]{1,40}")
)


@dataclass(frozen=True)
class Manifest:
    """A twin in a few words: who it is, its moment, and how much of what is in it."""

    format: int
    greenshift: str
    moto: str
    instance: str
    account: str
    region: str
    port: int
    speed: float
    enforce_iam: bool
    time: float
    """The twin's moment, in seconds of its own clock."""
    wall: float
    """When it was taken."""
    counts: Mapping[str, int]
    """How many resources of each service are in it."""


def versions() -> dict[str, Any]:
    """Of this program: what a snapshot must have been written by to be read."""
    return {"format": FORMAT, "greenshift": __version__, "moto": version("moto")}


def written(manifest: Manifest) -> dict[str, Any]:
    return asdict(manifest)


def read(found: Any) -> Manifest:
    """Raises Unreadable for what is no manifest, and for one of another version: there is no migration."""
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise Unreadable("its manifest tells no format")
    _check_versions(found)
    try:
        manifest = Manifest(**found)
    except TypeError as error:
        raise Unreadable(f"its manifest is damaged ({error})") from None
    for name, kinds in _KINDS.items():
        if not isinstance(getattr(manifest, name), kinds):
            raise Unreadable(f"its manifest is damaged ({name} is {getattr(manifest, name)!r})")
    _check_values(manifest)
    return manifest


def _check_values(manifest: Manifest) -> None:
    is_usable = {
        "port": 0 < manifest.port < 65_536,
        "speed": 0 < manifest.speed < math.inf,
        "time": 0 <= manifest.time < _LATEST,
        "account": _ACCOUNT.fullmatch(manifest.account),
        "region": _REGION.fullmatch(manifest.region),
        "instance": _INSTANCE.fullmatch(manifest.instance),
        "counts": all(isinstance(count, int) for count in manifest.counts.values()),
    }
    for name, is_so in is_usable.items():
        if not is_so:
            raise Unreadable(f"its manifest is damaged ({name} is {getattr(manifest, name)!r})")


_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("instance", "account", "region"), str),
    **dict.fromkeys(("time", "wall", "speed"), (int, float)),
    "port": int,
    "enforce_iam": bool,
    "counts": dict,
}


def _check_versions(found: Mapping[str, Any]) -> None:
    ours = versions()
    if found["format"] != ours["format"]:
        age = "a newer" if found["format"] > ours["format"] else "an older"
        raise Unreadable(
            f"it is of {age} format ({found['format']}; this Greenshift reads {ours['format']}): "
            f"Greenshift {found.get('greenshift', 'unknown')} wrote it, and reads it"
        )
    for name in ("greenshift", "moto"):
        if found.get(name) != ours[name]:
            raise Unreadable(f"it was written with {name} {found.get(name)}, and this is {name} {ours[name]}")
