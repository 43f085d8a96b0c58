"""Layers: archives that functions share, by name and version. Versions are immutable and never reused.

What a function was given stays with it after its layer version was deleted, as on AWS (developer guide:
"Deleting a layer version"), so contents are kept as long as the twin runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import CodePackage, Layer, new_id
from greenshift.twin.awslambda.names import Place

# Developer guide, "Lambda quotas".
MAXIMUM_LAYERS = 5


@dataclass
class LayerPolicy:
    """Who else may use a version: its statements by their ids, and the revision they are at."""

    statements: dict[str, dict[str, Any]] = field(default_factory=dict)
    revision_id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class LayerVersion:
    """One version as it was published."""

    name: str
    number: int
    layer: Layer
    created: float
    description: str = ""
    license: str = ""
    runtimes: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    policy: LayerPolicy = field(default_factory=LayerPolicy)


class Layers:
    """All layers of the account."""

    kept: ClassVar[tuple[str, ...]] = ("_versions", "_last")

    def __init__(self, place: Place) -> None:
        self._place = place
        self._versions: dict[str, dict[int, LayerVersion]] = {}
        self._last: dict[str, int] = {}

    def publish(self, name: str, code: CodePackage, created: float, **facts: object) -> LayerVersion:
        number = self._last.get(name, 0) + 1
        self._last[name] = number
        arn = f"{self.arn(name)}:{number}"
        version = LayerVersion(name, number, Layer(arn, code), created, **facts)  # type: ignore[arg-type]
        self._versions.setdefault(name, {})[number] = version
        return version

    def arn(self, name: str) -> str:
        return f"arn:aws:lambda:{self._place.region}:{self._place.account}:layer:{name}"

    def find(self, name: str, number: int) -> LayerVersion:
        found = self._versions.get(name, {}).get(number)
        if found is None:
            raise errors.resource_not_found()
        return found

    def names(self) -> list[str]:
        return sorted(name for name, versions in self._versions.items() if versions)

    def versions(self, name: str) -> list[LayerVersion]:
        """Newest first; none for a name nobody used."""
        return sorted(self._versions.get(name, {}).values(), key=lambda each: -each.number)

    def remove(self, name: str, number: int) -> None:
        """Deleting what is not there is no error (API reference: DeleteLayerVersion)."""
        self._versions.get(name, {}).pop(number, None)

    def resolve(self, arns: Sequence[str]) -> tuple[Layer, ...]:
        """What a function is to be given, in its order; refused as a whole when one is not there."""
        if len(arns) > MAXIMUM_LAYERS:
            raise errors.invalid(f"Cannot reference more than {MAXIMUM_LAYERS} layers.")
        if len({arn.rpartition(":")[0] for arn in arns}) < len(arns):
            raise errors.invalid(
                "Two different versions of the same layer are not allowed to be referenced in the same "
                "function."
            )
        known = {each.layer.arn: each.layer for name in self._versions for each in self.versions(name)}
        for arn in arns:
            if arn not in known:
                raise errors.invalid(f"Layer version {arn} does not exist.")
        return tuple(known[arn] for arn in arns)
