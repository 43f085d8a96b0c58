"""The engine's ``Provider`` for AWS: looks a type up in the table and runs the entry's functions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from greenshift.engine import urn as urns
from greenshift.engine.aws import invokes, stand_in
from greenshift.engine.aws.calls import Calls, Clients, Credentials, Document, Stop
from greenshift.engine.aws.documents import as_texts
from greenshift.engine.aws.entry import Change, Entry, Seen
from greenshift.engine.aws.foreseen import TYPES, foreseen
from greenshift.engine.aws.observed import OBSERVED
from greenshift.engine.aws.simple import account
from greenshift.engine.aws.table import TABLE
from greenshift.engine.properties.values import UNKNOWN, Properties, Secret, Unknown, Value
from greenshift.engine.provider import Found, NothingDone, Observed, PropertyError, TypeSpec
from greenshift.engine.steps.stand_ins import MARK, SPEC
from greenshift.errors import EngineError

_SUFFIX = 7  # hex digits Pulumi appends to a generated name
_PREFIX_SUFFIX = 26  # digits the AWS provider appends to a prefix


class AwsProvider:
    def __init__(
        self,
        endpoint: str,
        region: str,
        table: Mapping[str, Entry] = TABLE,
        credentials: Credentials | None = None,
        default_tags: Mapping[str, str] | None = None,
        stop: Stop | None = None,
        stand_ins: bool = False,
    ) -> None:
        """``stand_ins``: what is not in the table is kept in the state, instead of refused."""
        self._clients = Clients(endpoint, region, credentials, stop)
        self._table = table
        self._stand_ins = stand_ins
        self._default_tags = default_tags or {}
        self._account = ""

    def get_ready(self, type_: str) -> None:
        entry = self._table.get(type_)
        if entry is not None or not type_:
            self._clients.get(entry.service if entry else "sts")

    def spec(self, type_: str) -> TypeSpec:
        if self._stands_in(type_):
            return SPEC
        entry = self._entry(type_)
        update = frozenset(key for group in entry.update for key in group.properties)
        own = frozenset({entry.name} if entry.name else ())
        replace = entry.replace | own
        identity = entry.identity or ((entry.name,) if entry.name else tuple(sorted(replace)))
        return TypeSpec(
            entry.properties,
            replace,
            update,
            identity,
            entry.volatile,
            entry.shared,
            is_open=self._stand_ins,
            in_place_when=entry.in_place_when,
            told_once=entry.told_once,
        )

    def check(
        self,
        type_: str,
        urn: str,
        inputs: Properties,
        old: Properties | None,
        generate: Callable[[str, int], str] | None = None,
    ) -> dict[str, Value]:
        """``generate`` makes a physical name of a resource's name and the longest it may be."""
        name = urns.name_of(urn)
        if self._stands_in(type_):
            return stand_in.named(type_, name, inputs)
        entry = self._entry(type_)
        unknown = sorted(set(inputs) - entry.properties - {"region"})
        if unknown and not self._stand_ins:
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
        return {**checked, entry.name: _kept(entry, inputs, old) or _named(entry, name, inputs, generate)}

    def _tagged(self, entry: Entry, inputs: Properties) -> dict[str, Value]:
        """With the provider's default tags, of which a resource's own go first [pulumi-aws: default tags]."""
        if not self._default_tags or "tags" not in entry.properties:
            return dict(inputs)
        return {**inputs, "tags": _merged(self._default_tags, inputs.get("tags"))}

    def create(self, type_: str, inputs: Mapping[str, Value]) -> Found:
        if self._stands_in(type_):
            return self._standing_in(type_, stand_in.id_of(type_, inputs), inputs)
        entry = self._entry(type_)
        with self._calling(entry) as calls:
            seen = entry.create(calls, _understood(entry, inputs))
        return self._found(entry, seen, inputs)

    def find(self, type_: str, inputs: Mapping[str, Value]) -> Found | None:
        if self._stands_in(type_):
            return self._standing_in(type_, stand_in.id_of(type_, inputs), inputs)
        entry = self._entry(type_)
        seen = entry.read(Calls(self._clients, entry.service), _understood(entry, inputs), "")
        return self._found(entry, seen, inputs) if seen is not None else None

    def read(self, type_: str, id_: str, inputs: Mapping[str, Value]) -> Found | None:
        """Look at a resource of the state; None when it is gone."""
        if self._stands_in(type_):
            return self._standing_in(type_, id_, inputs)
        entry = self._entry(type_)
        seen = entry.read(Calls(self._clients, entry.service), _understood(entry, inputs), id_)
        return self._found(entry, seen, inputs) if seen is not None else None

    def observe(self, type_: str, id_: str) -> Observed | None:
        if self._stands_in(type_):
            marked: dict[str, Value] = {MARK: id_}
            return Observed(id_, marked, self._standing_in(type_, id_, marked).outputs)
        entry = self._entry(type_)
        look = entry.observe or OBSERVED[type_]
        calls = Calls(self._clients, entry.service)
        inputs = look(calls, id_)
        seen = entry.read(calls, inputs, entry.own_id(id_)) if inputs is not None else None
        if inputs is None or seen is None:
            return None
        found = self._found(entry, seen, inputs)
        return Observed(found.id, inputs, found.outputs)

    def is_observable(self, type_: str) -> bool:
        """Whether what somebody changed of it can be seen, and not only whether it is there."""
        return not self._stands_in(type_)

    def defaults(self, type_: str) -> Mapping[str, Value]:
        """What the AWS provider has for properties that a program leaves out."""
        return self._entry(type_).defaults

    def name_property(self, type_: str) -> str | None:
        """The property that is the physical name."""
        return self._entry(type_).name

    def update(self, type_: str, found: Found, old: Properties, new: Properties) -> Found:
        if self._stands_in(type_):
            return self._standing_in(type_, found.id, new)
        entry = self._entry(type_)
        change = Change(found.id, _understood(entry, old), _understood(entry, new))
        changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        seen: Seen | None = None
        with self._calling(entry) as calls:
            for group in entry.update:
                if group.properties & changed:
                    seen = group.apply(calls, change) or seen
            seen = seen or entry.read(calls, change.new, found.id)
        if seen is None:
            raise EngineError(
                f"{found.id} is in the state but no longer exists",
                hint="it was deleted by somebody else: `destroy`, then `up`",
            )
        return self._found(entry, seen, new)

    def delete(self, type_: str, found: Found, inputs: Properties) -> None:
        if MARK in inputs:
            return
        entry = self._entry(type_)
        with self._calling(entry) as calls:
            entry.delete(calls, _understood(entry, inputs), found.id)

    def foresee(self, type_: str, inputs: Properties) -> tuple[str, dict[str, Value]]:
        return foreseen(type_, inputs, self._place()) if type_ in TYPES else ("", {})

    def invoke(self, token: str, args: Properties) -> dict[str, Value]:
        return invokes.invoke(Calls(self._clients, "sts"), token, args, stand_ins=self._stand_ins)

    def _stands_in(self, type_: str) -> bool:
        return self._stand_ins and type_ not in self._table

    def _standing_in(self, type_: str, id_: str, inputs: Properties) -> Found:
        return Found(id_, stand_in.outputs(type_, id_, inputs, self._place()))

    def _place(self) -> stand_in.Place:
        if not self._account:
            self._account = account(Calls(self._clients, "sts"))
        return stand_in.Place(self._clients.region, self._account)

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
                hint="leave --strict out, and it is a stand-in; or deploy it with the Pulumi CLI on AWS",
            )
        return self._table[type_]

    def _found(self, entry: Entry, seen: Seen, inputs: Properties) -> Found:
        outputs: Document = {**entry.defaults, **inputs, **seen.outputs}
        if "tags" in entry.properties:
            outputs["tagsAll"] = inputs.get("tags") or {}
        if entry.has_region:
            outputs["region"] = self._clients.region
        return Found(seen.id, cast(dict[str, Value], outputs))


def _understood(entry: Entry, inputs: Properties) -> Document:
    """What the entry's functions know; the rest is kept without effect."""
    return {key: value for key, value in inputs.items() if key in entry.properties}


def _merged(default: Mapping[str, str], own: Value) -> Value:
    if isinstance(own, Secret):
        return Secret(_merged(default, own.value))
    if isinstance(own, Unknown):
        return own
    return {**default, **own} if isinstance(own, dict) else dict(default)


def _kept(entry: Entry, inputs: Properties, old: Properties | None) -> Value:
    """The name it has, unless the program asks for another beginning now."""
    name = old.get(entry.name) if old is not None and entry.name else None
    prefix = inputs.get(f"{entry.name}Prefix")
    return name if not isinstance(prefix, str) or str(name).startswith(prefix) else None


def _named(entry: Entry, name: str, inputs: Properties, generate: Callable[[str, int], str] | None) -> Value:
    """A new physical name: of the program's prefix, else of the resource's name."""
    prefix = inputs.get(f"{entry.name}Prefix")
    if prefix is not None and not isinstance(prefix, str):
        return UNKNOWN
    ending = entry.ending(dict(inputs))
    if prefix is not None:
        return f"{prefix}{secrets.token_hex(_PREFIX_SUFFIX // 2)}{ending}"
    longest = entry.longest_name - len(entry.beginning) - len(ending)
    return entry.beginning + (generate or _generated)(name, longest) + ending


def _generated(name: str, longest: int) -> str:
    suffix = secrets.token_hex(4)[:_SUFFIX]
    return f"{name[: longest - _SUFFIX - 1]}-{suffix}"
