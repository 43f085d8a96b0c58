"""All functions of the twin, and the settings of the service itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.execution.pool import PoolLimits
from greenshift.twin.awslambda.model import CodePackage, Function
from greenshift.twin.awslambda.names import Place, Target


@dataclass(frozen=True)
class LambdaSettings:
    """What may differ from twin to twin; delays in twin seconds.

    A new function is active at once by default: every deployment tool waits for it anyway, while an update
    in progress is something release code must handle itself.
    """

    creation_seconds: float = 0.0
    update_seconds: float = 1.0
    mapping_seconds: float = 1.0
    account_concurrency: int = 1000
    warm_on_publish: bool = True
    limits: PoolLimits = field(default_factory=PoolLimits)


class Functions:
    """Functions by name."""

    kept: ClassVar[tuple[str, ...]] = ("_functions",)

    def __init__(self, place: Place) -> None:
        self._place = place
        self._functions: dict[str, Function] = {}

    def all(self) -> list[Function]:
        return list(self._functions.values())

    def find(self, target: Target) -> Function:
        function = self._functions.get(target.name)
        if function is None:
            raise errors.function_not_found(self._place.arn(target.name, target.qualifier))
        return function

    def add(self, function: Function) -> None:
        self.check_is_new(function.name)
        self._functions[function.name] = function

    def check_is_new(self, name: str) -> None:
        if name in self._functions:
            raise errors.function_exists(name)

    def check_still_exists(self, function: Function) -> None:
        """Refuse work for a function that was deleted, even if another has its name by now."""
        if self._functions.get(function.name) is not function:
            raise errors.function_not_found(self._place.arn(function.name))

    def remove(self, function: Function) -> None:
        del self._functions[function.name]

    def uses(self, package: CodePackage) -> bool:
        """Whether any version of any function still needs a package."""
        return any(
            version.code.sha256_hex == package.sha256_hex
            for function in self._functions.values()
            for version in (*function.all_versions(), *([function.previous] if function.previous else []))
        )
