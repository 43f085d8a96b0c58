"""One resource as the state knows it, and its form in a Pulumi checkpoint (deployment v3).

Secrets are sealed on the way out and opened on the way in; assets keep their hash, not their content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from greenshift.engine.program import options
from greenshift.engine.program.options import Options
from greenshift.engine.properties import assets, paths, wire
from greenshift.engine.properties.values import Archive, Asset, Properties, Secret, Unknown, Value
from greenshift.engine.state.passphrase import Passphrase

Document = dict[str, Any]  # JSON on disk; parsed here and nowhere else


@dataclass(frozen=True)
class ResourceState:
    """What was last true of one resource."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    additional_secret_outputs: tuple[str, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    external: bool = False  # read, not made: the program looks at it, and nothing is ever done to it
    options: Options = field(default_factory=Options)
    condemned: bool = False  # replaced by a newer one under the same URN; still to be deleted

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    def needs(self) -> frozenset[str]:
        """URNs that must exist as long as this resource does."""
        used = {urn for urns in self.property_dependencies.values() for urn in urns}
        provider = {self.provider.rsplit("::", 1)[0]} if self.provider else set()
        tied = {self.parent, self.options.deleted_with, *self.options.replace_with} - {""}
        return frozenset(used | provider | set(self.dependencies) | tied)


def to_document(state: ResourceState, seal: Passphrase) -> Document:
    document: Document = {"urn": state.urn, "custom": state.custom}
    optional: Document = {
        "id": state.id,
        "delete": state.condemned,
        "inputs": {key: to_json(value, seal) for key, value in state.inputs.items()},
        "outputs": {key: to_json(value, seal) for key, value in state.outputs.items()},
        "parent": state.parent,
        "protect": state.protect,
        "provider": state.provider,
        "dependencies": list(state.dependencies),
        "propertyDependencies": {key: list(urns) for key, urns in state.property_dependencies.items()},
        "additionalSecretOutputs": list(state.additional_secret_outputs),
        "retainOnDelete": state.retain_on_delete,
        "external": state.external,
        **options.to_document(
            state.options,
            to_json(state.options.replacement_trigger, seal),
            list(state.options.hide_diff),
        ),
    }
    return document | {"type": state.type} | {key: value for key, value in optional.items() if value}


def from_document(document: Document, seal: Passphrase) -> ResourceState:
    return ResourceState(
        urn=document["urn"],
        type=document["type"],
        custom=document["custom"],
        id=document.get("id", ""),
        inputs={key: from_json(value, seal) for key, value in document.get("inputs", {}).items()},
        outputs={key: from_json(value, seal) for key, value in document.get("outputs", {}).items()},
        parent=document.get("parent", ""),
        provider=document.get("provider", ""),
        dependencies=tuple(document.get("dependencies", ())),
        property_dependencies={
            key: tuple(urns or ()) for key, urns in document.get("propertyDependencies", {}).items()
        },
        additional_secret_outputs=tuple(document.get("additionalSecretOutputs", ())),
        protect=document.get("protect", False),
        retain_on_delete=document.get("retainOnDelete", False),
        external=document.get("external", False),
        options=options.from_document(
            document,
            from_json(document.get("replacementTrigger"), seal),
            tuple(map(_path, document.get("hideDiff") or ())),
        ),
        condemned=document.get("delete", False),
    )


def _path(stored: str | list[str | int]) -> str:
    """A path as Pulumi writes it, as text; our own states had its parts."""
    return stored if isinstance(stored, str) else paths.compose(stored)


def to_json(value: Value, seal: Passphrase) -> Any:
    if isinstance(value, Secret):
        text = json.dumps(to_json(value.value, seal))
        return {wire.SIGNATURE: wire.SECRET, "ciphertext": seal.encrypt(text)}
    if isinstance(value, Asset | Archive):
        return assets.document(value, wire.SIGNATURE, wire.ASSET, wire.ARCHIVE)
    if isinstance(value, Unknown):
        return wire.UNKNOWN_TEXT
    if isinstance(value, list):
        return [to_json(item, seal) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item, seal) for key, item in value.items()}
    return value


def from_json(value: Any, seal: Passphrase) -> Value:
    if isinstance(value, list):
        return [from_json(item, seal) for item in value]
    if not isinstance(value, dict):
        return cast(Value, value)
    match value.get(wire.SIGNATURE):
        case wire.SECRET:
            return Secret(from_json(json.loads(seal.decrypt(value["ciphertext"])), seal))
        case wire.ASSET:
            return Asset(value["hash"], text=value.get("text"), path=value.get("path"))
        case wire.ARCHIVE:
            return Archive(value["hash"], path=value.get("path"), members=_members(value, seal))
    return {key: from_json(item, seal) for key, item in value.items()}


def _members(archive: Document, seal: Passphrase) -> dict[str, Asset | Archive] | None:
    """They are kept for whoever reads the state next; content is compared by the hash."""
    if "assets" not in archive:
        return None
    found = {name: from_json(member, seal) for name, member in archive["assets"].items()}
    return {name: member for name, member in found.items() if isinstance(member, Asset | Archive)}
