"""The Pulumi CLI as a process of ours: found on PATH, run in a group of its own, cancelled once and cleanly.

A terminal sends Ctrl-C to everything in its process group. Pulumi takes a second one as "stop at once",
so it must get exactly as many as a person gave: it runs outside our group and is told by us.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from pulumi._version import version as _SDK_VERSION
from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import InvalidVersionError, create_command_error

from greenshift.errors import GreenshiftError

_PATIENCE = 2  # Pulumi cancels at the first Ctrl-C and ends at once at the second; a third ends it for it
_GET_PULUMI = "install Pulumi with its installer, or put it on PATH with npm: npm install --global pulumi"


class Interrupted(Exception):
    """A person pressed Ctrl-C; Pulumi has ended."""


class PulumiCli(PulumiCommand):
    """The SDK's ``PulumiCommand`` with a hand on the process it runs."""

    def __init__(self) -> None:
        if shutil.which("pulumi") is None:
            raise GreenshiftError(
                "a stack on AWS needs the Pulumi CLI, and there is no pulumi on PATH", hint=_GET_PULUMI
            )
        try:
            self._find()
        except (OSError, subprocess.CalledProcessError) as error:
            raise GreenshiftError(f"pulumi does not start: {error}", hint=_GET_PULUMI) from None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._interrupts = 0

    def _find(self) -> None:
        try:
            super().__init__()
        except InvalidVersionError as error:
            if "parse" not in str(error):
                raise
            # Built from source, it has no version: it is taken for one of the SDK's own.
            super().__init__(skip_version_check=True)
            self.version = _SDK_VERSION

    def interrupt(self) -> None:
        """Pass a Ctrl-C on; from now on no further command is started. From any thread."""
        with self._lock:
            self._interrupts += 1
            if self._process is not None:
                kill = self._interrupts > _PATIENCE
                _signal(self._process, signal.SIGKILL if kill else signal.SIGINT)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """As the SDK's own, which keeps its process to itself."""
        process = self._start(["--non-interactive", *args], cwd, environment(additional_env))
        readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
        out, err = (reader.text() for reader in readers)
        code = process.wait()
        with self._lock:
            self._process = None
            interrupted = self._interrupts > 0
        if interrupted:
            raise Interrupted
        result = CommandResult(out, err, code)
        if code != 0:
            raise create_command_error(result)
        return result

    def _start(self, arguments: list[str], cwd: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._lock:
            if self._interrupts:
                raise Interrupted
            self._process = subprocess.Popen(
                [self.command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=environment,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            return self._process


class _Reader:
    """Reads one stream to its end, so that the other one never fills up."""

    def __init__(self, stream: IO[str] | None, on_line: OnOutput | None) -> None:
        assert stream is not None
        self._stream, self._on_line = stream, on_line
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join()
        return "\n".join(self._lines)

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                self._lines.append(line.rstrip())
                if self._on_line is not None:
                    self._on_line(line.rstrip())


def environment(additional: Mapping[str, str]) -> dict[str, str]:
    """Ours and the SDK's; programs run on this Python, where Greenshift is, unless the user named one.

    Pulumi starts a program with PULUMI_PYTHON_CMD and a policy pack with the ``python3`` of PATH; a
    virtualenv or toolchain in Pulumi.yaml goes before both [Pulumi: sdk/python].
    """
    fixed = {**additional, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_AUTOMATION_API": "true"}
    if "PULUMI_PYTHON_CMD" in os.environ:
        return {**os.environ, **fixed}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "PULUMI_PYTHON_CMD": sys.executable, **fixed}


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """To Pulumi alone when it can still clean up after its plugins; to the whole group when it cannot."""
    with suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
