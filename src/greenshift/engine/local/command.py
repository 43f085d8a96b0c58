"""Commands on this machine, as ``pulumi_command.local`` runs them [pulumi-command: local.Command]."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

from greenshift.engine.local.kinds import Document, Local, Made, keys
from greenshift.errors import EngineError

_LONGEST = 600.0  # seconds
_SHOWN = 2000  # characters of a failed command's error output
_SETTINGS = keys(
    "create update delete environment stdin dir interpreter addPreviousOutputInEnv logging "
    "assetPaths archivePaths"
)


def _run(directory: Path, inputs: Document, command: str, before: Document) -> Document:
    interpreter = [str(each) for each in inputs.get("interpreter") or ["/bin/sh", "-c"]]
    previous = {}
    if before and inputs.get("addPreviousOutputInEnv") is not False:
        previous = {
            "PULUMI_COMMAND_STDOUT": str(before.get("stdout", "")),
            "PULUMI_COMMAND_STDERR": str(before.get("stderr", "")),
        }
    given = {key: str(value) for key, value in (inputs.get("environment") or {}).items()}
    try:
        done = subprocess.run(
            [*interpreter, command],
            cwd=directory / str(inputs.get("dir") or "."),
            env={**os.environ, **previous, **given},
            input=str(inputs["stdin"]) if inputs.get("stdin") is not None else "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"the command could not run: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-_SHOWN:]
        raise EngineError(f"the command ended with {done.returncode}: {said}")
    return {"stdout": done.stdout.rstrip("\n"), "stderr": done.stderr.rstrip("\n")}


def _create(directory: Path, inputs: Document) -> Made:
    command = inputs.get("create")
    outputs = _run(directory, inputs, command, {}) if command else {"stdout": "", "stderr": ""}
    return uuid.uuid4().hex, outputs


def _change(directory: Path, inputs: Document, before: Document) -> Document:
    """Its ``update``; without one it is created once more."""
    command = inputs.get("update") or inputs.get("create")
    return _run(directory, inputs, command, before) if command else before


def _delete(directory: Path, inputs: Document, before: Document) -> None:
    if inputs.get("delete"):
        _run(directory, inputs, inputs["delete"], before)


def run(directory: Path, args: Document) -> Document:
    """The function ``command.local.run``: for its output, each time the program runs."""
    return {**args, **_run(directory, args, str(args["command"]), {})}


KINDS = (
    Local(
        "command:local:Command",
        _create,
        replace=frozenset({"triggers"}),
        update=_SETTINGS,
        change=_change,
        delete=_delete,
        volatile=frozenset({"stdout", "stderr"}),
    ),
)
INVOKES = {"command:local:run": run}
