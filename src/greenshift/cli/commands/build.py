"""``greenshift build``: the Build stage's work for one function, here, of the working tree as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.project import copied
from greenshift.cli.project.home import HOME
from greenshift.cli.project.workspace import Workspace
from greenshift.errors import UsageError
from greenshift.settings import Settings
from greenshift.twin.codebuild import environment as build_environment
from greenshift.twin.codebuild import workplace
from greenshift.twin.machine.cache import default_cache

FAILED = 1
_AT_HAND = "GREENSHIFT_BUILD_AT_HAND"
"""Tells the build kit that its reader is at hand; the kit, which travels alone, has the name as well."""
_OUTPUT = ".greenshift-build"
_NOT_SOURCE = ("node_modules", ".venv", "venv", "__pycache__", HOME, _OUTPUT, ".git")


def build(
    function: Annotated[
        list[str] | None, typer.Argument(metavar="FUNCTION", help="Keys of functions. Default: all.")
    ] = None,
) -> None:
    """Build functions as the Build stage does, without a pipeline: install, build, test, package.

    The working tree is taken as it is, with what is not committed, and stays as it is. The packages are
    left in .greenshift/build.

    Example:  greenshift build worker
    """
    workspace = Workspace.find()
    settings = only(workspace.project.settings, function or [])
    target = workspace.home / "build"
    if not build_here(workspace, settings, target):
        raise typer.Exit(FAILED)
    for package in sorted((target / "packages").glob("*.zip")):
        terminal.out.print(f"{package.relative_to(workspace.project.directory)}", markup=False)


def build_here(workspace: Workspace, settings: Settings, target: Path) -> bool:
    """The packages of the settings' functions in ``target``, of the working tree; False when a step failed.

    What the build prints goes to stderr as it comes, and names files as they are here.
    """
    root = workspace.project.directory
    with tempfile.TemporaryDirectory(prefix="greenshift-build-") as folder:
        scratch = Path(folder)
        place = workplace.prepare(scratch / "place")
        source = scratch / "source"
        _copy(root, source)
        kit = scratch / "kit"
        _write_kit(kit, settings)
        environment = _environment(place, source, kit, settings)
        if copied.run(["python3", "-m", "build_kit"], source, environment, sys.stderr) != 0:
            return False
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source / _OUTPUT, target)
    return True


def only(settings: Settings, keys: list[str]) -> Settings:
    """The settings of these functions alone; of all without keys. UsageError names one that is none."""
    unknown = [key for key in keys if key not in settings.functions]
    if unknown:
        raise UsageError(
            f"there is no function {unknown[0]!r}", hint=f"functions: {', '.join(sorted(settings.functions))}"
        )
    chosen = {key: each for key, each in settings.functions.items() if not keys or key in keys}
    return settings.model_copy(update={"functions": chosen})


def _write_kit(kit: Path, settings: Settings) -> None:
    from greenshift.components.archives import KIT_TEXTS, kit_files
    from greenshift.components.manifests import functions_json

    texts = {**KIT_TEXTS, "functions.json": functions_json(settings)}
    for name, path in kit_files().items():
        texts[name] = path.read_text(encoding="utf-8")
    for name, text in texts.items():
        (kit / name).parent.mkdir(parents=True, exist_ok=True)
        (kit / name).write_text(text, encoding="utf-8")


def _environment(
    place: workplace.Workplace, source: Path, kit: Path, settings: Settings
) -> Mapping[str, str]:
    """As a build on the twin has it, without a session of AWS."""
    return {
        **build_environment.host_environment(os.environ, place, default_cache()),
        **settings.build.environment,
        _AT_HAND: "yes",
        "PYTHONPATH": str(kit),
        "CODEBUILD_SRC_DIR": str(source),
        "CODEBUILD_SRC_DIR_BuildKit": str(kit),
    }


def _copy(root: Path, target: Path) -> None:
    """What git would commit, and what it does not know yet; without git, all but what tools have made."""
    for name in _names(root):
        path = root / name
        if not path.exists() and not path.is_symlink():
            continue  # deleted, and not committed yet
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target / name, follow_symlinks=False)


def _names(root: Path) -> Iterator[str]:
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        listed = None
    if listed is not None and listed.returncode == 0:
        yield from (os.fsdecode(name) for name in listed.stdout.split(b"\0") if name)
        return
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in _NOT_SOURCE]
        yield from ((Path(folder) / name).relative_to(root).as_posix() for name in names)
