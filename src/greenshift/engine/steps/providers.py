"""Which provider serves a resource: the default one of the stack's configuration, or one of the program's.

A provider is a resource, too (``pulumi:providers:aws``): its inputs say region and default tags. Who needs
one names it as ``URN::id``, as the state does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from greenshift.engine import urn as urns
from greenshift.engine.plugin import configuration
from greenshift.engine.plugin.configuration import Configuration
from greenshift.engine.program.program_spec import Program
from greenshift.engine.properties.values import Properties, Secret, Value, has_unknown
from greenshift.engine.provider import Provider
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.errors import EngineError

PREFIX = "pulumi:providers:"


def is_provider(type_: str) -> bool:
    return type_.startswith(PREFIX)


class Providers:
    """The providers of one run. ``region`` is that of the endpoint, for one that names none. Thread-safe."""

    def __init__(
        self,
        program: Program,
        snapshot: Snapshot,
        make: Callable[[Configuration], Provider],
        region: str,
        beside: Provider | None = None,
    ) -> None:
        """``make`` gives the provider of a configuration, the same each time; ``beside`` serves every package
        but AWS's.
        """
        self._program = program
        self._snapshot = snapshot
        self._make = make
        self._region = region
        self._lock = threading.Lock()
        self._beside = beside
        self._registered: dict[str, Properties] = {}

    def default_inputs(self, package: str, version: str) -> dict[str, Value]:
        """The inputs of a package's default provider: what the stack configures for it, and the version."""
        prefix = f"{package}:"
        found: dict[str, Value] = {
            key.removeprefix(prefix): Secret(value) if key in self._program.secret_keys else value
            for key, value in self._program.config.items()
            if key.startswith(prefix)
        }
        return found | ({"version": version} if version else {})

    def register(self, urn: str, inputs: Properties) -> None:
        """From now on the resources that name this one are its own."""
        refuse_wrong(urn, inputs)
        with self._lock:
            self._registered[urn] = inputs

    def of(self, reference: str, package: str = "aws") -> Provider:
        """The provider with this ``URN::id``; without one the default provider of the package."""
        if self._beside is not None and _package(reference, package) != "aws":
            return self._beside
        inputs = self._inputs(reference) if reference else self.default_inputs("aws", "")
        configured = configuration.parse(
            {key: value for key, value in inputs.items() if not has_unknown(value)}, self._region
        )
        return self._make(configured)

    def of_state(self, state: ResourceState) -> Provider:
        """The provider that made a resource: of a replaced provider, the one that is to go."""
        replaced = self._replaced(state.provider)
        if replaced is None:
            return self.of(state.provider)
        return self._make(configuration.parse(replaced.inputs, self._region))

    def look_elsewhere(self, reference: str, state: ResourceState) -> bool:
        """Whether a resource is nowhere where the provider of ``reference`` looks: its own looked at another
        region. Pulumi asks the new provider the same [resource/deploy, step_generator.go: providerChanged].
        """
        if not state.provider or state.provider == reference:
            return False
        maker = self._replaced(state.provider) or self._snapshot.resources.get(_urn(state.provider))
        return maker is not None and is_replaced(maker.inputs, self._inputs(reference))

    def _replaced(self, reference: str) -> ResourceState | None:
        """The provider of a reference, if it was replaced and still has to go."""
        condemned = self._snapshot.condemned
        return next((each for each in condemned if f"{each.urn}::{each.id}" == reference), None)

    def _inputs(self, reference: str) -> Properties:
        urn = _urn(reference)
        with self._lock:
            if urn in self._registered:
                return self._registered[urn]
        known = self._snapshot.resources.get(urn)
        if known is not None:
            return known.inputs
        if urns.name_of(urn).startswith("default"):
            return self.default_inputs("aws", "")
        raise EngineError(f"{urns.name_of(urn)}: there is no such provider", hint="run `up` with it first")


def _urn(reference: str) -> str:
    return reference.rpartition("::")[0]


def _package(reference: str, otherwise: str) -> str:
    type_ = urns.type_of(_urn(reference)) if reference else ""
    return type_.removeprefix(PREFIX) or otherwise


def refuse_wrong(urn: str, inputs: Properties) -> None:
    if urns.type_of(urn) != f"{PREFIX}aws":
        return
    for wrong in configuration.failures(inputs):
        raise EngineError(f"{urns.name_of(urn)} ({urns.type_of(urn)}): {wrong.reason}")


def is_replaced(old: Properties, new: Properties) -> bool:
    """Whether what the old provider made is nowhere the new one looks: another region."""
    return bool(configuration.replaced(old, new))
