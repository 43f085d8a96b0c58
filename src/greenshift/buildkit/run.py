"""Performs a build: installs, builds, tests and packages each directory's functions, one after another.

    survey (what is there) -> plan (what to run) -> run (here) -> packaging -> release.json

Every command's output goes straight to the log. The first failure ends the build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import checks, plan
from .failure import BuildFailure
from .manifest import Function, Package, read_functions, release_document
from .packaging import Selection, select, write_zip
from .survey import Contents, survey

OUTPUT = ".greenshift-build"
_HAS_PYTEST = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"


def build_all(source: Path, functions_file: Path) -> None:
    """Build every function named in ``functions_file`` from the tree at ``source``."""
    functions = read_functions(functions_file)
    output = source / OUTPUT
    shutil.rmtree(output, ignore_errors=True)
    packages: list[Package] = []
    messages: list[str] = []
    for directory, members in _by_directory(functions).items():
        with tempfile.TemporaryDirectory(prefix="build-kit-") as scratch:
            room = _Room(source / directory, members, Path(scratch), messages)
            room.prepare()
            packages += [room.package(function, output) for function in members]
    release = output / "release.json"
    release.write_text(release_document(packages, messages), encoding="utf-8")
    _say(f"{len(packages)} function{'s' if len(packages) != 1 else ''} packaged in {OUTPUT}")


def _by_directory(functions: Iterable[Function]) -> dict[str, list[Function]]:
    """Functions that share a directory are installed once, and pruned after the tests of all of them."""
    groups: dict[str, list[Function]] = {}
    for function in functions:
        groups.setdefault(function.directory, []).append(function)
    return groups


def _say(line: str) -> None:
    print(line, flush=True)  # before a command writes to the same log


@dataclass
class _Room:
    """One directory being built, with its scratch folders outside the source."""

    directory: Path
    functions: list[Function]
    scratch: Path
    messages: list[str]

    @property
    def _label(self) -> str:
        return ", ".join(function.key for function in self.functions)

    @property
    def _staging(self) -> plan.Staging:
        return plan.Staging(
            dependencies=str(self.scratch / "dependencies"),
            test_dependencies=str(self.scratch / "test-dependencies"),
            project=str(self.scratch / "project"),
        )

    def prepare(self) -> None:
        """Everything before packaging: install, build, test, prune."""
        if not self.directory.is_dir():
            raise BuildFailure(
                self._label,
                f"directory {self.functions[0].directory!r} is not in the source ({self._there()})",
            )
        contents = survey(self._label, self.directory)
        self._install(contents)
        self._run_each(plan.build_steps)
        self._test(contents)
        self._run(self._label, plan.prune_steps(contents))

    def _there(self) -> str:
        """The nearest folder that does exist, and what is in it."""
        folder = self.directory.parent
        while not folder.is_dir():
            folder = folder.parent
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
        return f"{folder.name} has " + (", ".join(names[:8]) or "nothing")

    def _install(self, contents: Contents) -> None:
        installation = plan.installation(contents, self._staging)
        for message in installation.messages:
            self._note(self._label, message)
        if contents.python_project:
            # Building a wheel writes build/ and *.egg-info: into a copy, not into the source.
            ignore = shutil.ignore_patterns(".git", "node_modules", ".venv", "venv", "__pycache__", OUTPUT)
            shutil.copytree(self.directory, self._staging.project, ignore=ignore)
        self._run(self._label, installation.steps)

    def _test(self, contents: Contents) -> None:
        self._run(self._label, plan.test_installation(contents, self._staging))
        has_pytest = bool(contents.python_tests) and self._has_pytest()
        ran: set[plan.Step] = set()
        for function in self.functions:
            steps = plan.test_steps(function, contents, has_pytest)
            if not steps:
                self._note(function.key, "no tests found")
            self._run(function.key, [step for step in steps if step not in ran])
            ran.update(steps)

    def _has_pytest(self) -> bool:
        return self._call(("python3", "-c", _HAS_PYTEST), shell=False) == 0

    def _run_each(self, steps_of: Callable[[Function], tuple[plan.Step, ...]]) -> None:
        ran: set[plan.Step] = set()
        for function in self.functions:
            steps = steps_of(function)
            self._run(function.key, [step for step in steps if step not in ran])
            ran.update(steps)

    def _run(self, label: str, steps: Iterable[plan.Step]) -> None:
        for step in steps:
            _say(f"[{label}] {step.title}")
            status = self._call(step.command, step.shell)
            if status in step.nothing_to_do:
                self._note(label, f"{step.title}: no tests ran")
            elif status != 0:
                raise BuildFailure(label, f"{step.title}: {_ending(status)}")

    def _call(self, command: tuple[str, ...], shell: bool) -> int:
        try:
            return subprocess.run(
                command[0] if shell else command,
                shell=shell,
                cwd=self.directory,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise BuildFailure(self._label, f"{command[0]}: not found on this build's PATH") from None

    def _environment(self) -> Mapping[str, str]:
        """The build's own, with the staged dependencies and the function's directory importable."""
        path = (self._staging.dependencies, self._staging.test_dependencies, str(self.directory))
        return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}

    def package(self, function: Function, output: Path) -> Package:
        selection = select(self.directory, Path(self._staging.dependencies), function.exclude)
        self._check(function, selection)
        name = f"packages/{function.key}.zip"
        zipped = write_zip(function.key, selection, output / name)
        plural = "" if zipped.files == 1 else "s"
        size = _size(zipped.size)
        _say(f"[{function.key}] {zipped.files} file{plural}, {size}, sha256 {zipped.sha256}")
        return Package(function, name, zipped.sha256, zipped.size)

    def _check(self, function: Function, selection: Selection) -> None:
        for message in selection.messages:
            self._note(function.key, message)
        checks.check_handler(function, selection.files, selection.left_out)
        checks.check_sdk(
            function,
            selection.files,
            lambda name: selection.files[name].read_text(encoding="utf-8", errors="replace"),
        )
        warning = checks.compiled_for_another_python(function, selection.files)
        if warning is not None:
            self._note(function.key, warning)

    def _note(self, label: str, message: str) -> None:
        line = f"[{label}] {message}"
        self.messages.append(line)
        _say(line)


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"ended by signal {-status}"


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
