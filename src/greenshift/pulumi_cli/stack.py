"""One stack on AWS: preview, up, destroy and outputs, with the shapes of our own engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pulumi.automation import (
    CommandError,
    EngineEvent,
    LocalWorkspace,
    OutputMap,
    Stack,
    StackNotFoundError,
)
from pulumi.automation.errors import InvalidVersionError

from greenshift.engine.deploying import Result
from greenshift.engine.events import Diagnostic, Event
from greenshift.engine.state.outputs import Output
from greenshift.engine.steps.targets import Scope
from greenshift.errors import EngineError, GreenshiftError
from greenshift.pulumi_cli.cli import Interrupted, PulumiCli
from greenshift.pulumi_cli.failures import failure
from greenshift.pulumi_cli.translation import Translation

T = TypeVar("T")


class PulumiStack:
    """The program in ``directory``, deployed by the real Pulumi CLI. One run at a time.

    ``policy_packs`` are asked about every resource of a preview or an up; ``environment`` is for all of
    Pulumi's processes, on top of ours.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        on_event: Callable[[Event], None],
        *,
        policy_packs: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._directory = directory
        self._name = name
        self._on_event = on_event
        self._policy_packs = [str(folder) for folder in policy_packs]
        self._environment = dict(environment or {})

    def preview(self, scope: Scope | None = None) -> Result:
        """What ``up`` would do. Nothing is changed, not even a stack is created."""
        told = Translation(self._on_event, planning=True)

        def run(stack: Stack) -> Mapping[str, Output]:
            options = _options(scope)
            stack.preview(on_event=told, color="never", policy_packs=self._policy_packs, **options)
            return told.outputs

        return self._result(told, run)

    def up(self, scope: Scope | None = None) -> Result:
        """Bring everything to what the program says."""
        told = Translation(self._on_event, planning=False)

        def run(stack: Stack) -> Mapping[str, Output]:
            # The SDK asks for the history afterwards; the values of secrets are no part of what we need.
            packs = self._policy_packs
            options = _options(scope)
            done = stack.up(on_event=told, color="never", policy_packs=packs, show_secrets=False, **options)
            return _outputs(done.outputs)

        return self._result(told, run, creates=self._is_written_down())

    def refresh(self, scope: Scope | None = None, *, dry_run: bool = False) -> Result:
        """Bring the state to what is there."""
        told = Translation(self._on_event, planning=dry_run)

        def run(stack: Stack) -> Mapping[str, Output]:
            targets = list((scope or Scope()).targets) or None
            if dry_run:
                stack.preview_refresh(on_event=told, color="never", target=targets)
            else:
                stack.refresh(on_event=told, color="never", target=targets, show_secrets=False)
            return {}

        return self._result(told, run)

    def destroy(self) -> Result:
        """Delete everything the stack has. The stack itself and its history stay with Pulumi."""
        told = Translation(self._on_event, planning=False)

        def run(stack: Stack) -> Mapping[str, Output]:
            stack.destroy(on_event=told, color="never", show_secrets=False)
            return {}

        return self._result(told, run)

    def outputs(self) -> Mapping[str, Output]:
        """The stack's outputs as the last ``up`` left them."""
        told = Translation(self._on_event, planning=False)
        return self._result(told, lambda stack: _outputs(stack.outputs())).outputs

    def resources(self) -> tuple[Mapping[str, Any], ...]:
        """What is deployed, as the checkpoint has it: urn, type, inputs; empty before the first `up`."""
        found: list[Mapping[str, Any]] = []

        def run(stack: Stack) -> Mapping[str, Output]:
            found.extend((stack.export_stack().deployment or {}).get("resources") or ())
            return {}

        self._result(Translation(self._on_event, planning=False), run)
        return tuple(found)

    def planned(self) -> tuple[Mapping[str, Any], ...]:
        """What an ``up`` would leave, in the same form. No policy is asked."""
        told, found = Translation(self._on_event, planning=True), dict[str, Mapping[str, Any]]()

        def listen(event: EngineEvent) -> None:
            told(event)
            step = event.resource_pre_event
            if step is not None and (new := step.metadata.new) is not None:
                found[new.urn] = {"urn": new.urn, "type": new.type, "inputs": new.inputs or {}}

        def run(stack: Stack) -> Mapping[str, Output]:
            stack.preview(on_event=listen, color="never")
            return {}

        self._result(told, run)
        return tuple(found.values())

    def _result(
        self, told: Translation, run: Callable[[Stack], Mapping[str, Output]], *, creates: bool = False
    ) -> Result:
        began = time.monotonic()
        try:
            cli = PulumiCli()
            outputs = _interruptible(cli, lambda: run(self._stack(cli, creates)), self._cancelling)
        except Interrupted:
            raise self._interrupted() from None
        except StackNotFoundError:
            raise self._no_stack() from None
        except InvalidVersionError as error:
            raise GreenshiftError(str(error), hint="bring the Pulumi CLI up to date") from None
        except CommandError as error:
            told.finish()
            raise failure(
                self._name, _stderr(error), told.failed, told.errors, planning=told.is_planning
            ) from None
        told.finish()
        return Result(outputs, told.counts, tuple(told.steps), time.monotonic() - began)

    def _stack(self, cli: PulumiCli, creates: bool) -> Stack:
        workspace = LocalWorkspace(
            work_dir=str(self._directory), pulumi_command=cli, env_vars=self._environment
        )
        choose = Stack.create_or_select if creates else Stack.select
        return choose(self._name, workspace)

    def _is_written_down(self) -> bool:
        """A file for the stack says that it is meant; a misspelt name must not deploy a second pipeline."""
        name = self._name.rsplit("/", 1)[-1]
        return any((self._directory / f"Pulumi.{name}.{kind}").is_file() for kind in ("yaml", "yml"))

    def _cancelling(self) -> None:
        message = "cancelling: Pulumi ends what is under way; press Ctrl-C again to end it at once"
        self._on_event(Diagnostic("warning", message))

    def _interrupted(self) -> EngineError:
        return EngineError(
            "interrupted; Pulumi's state is right up to the last finished step",
            hint="run the same command again to continue; if Pulumi then says that the stack is locked: "
            f"pulumi cancel --stack {self._name}",
        )

    def _no_stack(self) -> EngineError:
        file = f"Pulumi.{self._name.rsplit('/', 1)[-1]}.yaml"
        return EngineError(
            f"there is no stack {self._name!r} in Pulumi's state",
            hint=f"create it with: pulumi stack init {self._name} (`up` does it when {file} exists)",
        )


def _interruptible(cli: PulumiCli, work: Callable[[], T], cancelling: Callable[[], None]) -> T:
    """Work in a thread of its own, so that this one hears Ctrl-C and passes it on to Pulumi."""
    with ThreadPoolExecutor(1, thread_name_prefix="pulumi") as pool:
        running = pool.submit(work)
        while True:
            try:
                return running.result()
            except KeyboardInterrupt:
                cancelling()
                cli.interrupt()


def _outputs(found: OutputMap) -> dict[str, Output]:
    return {name: Output(output.value, output.secret) for name, output in found.items()}


def _stderr(error: CommandError) -> str:
    """The SDK keeps a command's result only as text: `` code: … stdout: … stderr: …``."""
    return str(error).partition("\n stderr: ")[2]


def _options(scope: Scope | None) -> dict[str, Any]:
    """In the Automation API's names, without what was not asked for."""
    asked = scope or Scope()
    options = {
        "target": list(asked.targets),
        "replace": list(asked.replace),
        "target_dependents": asked.dependents,
        "refresh": asked.refresh,
    }
    return {name: value for name, value in options.items() if value}
