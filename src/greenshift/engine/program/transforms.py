"""Transforms: functions of the program that change properties and options before anything is decided.

A resource's own come first, then its parents', nearest first, then those of the stack.
[Pulumi: resource.proto, TransformRequest]
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from pulumi.runtime.proto import resource_pb2

from greenshift.engine.program.callbacks import Callbacks
from greenshift.engine.properties import output_values

# A field of the options -> the field of the registration it is.
_LISTS = {
    "depends_on": "dependencies",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
    "aliases": "aliases",
    "additional_secret_outputs": "additionalSecretOutputs",
    "hide_diff": "hideDiffs",
    "replace_with": "replace_with",
}
_TEXTS = {
    "version": "version",
    "provider": "provider",
    "plugin_download_url": "pluginDownloadURL",
    "deleted_with": "deletedWith",
    "import": "importId",
}
_MESSAGES = {
    "custom_timeouts": "customTimeouts",
    "hooks": "hooks",
    "replacement_trigger": "replacement_trigger",
}


class Transforms:
    """The transforms a program registered. Thread-safe."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._lock = threading.Lock()
        self._stack: list[Any] = []
        self._invokes: list[Any] = []
        self._of: dict[str, list[Any]] = {}  # URN -> its own transforms and those of its parents

    def add_to_stack(self, callback: Any) -> None:
        with self._lock:
            self._stack.append(callback)

    def add_to_invokes(self, callback: Any) -> None:
        with self._lock:
            self._invokes.append(callback)

    def remember(self, urn: str, request: Any) -> None:
        """For the children of a resource."""
        own = [*request.transforms, *self._of.get(request.parent, ())]
        if own:
            with self._lock:
                self._of[urn] = own

    def registration(self, request: Any) -> Any:
        """The registration after all transforms that apply to it."""
        with self._lock:
            applied = [*request.transforms, *self._of.get(request.parent, ()), *self._stack]
        has_own = bool(request.transforms)
        if has_own:
            request = _copy(request)
            request.object.CopyFrom(output_values.upgraded(request.object, request.propertyDependencies))
        for callback in applied:
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=request.object,
                options=_options(request),
            )
            said = self._callbacks.call(callback, asked, f"a transform of {request.name} ({request.type})")
            request = _applied(request, resource_pb2.TransformResponse.FromString(said))
        return _depending(request) if has_own else request

    def invocation(self, request: Any) -> Any:
        """The call of a function after all transforms of such calls."""
        for callback in list(self._invokes):
            asked = resource_pb2.TransformInvokeRequest(
                token=request.tok,
                args=request.args,
                options=resource_pb2.TransformInvokeOptions(
                    provider=request.provider,
                    plugin_download_url=request.pluginDownloadURL,
                    version=request.version,
                ),
            )
            said = self._callbacks.call(callback, asked, f"a transform of {request.tok}")
            answer = resource_pb2.TransformInvokeResponse.FromString(said)
            request = _copy(request)
            request.args.CopyFrom(answer.args)
            if answer.HasField("options"):
                request.provider = answer.options.provider
                request.version = answer.options.version
        return request


def _options(request: Any) -> Any:
    options = resource_pb2.TransformResourceOptions(
        **{name: getattr(request, field) for name, field in (_LISTS | _TEXTS).items()},
        providers=dict(request.providers),
    )
    for name, field in _MESSAGES.items():
        if request.HasField(field):
            getattr(options, name).CopyFrom(getattr(request, field))
    if request.HasField("protect"):
        options.protect = request.protect
    if request.HasField("retainOnDelete"):
        options.retain_on_delete = request.retainOnDelete
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    return options


def _applied(request: Any, answer: Any) -> Any:
    changed = _copy(request)
    changed.object.CopyFrom(answer.properties)
    for key in set(changed.propertyDependencies) - set(answer.properties.fields):
        del changed.propertyDependencies[key]
    if answer.HasField("options"):
        _apply_options(changed, answer.options)
    return changed


def _depending(request: Any) -> Any:
    """On what its properties depend, now that its transforms have had them."""
    request.propertyDependencies.clear()
    found = set(request.dependencies)
    for key, value in request.object.fields.items():
        urns = output_values.needs(value)
        request.propertyDependencies[key].urns.extend(sorted(urns))
        found |= urns
    _set_all(request.dependencies, sorted(found))
    return request


def _apply_options(request: Any, options: Any) -> None:
    for name, field in _LISTS.items():
        _set_all(getattr(request, field), getattr(options, name))
    for name, field in _TEXTS.items():
        setattr(request, field, getattr(options, name))
    for name, field in _MESSAGES.items():
        request.ClearField(field)
        if options.HasField(name):
            getattr(request, field).CopyFrom(getattr(options, name))
    for name, field in (("protect", "protect"), ("retain_on_delete", "retainOnDelete")):
        request.ClearField(field)
        if options.HasField(name):
            setattr(request, field, getattr(options, name))
    request.deleteBeforeReplaceDefined = options.HasField("delete_before_replace")
    request.deleteBeforeReplace = options.delete_before_replace


def _set_all(field: Any, values: Iterable[Any]) -> None:
    kept = list(values)
    del field[:]
    field.extend(kept)


def _copy(request: Any) -> Any:
    copied = type(request)()
    copied.CopyFrom(request)
    return copied
