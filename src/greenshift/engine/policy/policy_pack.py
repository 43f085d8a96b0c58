"""One policy pack's process, started and asked as Pulumi's CLI does it: its port, then the analyzer protocol.

The process gets config in the environment (``PULUMI_CONFIG``), never secrets. It runs in its own group and
is killed when the block ends; should the engine itself be killed, a pipe closes and it ends by itself.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from greenshift.engine.policy.verdicts import Verdicts
from greenshift.engine.program import groups
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.program_spec import Program
from greenshift.engine.properties import wire
from greenshift.engine.properties.values import Properties
from greenshift.errors import EngineError

_LONGEST_START = 30.0  # seconds; 0.3 s is usual
_LONGEST_ANSWER = 60.0
_LARGEST_MESSAGE = 400 * 1024 * 1024
_LEASH = "GREENSHIFT_LEASH"


@dataclass(frozen=True)
class PolicyPack:
    """A folder with ``PulumiPolicy.yaml`` and ``__main__.py``, and what its process needs to know.

    ``memory``: a file for what it found in order, if it may be believed the next time; ``basis`` is then a
    digest of all that its answers depend on beside the question and the configuration.
    """

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    memory: Path | None = None
    basis: str = ""


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


@dataclass(frozen=True)
class Asked:
    """A question, and what will have its answer: nothing when that is known to be in order."""

    question: tuple[bytes, ...]
    future: Any = None


class RunningPack:
    """Asks one pack. Connects at the first question, so that starting it costs the caller no time.

    What was in order before is not asked again (``verdicts``); its process is started when something is.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[str]], verdicts: Verdicts) -> None:
        self._start = start
        self._verdicts = verdicts
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._channel: grpc.Channel | None = None
        self._connected: analyzer_pb2_grpc.AnalyzerStub | None = None
        if not verdicts.has_some:
            self._process = start()

    @property
    def _stub(self) -> analyzer_pb2_grpc.AnalyzerStub:
        with self._lock:
            if self._connected is None:
                self._process = self._process or self._start()
                self._connected = self._connect(self._process)
            return self._connected

    def _connect(self, process: subprocess.Popen[str]) -> analyzer_pb2_grpc.AnalyzerStub:
        options = [
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
            ("grpc.enable_http_proxy", 0),
        ]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{_port(process)}", options=options)
        return analyzer_pb2_grpc.AnalyzerStub(self._channel)

    def ask(self, goal: Goal, inputs: Properties) -> Asked:
        """Start the analysis of one resource; ``answer`` waits for it."""
        request = analyzer_pb2.AnalyzeRequest(
            type=goal.type,
            urn=goal.urn,
            name=goal.name,
            properties=wire.encode(inputs),
            options=_options(goal),
        )
        question = (request.SerializeToString(deterministic=True),)
        if self._verdicts.is_in_order(question):
            return Asked(question)
        return Asked(question, self._stub.Analyze.future(request, timeout=_LONGEST_ANSWER))

    def answer(self, goal: Goal, asked: Asked) -> list[Violation]:
        if asked.future is None:
            return []
        try:
            return self._heard(asked.question, asked.future.result(), goal.urn)
        except grpc.RpcError as error:
            raise _failed(error, goal.name) from error

    def stack(self, resources: Iterable[tuple[Goal, Properties]]) -> list[Violation]:
        """What is wrong with all resources together."""
        listed = [_resource(goal, properties) for goal, properties in resources]
        question = (b"stack", *sorted(each.SerializeToString(deterministic=True) for each in listed))
        if self._verdicts.is_in_order(question):
            return []
        request = analyzer_pb2.AnalyzeStackRequest(resources=listed)
        try:
            return self._heard(question, self._stub.AnalyzeStack(request, timeout=_LONGEST_ANSWER), "")
        except grpc.RpcError as error:
            raise _failed(error, "the stack") from error

    def _heard(self, question: tuple[bytes, ...], response: Any, urn: str) -> list[Violation]:
        found = _violations(response, urn)
        if not response.diagnostics:  # nor one that says a rule lacked a value
            self._verdicts.keep(question)
        return found

    def close(self) -> None:
        self._verdicts.write()
        if self._channel is not None:
            self._channel.close()
        if self._process is None:
            return
        groups.kill(self._process)
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(_LONGEST_START) else ""
    if line.strip().isdigit():
        return int(line)
    raise _not_started(process)


def _failed(error: grpc.RpcError, what: str) -> PackError:
    said = error.details() if isinstance(error, grpc.Call) else str(error)
    return PackError(f"the policy pack failed on {what}: {said}", hint="fix the rule, or disable it")


def _not_started(process: subprocess.Popen[str]) -> PackError:
    """Its last words: the error's line, and behind ``next:`` what to do."""
    groups.kill(process)
    words = process.stderr.read().strip() if process.stderr is not None else ""
    said, _, hint = words.partition("\nnext: ")
    # With a hint it is a person's mistake: a rule or a level that does not exist, a broken rule of their own.
    return PackError(said or "the policy pack did not start", hint=hint, exit_code=2 if hint else 1)


@contextmanager
def running(pack: PolicyPack, program: Program, dry_run: bool, key: str = "") -> Iterator[RunningPack]:
    """The pack's process, gone with all its children when the block ends; ``key`` is of its memory."""
    environment = _environment(pack, program, dry_run)
    leash, held = os.pipe()

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-u", str(pack.directory / "__main__.py")],
            cwd=pack.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **environment, _LEASH: str(leash)},
            pass_fds=(leash,),
            start_new_session=True,
        )

    basis = json.dumps([pack.basis, environment], sort_keys=True)
    verdicts = Verdicts(pack.memory, basis, key, "preview" if dry_run else "up")
    found: RunningPack | None = None
    try:
        found = RunningPack(start, verdicts)
        yield found
    finally:
        os.close(held)
        os.close(leash)
        if found is not None:
            found.close()


def _environment(pack: PolicyPack, program: Program, dry_run: bool) -> dict[str, str]:
    config = {key: value for key, value in program.config.items() if key not in program.secret_keys}
    return {
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
