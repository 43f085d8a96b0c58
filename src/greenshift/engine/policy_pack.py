"""One policy pack's process, started and asked as Pulumi's CLI does it: its port, then the analyzer protocol.

The process gets config in the environment (``PULUMI_CONFIG``), never secrets. It runs in its own group and
is killed when the block ends; should the engine itself be killed, a pipe closes and it ends by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from greenshift.engine import wire
from greenshift.engine.goal import Goal
from greenshift.engine.program_spec import Program
from greenshift.engine.values import Properties
from greenshift.errors import EngineError

_LONGEST_START = 30.0  # seconds; 0.3 s is usual
_LONGEST_ANSWER = 60.0
_LARGEST_MESSAGE = 400 * 1024 * 1024
_LEASH = "GREENSHIFT_LEASH"


@dataclass(frozen=True)
class PolicyPack:
    """A folder with ``PulumiPolicy.yaml`` and ``__main__.py``, and what its process needs to know."""

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Violation:
    """One fault the pack found."""

    policy: str
    urn: str
    message: str
    is_mandatory: bool


class PackError(EngineError):
    """The pack itself could not be started or asked."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


class RunningPack:
    """Asks one pack. Connects at the first question, so that starting it costs the caller no time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._channel: grpc.Channel | None = None

    @cached_property
    def _stub(self) -> analyzer_pb2_grpc.AnalyzerStub:
        options = [
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
            ("grpc.enable_http_proxy", 0),
        ]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port()}", options=options)
        return analyzer_pb2_grpc.AnalyzerStub(self._channel)

    def ask(self, goal: Goal, inputs: Properties) -> Any:
        """Start the analysis of one resource; ``answer`` waits for it."""
        request = analyzer_pb2.AnalyzeRequest(
            type=goal.type,
            urn=goal.urn,
            name=goal.name,
            properties=wire.encode(inputs),
            options=_options(goal),
        )
        return self._stub.Analyze.future(request, timeout=_LONGEST_ANSWER)

    def answer(self, goal: Goal, asked: Any) -> list[Violation]:
        try:
            return _violations(asked.result(), goal.urn)
        except grpc.RpcError as error:
            raise _failed(error, goal.name) from error

    def stack(self, resources: Iterable[tuple[Goal, Properties]]) -> list[Violation]:
        """What is wrong with all resources together."""
        listed = [_resource(goal, properties) for goal, properties in resources]
        request = analyzer_pb2.AnalyzeStackRequest(resources=listed)
        try:
            return _violations(self._stub.AnalyzeStack(request, timeout=_LONGEST_ANSWER), "")
        except grpc.RpcError as error:
            raise _failed(error, "the stack") from error

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _port(self) -> int:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            line = self._process.stdout.readline() if selector.select(_LONGEST_START) else ""
        if line.strip().isdigit():
            return int(line)
        raise _not_started(self._process)


def _failed(error: grpc.RpcError, what: str) -> PackError:
    said = error.details() if isinstance(error, grpc.Call) else str(error)
    return PackError(f"the policy pack failed on {what}: {said}", hint="mend the rule, or disable it")


def _not_started(process: subprocess.Popen[str]) -> PackError:
    """Its last words: the error's line, and behind ``next:`` what to do."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    words = process.stderr.read().strip() if process.stderr is not None else ""
    said, _, hint = words.partition("\nnext: ")
    # With a hint it is a person's mistake: a rule or a level that does not exist, a broken rule of their own.
    return PackError(said or "the policy pack did not start", hint=hint, exit_code=2 if hint else 1)


@contextmanager
def running(pack: PolicyPack, program: Program, dry_run: bool) -> Iterator[RunningPack]:
    """The pack's process, gone with all its children when the block ends."""
    leash, held = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-u", str(pack.directory / "__main__.py")],
            cwd=pack.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**_environment(pack, program, dry_run), _LEASH: str(leash)},
            pass_fds=(leash,),
            start_new_session=True,
        )
    except BaseException:
        os.close(held)
        raise
    finally:
        os.close(leash)
    found = RunningPack(process)
    try:
        yield found
    finally:
        os.close(held)
        found.close()


def _environment(pack: PolicyPack, program: Program, dry_run: bool) -> dict[str, str]:
    config = {key: value for key, value in program.config.items() if key not in program.secret_keys}
    return {
        **os.environ,
        "PULUMI_CONFIG": json.dumps(config),
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_PROJECT": program.project,
        "PULUMI_STACK": program.stack,
        "PULUMI_DRY_RUN": str(dry_run).lower(),
        **pack.environment,
    }


def _options(goal: Goal) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=goal.protect,
        ignoreChanges=goal.options.ignore_changes,
        deleteBeforeReplace=bool(goal.delete_before_replace),
        deleteBeforeReplaceDefined=goal.delete_before_replace is not None,
        additionalSecretOutputs=goal.additional_secret_outputs,
        aliases=[alias.urn for alias in goal.aliases if alias.urn],
        parent=goal.parent,
    )


def _resource(goal: Goal, properties: Properties) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        type=goal.type,
        urn=goal.urn,
        name=goal.name,
        properties=wire.encode(properties),
        options=_options(goal),
        parent=goal.parent,
        dependencies=goal.dependencies,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in goal.property_dependencies.items()
        },
    )


def _violations(response: analyzer_pb2.AnalyzeResponse, urn: str) -> list[Violation]:
    """Without the policy's description, which Pulumi puts in front of each message."""
    return [
        Violation(
            policy=found.policyName,
            urn=found.urn or urn,
            message=found.message.removeprefix(found.description).strip(),
            is_mandatory=found.enforcementLevel == analyzer_pb2.MANDATORY,
        )
        for found in response.diagnostics
        if not found.message.startswith("can't run policy")  # a value it needs is not known yet
    ]
