"""The life of one resource for the CLI's engine: values in, values out, by the table.

What a preview promises, what an update leaves behind and which outputs are secret is decided here; the wire
is ``server``'s, the calls to AWS are the table's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from greenshift.engine import urn as urns
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.plugin.comparison import Comparison, compare
from greenshift.engine.plugin.telling import worth_telling
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import UNKNOWN, Properties, Unknown, Value, plain, plain_properties
from greenshift.engine.provider import Found, NothingDone
from greenshift.engine.state.drift import drifted
from greenshift.engine.state.states import marked
from greenshift.engine.steps.promises import computed
from greenshift.errors import EngineError

_SUFFIX = 7  # hex digits after a generated name, as Pulumi's providers have them


class HalfMade(EngineError):
    """A create failed after something came to be: it is kept in the state, so that it can be deleted."""

    def __init__(self, found: Found, cause: EngineError) -> None:
        super().__init__(cause.message, hint=cause.hint)
        self.found = found


@dataclass(frozen=True)
class Naming:
    """What the engine says about generated names: a seed, and the stack's ``pulumi:autonaming``."""

    seed: bytes = b""
    proposed: str = ""
    is_fixed: bool = False
    is_off: bool = False


class Resources:
    """Resources of one configured provider."""

    def __init__(self, aws: AwsProvider) -> None:
        self._aws = aws

    def check(
        self, urn: str, old: Properties, new: Properties, naming: Naming
    ) -> tuple[dict[str, Value], list[str]]:
        """The inputs it will have, and what a person should know of them."""
        type_ = urns.type_of(urn)
        told = worth_telling(type_, new, self._aws.spec(type_))
        return self._aws.check(type_, urn, new, old or None, _namer(naming)), told

    def diff(self, urn: str, old: Properties, new: Properties) -> Comparison:
        type_ = urns.type_of(urn)
        spec = self._aws.spec(type_)
        name = None if spec.is_stand_in else self._aws.name_property(type_)
        generated = name is not None and _is_generated(urns.name_of(urn), old.get(name))
        return compare(spec, old, new, named_by_us=generated)

    def create(self, urn: str, inputs: Properties, *, preview: bool) -> Found:
        type_ = urns.type_of(urn)
        if preview:
            return Found("", {**computed(self._aws.spec(type_), type_), **inputs})
        try:
            found = self._aws.create(type_, plain_properties(inputs))
        except NothingDone:
            raise
        except EngineError as error:
            self._keep_half(type_, inputs, error)
            raise
        return Found(found.id, marked(found.outputs, inputs, ()))

    def update(
        self, urn: str, id_: str, outputs: Properties, old: Properties, new: Properties, *, preview: bool
    ) -> Found:
        type_ = urns.type_of(urn)
        if preview:
            return Found(id_, self._promised(type_, outputs, old, new))
        if not diff.changed_keys(old, new):
            # The engine updates without a change what was made by half: all that can be set is set again.
            old = {key: value for key, value in old.items() if key in self._aws.spec(type_).replace}
        before = Found(id_, plain_properties(outputs))
        found = self._aws.update(type_, before, plain_properties(old), plain_properties(new))
        return Found(found.id, marked(found.outputs, new, ()))

    def read(
        self, urn: str, id_: str, inputs: Properties, outputs: Properties
    ) -> tuple[Found, Properties] | None:
        """What is there now, and the inputs that would make it; None when it is gone.

        Without inputs (an import, a `get`) all is read from AWS; with them, what differs from them is.
        ``outputs`` are those of the state.
        """
        type_ = urns.type_of(urn)
        if not inputs:
            seen = self._aws.observe(type_, id_)
            return (Found(seen.id, seen.outputs), seen.inputs) if seen is not None else None
        found = self._aws.read(type_, id_, plain_properties(inputs))
        if found is None:
            return None
        now = self._now(type_, id_, inputs)
        once = {key: outputs[key] for key in self._aws.spec(type_).told_once if key in outputs}
        differing = {key: plain(now[key]) for key in now if now[key] != inputs.get(key)}
        there = {**once, **found.outputs, **differing}
        if "tagsAll" in there:
            there["tagsAll"] = plain(now.get("tags") or {})
        kept = {key: value for key, value in there.items() if key not in inputs or key in now}
        return Found(found.id, marked(kept, now, ())), now

    def _now(self, type_: str, id_: str, inputs: Properties) -> dict[str, Value]:
        seen = self._aws.observe(type_, id_) if self._aws.is_observable(type_) else None
        if seen is None:
            return dict(inputs)
        silent = self._aws.spec(type_).shared - set(inputs)
        return drifted(inputs, {key: value for key, value in seen.inputs.items() if key not in silent})

    def delete(self, urn: str, id_: str, outputs: Properties, inputs: Properties) -> None:
        found = Found(id_, plain_properties(outputs))
        self._aws.delete(urns.type_of(urn), found, plain_properties(inputs))

    def _promised(
        self, type_: str, outputs: Properties, old: Properties, new: Properties
    ) -> dict[str, Value]:
        volatile = self._aws.spec(type_).volatile
        kept = {key: value for key, value in outputs.items() if key not in old or key in new}
        return {**kept, **{key: UNKNOWN for key in volatile if key in outputs}, **new}

    def _keep_half(self, type_: str, inputs: Properties, error: EngineError) -> None:
        found = self._aws.find(type_, plain_properties(inputs))
        if found is not None:
            raise HalfMade(Found(found.id, marked(found.outputs, inputs, ())), error) from error


def _namer(naming: Naming) -> Callable[[str, int], str]:
    def name(resource: str, longest: int) -> str:
        if naming.is_off:
            raise EngineError(
                f"{resource} needs a name: the stack's pulumi:autonaming is disabled",
                hint="set its name property",
            )
        if naming.proposed and naming.is_fixed:
            return naming.proposed
        suffix = hashlib.sha256(naming.seed + resource.encode()).hexdigest()[:_SUFFIX]
        return naming.proposed[:longest] or f"{resource[: longest - _SUFFIX - 1]}-{suffix}"

    return name


def _is_generated(resource: str, value: Value) -> bool:
    text = plain(value)
    if isinstance(text, Unknown) or not isinstance(text, str):
        return False
    match = re.fullmatch(rf"(.+)-[0-9a-f]{{{_SUFFIX}}}", text)
    return match is not None and resource.startswith(match[1])
