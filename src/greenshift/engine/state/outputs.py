"""A stack's outputs: values for whoever deployed it, read from the state without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.engine import urn
from greenshift.engine.properties.values import Properties, Unknown, Value, has_secret, has_unknown, plain
from greenshift.engine.state.statefile import StateFile


@dataclass(frozen=True)
class Output:
    """One stack output. ``value`` is None while it is unknown (preview)."""

    value: Value
    secret: bool = False
    known: bool = True

    def __repr__(self) -> str:
        shown = "[secret]" if self.secret else repr(self.value) if self.known else "[unknown]"
        return f"Output({shown})"


def read_outputs(state: StateFile, instance: str, passphrase: str) -> Mapping[str, Output]:
    """The stack's outputs as the last ``up`` left them; empty when nothing is deployed there."""
    snapshot = state.read(instance, passphrase)
    stacks = [each for each in snapshot.resources.values() if each.type == urn.STACK_TYPE]
    return as_outputs(stacks[0].outputs) if stacks else {}


def as_outputs(properties: Properties) -> dict[str, Output]:
    """The properties a program gave its stack, as outputs."""
    return {
        key: Output(None, has_secret(value), known=False)
        if has_unknown(value) or isinstance(value, Unknown)
        else Output(plain(value), has_secret(value))
        for key, value in properties.items()
    }
