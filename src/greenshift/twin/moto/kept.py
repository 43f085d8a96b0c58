"""moto's state, out of moto and into it again: its backends by service, account and region.

Called on moto's thread, or while it does nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

_PLACE = "moto"
_SERVICE = re.compile(r"[a-z0-9_]+")


def is_place(name: str) -> bool:
    """Whether a name is one of moto's, and nobody else's."""
    return name.startswith(f"{_PLACE}/")


def state() -> tuple[dict[str, Any], dict[int, str]]:
    """What each backend has, by its place; and the places of the backends themselves, by id."""
    kept: dict[str, Any] = {}
    places: dict[int, str] = {}
    for service, found in _in_use():
        places[id(found)] = f"{_PLACE}/{service}"
        kept[f"{_PLACE}/{service}"] = _own_of(found)
        for account, regions in found.items():
            places[id(regions)] = f"{_PLACE}/{service}/{account}"
            for region, backend in regions.items():
                place = f"{_PLACE}/{service}/{account}/{region}"
                places[id(backend)] = place
                kept[place] = {name: _keepable(value) for name, value in vars(backend).items()}
    return kept, places


def backend_at(place: str) -> Any:
    """The backend, or the mapping of backends, that a place names; an empty one is made where none is.

    Raises LookupError for a place that moto does not have.
    """
    parts = place.split("/")
    if not is_place(place) or not 2 <= len(parts) <= 4:
        raise LookupError(place)
    found = _backends_of(parts[1])
    for part in parts[2:]:
        found = found[part]
    return found


def meet(model: Any) -> None:
    """moto counts its models, and closes the files of those it has counted when all ends."""
    tracked = getattr(type(model), "instances_tracked", None)
    if isinstance(tracked, list):
        tracked.append(model)


def give_back(kept: Mapping[str, Any]) -> None:
    """Let each backend have what it had."""
    for place, own in kept.items():
        found = backend_at(place)
        known = dict(vars(found))
        if place.count("/") > 1:
            vars(found).clear()
        for name, value in own.items():
            if name in _OF_EACH:
                raise LookupError(name)
            _give_factory(value, known.get(name))
            vars(found)[name] = value


def _in_use() -> Iterator[tuple[str, Any]]:
    """moto's own names of its services are those of its modules."""
    from moto.core.base_backend import BackendDict

    for found in list(BackendDict._instances):  # type: ignore[misc]
        yield found.backend.__module__.split(".")[1], found


def _backends_of(service: str) -> Any:
    from moto.core.base_backend import BackendDict

    if not _SERVICE.fullmatch(service):
        raise LookupError(service)
    try:
        models = import_module(f"moto.{service}.models")
    except ImportError:
        raise LookupError(service) from None
    for found in vars(models).values():
        if isinstance(found, BackendDict) and found.backend.__module__.split(".")[1] == service:
            return found
    raise LookupError(service)


_OF_EACH = frozenset({"backend", "service_name", "_use_boto3_regions", "_additional_regions", "_id"})


def _own_of(found: Any) -> dict[str, Any]:
    """What a service keeps for all accounts: S3's index of buckets."""
    return {name: value for name, value in vars(found).items() if name not in _OF_EACH}


def _keepable(value: Any) -> Any:
    """A mapping that makes what is missing by code of moto's: without that code, which a new backend has."""
    if type(value) is defaultdict and getattr(value.default_factory, "__name__", "") == "<lambda>":
        return defaultdict(None, value)
    return value


def _give_factory(value: Any, fresh: Any) -> None:
    if type(value) is defaultdict and value.default_factory is None and type(fresh) is defaultdict:
        value.default_factory = fresh.default_factory
