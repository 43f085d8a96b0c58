"""The engine's ``Provider`` for all packages but ``aws``: what needs no plugin; the rest is a stand-in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from greenshift.engine import urn as urns
from greenshift.engine.local import archive, command, random
from greenshift.engine.local.kinds import Document, Invokes, Local
from greenshift.engine.properties.values import Properties, Value
from greenshift.engine.provider import Found, InTheStateAlone, NothingDone, Observed, PropertyError, TypeSpec
from greenshift.engine.steps.stand_ins import MARK, SPEC
from greenshift.errors import EngineError

KINDS: Mapping[str, Local] = {kind.token: kind for kind in (*random.KINDS, *command.KINDS, *archive.KINDS)}
INVOKES: Invokes = {**command.INVOKES, **archive.INVOKES}


class LocalProvider:
    """``directory`` is the program's, from which relative paths are meant."""

    def __init__(self, directory: Path, *, stand_ins: bool = False) -> None:
        self._directory = directory
        self._stand_ins = stand_ins

    def get_ready(self, type_: str) -> None:
        """Nothing takes long to load."""

    def spec(self, type_: str) -> TypeSpec:
        kind = self._kind(type_)
        if kind is None:
            return SPEC
        properties = kind.replace | kind.update
        return TypeSpec(properties, kind.replace, kind.update, (), kind.volatile)

    def check(self, type_: str, urn: str, inputs: Properties, old: Properties | None) -> dict[str, Value]:
        kind = self._kind(type_)
        if kind is None:
            return {**inputs, MARK: urns.name_of(urn)}
        unknown = sorted(set(inputs) - kind.replace - kind.update)
        if unknown:
            name = urns.name_of(urn)
            raise PropertyError(unknown[0], f"{name} ({type_}): property {unknown[0]} is not supported")
        return dict(inputs)

    def create(self, type_: str, inputs: Mapping[str, Value]) -> Found:
        kind = self._kind(type_)
        if kind is None:
            return _standing_in(type_, inputs)
        try:
            id_, outputs = kind.create(self._directory, dict(inputs))
        except EngineError as error:
            raise NothingDone(error.message, hint=error.hint) from error
        return Found(id_, {**inputs, **cast(dict[str, Value], outputs)})

    def update(self, type_: str, found: Found, old: Properties, new: Properties) -> Found:
        kind = self._kind(type_)
        if kind is None:
            return Found(found.id, dict(new))
        outputs: Document = dict(found.outputs)
        if kind.change is not None:
            outputs = kind.change(self._directory, dict(new), outputs)
        return Found(found.id, {**new, **cast(dict[str, Value], outputs)})

    def delete(self, type_: str, found: Found, inputs: Properties) -> None:
        kind = KINDS.get(type_)
        if kind is not None and kind.delete is not None:
            kind.delete(self._directory, dict(inputs), dict(found.outputs))

    def find(self, type_: str, inputs: Mapping[str, Value]) -> Found | None:
        """What an interrupted create made is nowhere to be found: it is made again."""
        return _standing_in(type_, inputs) if MARK in inputs else None

    def read(self, type_: str, id_: str, inputs: Mapping[str, Value]) -> Found | None:
        """It is what the state says, which only the state knows."""
        raise InTheStateAlone

    def foresee(self, type_: str, inputs: Properties) -> tuple[str, dict[str, Value]]:
        return "", {}

    def observe(self, type_: str, id_: str) -> Observed | None:
        if self._kind(type_) is not None:
            raise EngineError(f"a resource of type {type_} exists in a state alone: it cannot be imported")
        return Observed(id_, {MARK: id_}, {})

    def invoke(self, token: str, args: Properties) -> dict[str, Value]:
        function = INVOKES.get(token)
        if function is not None:
            return cast(dict[str, Value], function(self._directory, dict(args)))
        if self._stand_ins:
            return dict(args)
        raise EngineError(
            f"invoke {token} is not supported by this engine",
            hint=f"supported are {', '.join(sorted(INVOKES))}",
        )

    def _kind(self, type_: str) -> Local | None:
        kind = KINDS.get(type_)
        if kind is None and not self._stand_ins:
            raise EngineError(
                f"resource type {type_} is not supported by this engine",
                hint="leave --strict out, and it is a stand-in; or deploy it with the Pulumi CLI on AWS",
            )
        return kind


def _standing_in(type_: str, inputs: Mapping[str, Value]) -> Found:
    name = str(inputs[MARK])
    suffix = hashlib.sha256(f"{type_}\0{name}".encode()).hexdigest()[:7]
    return Found(f"{name}-{suffix}", dict(inputs))
