"""A registration on the wire -> a ``Goal``. What the engine does not implement is refused by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from greenshift.engine import urn
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.options import Alias, Options, seconds
from greenshift.engine.program.program_spec import Program
from greenshift.engine.properties import wire
from greenshift.errors import EngineError

_HOOKS = {
    "BeforeCreate": "before_create",
    "AfterCreate": "after_create",
    "BeforeUpdate": "before_update",
    "AfterUpdate": "after_update",
    "BeforeDelete": "before_delete",
    "AfterDelete": "after_delete",
    "OnError": "on_error",
}


def goal_of(request: Any, program: Program) -> Goal:
    return Goal(
        urn=urn.make(program.stack, program.project, request.parent, request.type, request.name),
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=wire.decode(request.object, program.directory),
        parent=request.parent,
        provider=request.provider,
        provider_version=request.version,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={
            key: tuple(sorted(value.urns)) for key, value in sorted(request.propertyDependencies.items())
        },
        aliases=(*(Alias(urn=text) for text in request.aliasURNs), *map(_alias, request.aliases)),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        options=_options(request, program.directory),
    )


def _options(request: Any, directory: Path) -> Options:
    timeouts = {
        name: getattr(request.customTimeouts, name) for name in ("create", "update", "delete", "read")
    }
    hooks = {kind: tuple(getattr(request.hooks, field)) for kind, field in _HOOKS.items()}
    return Options(
        deleted_with=request.deletedWith,
        replace_with=tuple(request.replace_with),
        replacement_trigger=wire.decode_value(request.replacement_trigger, directory),
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        hide_diff=tuple(request.hideDiffs),
        custom_timeouts={name: seconds(text) for name, text in timeouts.items() if text},
        hooks={kind: names for kind, names in hooks.items() if names},
        import_id=request.importId,
        source_position=source_position(request, directory),
    )


def source_position(request: Any, directory: Path) -> str:
    """``project:///__main__.py#12,3``, relative to the project's folder."""
    position = request.sourcePosition
    path = urlsplit(position.uri).path
    if not path:
        return ""
    column = f",{position.column}" if position.column else ""
    return f"project:///{os.path.relpath(path, directory.resolve())}#{position.line}{column}"


def _alias(alias: Any) -> Alias:
    if alias.WhichOneof("alias") == "urn":
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def refuse_unsupported(request: Any) -> None:
    """What would change what is created, so that it is never ignored."""
    options = {
        "state migrations": list(request.state_migrations),
        "remote components": request.remote,
        "parameterized packages": request.packageRef,
    }
    used = [name for name, value in options.items() if value]
    if used:
        raise EngineError(
            f"{request.name} ({request.type}): {used[0]} is not supported by this engine",
            hint="deploy it with the Pulumi CLI: on the twin, see `greenshift twin env --pulumi`",
        )
