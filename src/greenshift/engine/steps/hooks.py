"""Resource hooks: functions of the program called before and after a step, and when it fails.

A hook before a step that fails stops the step; one after it fails the run. Where the hook says so its failure
is a warning. [Pulumi: resource.proto, ResourceHookRequest]
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi.runtime.proto import resource_pb2

from greenshift.engine.events import Step
from greenshift.engine.program.callbacks import Callbacks
from greenshift.engine.properties import wire
from greenshift.engine.reporter import Reporter
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.errors import EngineError

T = TypeVar("T")

_MOST_RETRIES = 100  # of one step, by its error hooks [Pulumi: resource/deploy]
_KINDS = {"create": "Create", "replace": "Create", "update": "Update", "delete": "Delete"}


@dataclass(frozen=True)
class Hook:
    callback: Any
    on_dry_run: bool = False
    ignore_errors: bool = False


class Hooks:
    """The hooks a program registered, by name. Thread-safe."""

    def __init__(self, callbacks: Callbacks, reporter: Reporter, dry_run: bool) -> None:
        self._callbacks = callbacks
        self._reporter = reporter
        self._dry_run = dry_run
        self._lock = threading.Lock()
        self._hooks: dict[str, Hook] = {}

    @property
    def are_there(self) -> bool:
        return bool(self._hooks)

    def register(self, name: str, hook: Hook) -> None:
        with self._lock:
            if name in self._hooks:
                raise EngineError(f"a hook named {name!r} is registered twice", hint="give each its own name")
            self._hooks[name] = hook

    def around(
        self,
        step: Step,
        hooks: Mapping[str, tuple[str, ...]],
        old: ResourceState | None,
        new: ResourceState | None,
        act: Callable[[], T],
        after: Callable[[T], ResourceState | None],
    ) -> T:
        """Do a step between its hooks; ``after`` is the resource's state when it is done."""
        if not hooks or step.op not in _KINDS:
            return act()
        kind = _KINDS[step.op]
        old = None if step.op == "replace" else old  # to its hooks, what replaces another is new
        self._run(hooks.get(f"Before{kind}", ()), step, old, new)
        result = self._retried(step, hooks, kind, old, new, act)
        self._run(hooks.get(f"After{kind}", ()), step, old, after(result))
        return result

    def _run(
        self, names: tuple[str, ...], step: Step, old: ResourceState | None, new: ResourceState | None
    ) -> None:
        for name in names:
            hook = self._of(name, step)
            if self._dry_run and not hook.on_dry_run:
                continue
            request = resource_pb2.ResourceHookRequest(**_told(step, old, new))
            if new is not None and new.outputs:
                request.new_outputs.CopyFrom(wire.encode(new.outputs))
            said = self._callbacks.call(hook.callback, request, f"hook {name} of {step.name}")
            error = resource_pb2.ResourceHookResponse.FromString(said).error
            if error and hook.ignore_errors:
                self._reporter.says("warning", f"hook {name} of {step.name} failed: {error}", step.urn)
            elif error:
                raise EngineError(f"hook {name} of {step.name} failed: {error}")

    def _retried(
        self,
        step: Step,
        hooks: Mapping[str, tuple[str, ...]],
        kind: str,
        old: ResourceState | None,
        new: ResourceState | None,
        act: Callable[[], T],
    ) -> T:
        errors: list[str] = []
        while True:
            try:
                return act()
            except EngineError as error:
                errors.insert(0, error.message)
                if len(errors) > _MOST_RETRIES or not self._wants_retry(step, hooks, kind, old, new, errors):
                    raise

    def _wants_retry(
        self,
        step: Step,
        hooks: Mapping[str, tuple[str, ...]],
        kind: str,
        old: ResourceState | None,
        new: ResourceState | None,
        errors: list[str],
    ) -> bool:
        wanted = False
        for name in hooks.get("OnError", ()):
            request = resource_pb2.ErrorHookRequest(
                failed_operation=kind.lower(), errors=errors, **_told(step, old, new)
            )
            said = self._callbacks.call(self._of(name, step).callback, request, f"hook {name} of {step.name}")
            answer = resource_pb2.ErrorHookResponse.FromString(said)
            if answer.error:
                self._reporter.says("warning", f"hook {name} of {step.name} failed: {answer.error}", step.urn)
            wanted = wanted or answer.retry
        return wanted

    def _of(self, name: str, step: Step) -> Hook:
        with self._lock:
            hook = self._hooks.get(name)
        if hook is None:
            raise EngineError(
                f"{step.name} ({step.type}) has a hook {name!r}, which the program did not register",
                hint="`up` with the program that has it, or with one that no longer names it",
            )
        return hook


def _told(step: Step, old: ResourceState | None, new: ResourceState | None) -> dict[str, Any]:
    known = new or old
    return (
        {
            "urn": step.urn,
            "id": (new.id if new is not None and new.id else old.id if old is not None else ""),
            "name": step.name,
            "type": step.type,
            "new_inputs": wire.encode(new.inputs) if new is not None else None,
            "old_inputs": wire.encode(old.inputs) if old is not None else None,
            "old_outputs": wire.encode(old.outputs) if old is not None else None,
        }
        if known is not None
        else {}
    )
