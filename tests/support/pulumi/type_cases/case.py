"""One type's life as data: what it needs, its inputs, what an update and a replacement change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ref:
    """An output of something the case needs; ``id`` is its id."""

    need: str
    output: str = "id"
    form: str = "{}"


@dataclass(frozen=True)
class Case:
    """``import_id`` may hold ``{id}`` and inputs of the case; ``unseen`` properties AWS does not tell of."""

    type: str
    inputs: dict[str, Any]
    update: dict[str, Any] = field(default_factory=dict)
    replace: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    needs: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    import_id: str = "{id}"
    unseen: tuple[str, ...] = ()
    stays: bool = False  # cannot be taken away


def resolved(value: Any, made: dict[str, dict[str, Any]]) -> Any:
    """``value`` with what it refers to."""
    if isinstance(value, Ref):
        return value.form.format(made[value.need][value.output])
    if isinstance(value, dict):
        return {key: resolved(item, made) for key, item in value.items()}
    return [resolved(item, made) for item in value] if isinstance(value, list) else value
