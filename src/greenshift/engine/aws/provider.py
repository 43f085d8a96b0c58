"""The engine's ``Provider`` for AWS: looks a type up in the table and runs the entry's functions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from greenshift.engine import urn as urns
from greenshift.engine.aws import invokes
from greenshift.engine.aws.calls import Calls, Clients, Credentials, Document, Stop
from greenshift.engine.aws.documents import as_texts
from greenshift.engine.aws.entry import Change, Entry, Seen
from greenshift.engine.aws.observed import OBSERVED
from greenshift.engine.aws.table import TABLE
from greenshift.engine.provider import Found, NothingDone, Observed, PropertyError, TypeSpec
from greenshift.engine.values import Properties, Secret, Unknown, Value
from greenshift.errors import EngineError

_SUFFIX = 7  # hex digits Pulumi appends to a generated name


class AwsProvider:
    def __init__(
        self,
        endpoint: str,
        region: str,
        table: Mapping[str, Entry] = TABLE,
        credentials: Credentials | None = None,
        default_tags: Mapping[str, str] | None = None,
        stop: Stop | None = None,
    ) -> None:
        self._clients = Clients(endpoint, region, credentials, stop)
        self._table = table
        self._default_tags = default_tags or {}

    def spec(self, type_: str) -> TypeSpec:
        entry = self._entry(type_)
        update = frozenset(key for group in entry.update for key in group.properties)
        own = frozenset({entry.name} if entry.name else ())
        replace = entry.replace | own
        identity = entry.identity or ((entry.name,) if entry.name else tuple(sorted(replace)))
        return TypeSpec(entry.properties, replace, update, identity, entry.volatile)

    def check(
        self,
        type_: str,
        urn: str,
        inputs: Properties,
        old: Properties | None,
        generate: Callable[[str, int], str] | None = None,
    ) -> dict[str, Value]:
        """``generate`` makes a physical name of a resource's name and the longest it may be."""
        entry = self._entry(type_)
        name = urns.name_of(urn)
        unknown = sorted(set(inputs) - entry.properties - {"region"})
        if unknown:
            raise PropertyError(
                unknown[0],
                f"{name} ({type_}): property {unknown[0]} is not supported by this engine",
                hint=f"supported are {', '.join(sorted(entry.properties))}",
            )
        region = inputs.get("region", self._clients.region)
        if region != self._clients.region:
            raise PropertyError(
                "region",
                f"{name} ({type_}): region {region} is not that of the target ({self._clients.region})",
            )
        checked = as_texts(self._tagged(entry, inputs))
        if entry.name is None or inputs.get(entry.name) is not None:
            return checked
        kept = old.get(entry.name) if old is not None else None
        return {**checked, entry.name: kept or (generate or _generated)(name, entry.longest_name)}

    def _tagged(self, entry: Entry, inputs: Properties) -> dict[str, Value]:
        """With the provider's default tags, of which a resource's own go first [pulumi-aws: default tags]."""
        if not self._default_tags or "tags" not in entry.properties:
            return dict(inputs)
        return {**inputs, "tags": _merged(self._default_tags, inputs.get("tags"))}

    def create(self, type_: str, inputs: Mapping[str, Value]) -> Found:
        entry = self._entry(type_)
        with self._calling(entry) as calls:
            seen = entry.create(calls, dict(inputs))
        return self._found(entry, seen, inputs)

    def find(self, type_: str, inputs: Mapping[str, Value]) -> Found | None:
        entry = self._entry(type_)
        seen = entry.read(Calls(self._clients, entry.service), dict(inputs), "")
        return self._found(entry, seen, inputs) if seen is not None else None

    def read(self, type_: str, id_: str, inputs: Mapping[str, Value]) -> Found | None:
        """Look at a resource of the state; None when it is gone."""
        entry = self._entry(type_)
        seen = entry.read(Calls(self._clients, entry.service), dict(inputs), id_)
        return self._found(entry, seen, inputs) if seen is not None else None

    def observe(self, type_: str, id_: str) -> Observed | None:
        entry = self._entry(type_)
        look = OBSERVED.get(type_)
        if look is None:
            raise EngineError(
                f"a resource of type {type_} cannot be looked at by its id alone",
                hint=f"this can: {', '.join(sorted(OBSERVED))}",
            )
        calls = Calls(self._clients, entry.service)
        inputs = look(calls, id_)
        seen = entry.read(calls, inputs, id_) if inputs is not None else None
        if inputs is None or seen is None:
            return None
        found = self._found(entry, seen, inputs)
        return Observed(found.id, inputs, found.outputs)

    def is_observable(self, type_: str) -> bool:
        """Whether what somebody changed of it can be seen, and not only whether it is there."""
        return type_ in OBSERVED

    def name_property(self, type_: str) -> str | None:
        """The property that is the physical name."""
        return self._entry(type_).name

    def update(self, type_: str, found: Found, old: Properties, new: Properties) -> Found:
        entry = self._entry(type_)
        change = Change(found.id, dict(old), dict(new))
        changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        with self._calling(entry) as calls:
            for group in entry.update:
                if group.properties & changed:
                    group.apply(calls, change)
            seen = entry.read(calls, dict(new), found.id)
        if seen is None:
            raise EngineError(
                f"{found.id} is in the state but no longer exists",
                hint="it was deleted by somebody else: `destroy`, then `up`",
            )
        return self._found(entry, seen, new)

    def delete(self, type_: str, found: Found, inputs: Properties) -> None:
        entry = self._entry(type_)
        with self._calling(entry) as calls:
            entry.delete(calls, dict(inputs), found.id)

    def invoke(self, token: str, args: Properties) -> dict[str, Value]:
        return invokes.invoke(Calls(self._clients, "sts"), token, args)

    @contextmanager
    def _calling(self, entry: Entry) -> Iterator[Calls]:
        """The calls of one step; a refusal says whether any of them may have changed something."""
        calls = Calls(self._clients, entry.service)
        try:
            yield calls
        except EngineError as error:
            if calls.has_written:
                raise
            raise NothingDone(error.message, hint=error.hint) from error

    def _entry(self, type_: str) -> Entry:
        if type_ not in self._table:
            raise EngineError(
                f"resource type {type_} is not supported by this engine",
                hint="deploy it with the Pulumi CLI on AWS, or leave it out of the local stack",
            )
        return self._table[type_]

    def _found(self, entry: Entry, seen: Seen, inputs: Properties) -> Found:
        outputs: Document = {**inputs, **seen.outputs}
        if "tags" in entry.properties:
            outputs["tagsAll"] = inputs.get("tags") or {}
        if entry.has_region:
            outputs["region"] = self._clients.region
        return Found(seen.id, cast(dict[str, Value], outputs))


def _merged(default: Mapping[str, str], own: Value) -> Value:
    if isinstance(own, Secret):
        return Secret(_merged(default, own.value))
    if isinstance(own, Unknown):
        return own
    return {**default, **own} if isinstance(own, dict) else dict(default)


def _generated(name: str, longest: int) -> str:
    suffix = secrets.token_hex(4)[:_SUFFIX]
    return f"{name[: longest - _SUFFIX - 1]}-{suffix}"
