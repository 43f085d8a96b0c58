"""``steps`` of a phase: GitHub Actions syntax in a buildspec, as far as there is something to run. Pure.

User guide: "Use GitHub Actions syntax in a buildspec in AWS CodeBuild". A phase has commands or steps, not
both. Each step is a process of its own that begins in the build's directory; the first that fails ends the
phase. An action (``uses``) runs in containers of its own and is refused by name.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from greenshift.twin.codebuild.errors import yaml_file_error

# GitHub's documentation, "Workflow syntax: jobs.<job_id>.steps[*].shell".
_SHELLS = {
    "": "bash -e",
    "bash": "bash --noprofile --norc -eo pipefail",
    "sh": "sh -e",
    "python": "python3",
}
_KNOWN = ("name", "id", "run", "env", "working-directory", "shell", "uses", "with")


def commands(where: str, found: object) -> tuple[str, ...]:
    """One command of the build's shell for each step."""
    if found is None:
        return ()
    if not isinstance(found, list):
        raise yaml_file_error(f"{where} must be a list of steps")
    return tuple(_command(f"{where}[{number}]", step) for number, step in enumerate(found))


def _command(where: str, step: object) -> str:
    if not isinstance(step, Mapping):
        raise yaml_file_error(f"{where} must be a mapping with 'run'")
    if "uses" in step:
        raise yaml_file_error(
            f"{where}.uses: the twin runs no GitHub actions ({step['uses']}); do it in a step with 'run'"
        )
    unknown = [str(key) for key in step if key not in _KNOWN]
    if unknown:
        raise yaml_file_error(f"{where}: unknown key {unknown[0]!r}; expected one of {', '.join(_KNOWN)}")
    run = step.get("run")
    if not isinstance(run, str):
        raise yaml_file_error(f"{where}.run must be a text")
    shell = step.get("shell") or ""
    if shell not in _SHELLS:
        raise yaml_file_error(f"{where}.shell {shell!r} is not supported; use bash, sh or python")
    return _line(run, _SHELLS[str(shell)], str(step.get("working-directory") or ""), _env(where, step))


def _env(where: str, step: Mapping[object, object]) -> Mapping[str, str]:
    found = step.get("env") or {}
    if not isinstance(found, Mapping) or not all(isinstance(value, str | None) for value in found.values()):
        raise yaml_file_error(f"{where}.env must be a mapping of names to texts")
    return {str(name): value or "" for name, value in found.items()}


def _line(run: str, program: str, directory: str, env: Mapping[str, str]) -> str:
    begin = shlex.quote(directory) if directory else '"$CODEBUILD_SRC_DIR"'
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in env.items())
    inside = f"cd {begin} && " if not directory else f'cd "$CODEBUILD_SRC_DIR" && cd {begin} && '
    return f"( {inside}{given}{program} -c {shlex.quote(run)} )"
