"""One directory of functions: installed, built, tested, pruned; then each of its functions is packaged.

Every command's output goes straight to the log, and the first failure ends the build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import checks, plan, telling
from .bundling import bundle, externals, fetched_tool, is_bundled, own_tool
from .excludes import JAVA
from .failure import BuildFailure, run_here
from .manifest import Function, Package
from .node_modules import kept_aside, module_names, needed
from .node_projects import ENVIRONMENT
from .packaging import Selection, largest, select, write_zip
from .reports import Reports
from .survey import Contents, survey
from .syntax import unreadable

OUTPUT = ".greenshift-build"
BUNDLES = f"{OUTPUT}/bundles"
_HAS_PYTEST = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"


def say(line: str) -> None:
    print(line, flush=True)  # before a command writes to the same log


@dataclass
class Room:
    """One directory being built, with its scratch folders outside the source."""

    source: Path
    directory: Path
    functions: list[Function]
    scratch: Path
    tools: Path
    """Of all rooms."""
    messages: list[str]
    done: set[plan.Step]
    """Installations of a whole workspace, which serve more than one room."""
    reports: Reports
    made_before: frozenset[str] = frozenset()
    contents: Contents = field(default_factory=Contents)
    packaged: list[Package] = field(default_factory=list)

    @property
    def _label(self) -> str:
        return ", ".join(function.key for function in self.functions)

    @property
    def _staging(self) -> plan.Staging:
        return plan.Staging(
            dependencies=str(self.scratch / "dependencies"),
            test_dependencies=str(self.scratch / "test-dependencies"),
            project=str(self.scratch / "project"),
            locked=str(self.scratch / "locked.txt"),
            members=str(self.scratch / "members"),
            told=str(self.scratch / "told"),
        )

    def prepare(self) -> None:
        """Everything before packaging: install, build, test, prune."""
        if not self.directory.is_dir():
            raise BuildFailure(
                self._label,
                f"directory {self.functions[0].directory!r} is not in the source ({self._there()})",
            )
        self.contents = contents = survey(self._label, self.directory, self.source, self.functions[0].runtime)
        self._install(contents)
        self.made_before = module_names(self.directory)
        self._run_each(self._build_steps)
        self._check_syntax(contents)
        self._test(contents)
        with kept_aside(self.directory, self._made(), self.scratch / "made"):
            self._run(self._label, plan.prune_steps(contents))

    def _check_syntax(self, contents: Contents) -> None:
        """After what makes the files, and before tests that would say the same in many more words."""
        for function in self.functions:
            found = () if is_bundled(function) else unreadable(function, self.directory, contents)
            for each in found:
                place = f"{os.path.relpath(each.file, self.source)}:{each.line}"
                what = f"{place}: {each.what}"
                if not each.is_doubted:
                    say(f"[{function.key}] {place}")
                    say(each.shown)
                    raise BuildFailure(function.key, f"{what}{run_here(function.key)}")
                self._note(function.key, f"{what}; {function.runtime} may read what is newer than this build")

    def _build_steps(self, function: Function) -> tuple[plan.Step, ...]:
        if not is_bundled(function):
            return plan.build_steps(function)
        tool, fetches = self._esbuild()
        made = bundle(function, self.directory, tool, self._bundle_of(function))
        return (*fetches, plan.Step(f"{function.build} -> {made.target}", made.command))

    def _esbuild(self) -> tuple[str, tuple[plan.Step, ...]]:
        own = own_tool(self.directory, self.source)
        if own is not None:
            return own, ()
        tool, fetch = fetched_tool(self.tools)
        fetches = () if fetch in self.done else (fetch,)
        self.done.add(fetch)
        return tool, fetches

    def _bundle_of(self, function: Function) -> Path:
        # Inside the source: a source map names its sources from where it lies, and the folder outside is
        # another one in every build.
        return self.source / BUNDLES / function.key

    def _made(self) -> list[str]:
        """What `build` and the tests put into node_modules: pruning would delete what no tool knows of."""
        return sorted(module_names(self.directory) - self.made_before)

    def _modules(self) -> Mapping[str, Path] | None:
        """What of node_modules goes into the package; None for all that is there."""
        node = self.contents.node
        if node is None or node.is_plain_npm:
            return None
        made = {f"node_modules/{name}": self.directory / "node_modules" / name for name in self._made()}
        return {**needed(self._label, self.directory, self.source), **made}

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
            self._copied(self.directory, self._staging.project)
        if contents.locked is not None:
            Path(self._staging.locked).write_text("\n".join((*contents.locked.lines, "")), encoding="utf-8")
            for number, member in enumerate(contents.locked.local):
                self._copied(member, f"{self._staging.members}/{number}")
        shared = [step for step in installation.steps if step.at]
        self._run(self._label, [step for step in installation.steps if step not in self.done])
        self.done.update(shared)

    def _copied(self, folder: Path, to: str) -> None:
        # Building a wheel writes build/ and *.egg-info: into a copy, not into the source.
        ignore = shutil.ignore_patterns(".git", "node_modules", ".venv", "venv", "__pycache__", OUTPUT)
        shutil.copytree(folder, to, ignore=ignore)

    def _test(self, contents: Contents) -> None:
        self._run(self._label, plan.test_installation(contents, self._staging))
        has_pytest = bool(contents.python_tests) and self._has_pytest()
        Path(self._staging.told).mkdir()
        ran: set[plan.Step] = set()
        for function in self.functions:
            steps = plan.test_steps(function, contents, has_pytest, self._staging)
            if not steps:
                self._note(function.key, "no tests found")
            self.reports.add(function.key)
            for step in steps:
                if step not in ran:
                    self._run_test(function.key, step)
            ran.update(steps)

    def _run_test(self, key: str, step: plan.Step) -> None:
        say(f"[{key}] {step.title}")
        status = self._call(step.command, step.shell, environment=step.environment)
        found_none = status in step.nothing_to_do
        self.reports.ran(key, step.title, status, Path(self._staging.told), found_none=found_none)
        self._judge(key, step, status)

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
            say(f"[{label}] {step.title}")
            self._judge(label, step, self._call(step.command, step.shell, step.at))

    def _judge(self, label: str, step: plan.Step, status: int) -> None:
        if status in step.nothing_to_do:
            self._note(label, f"{step.title}: no tests ran")
        elif status != 0:
            keys = (function.key for function in self.functions)
            raise BuildFailure(label, f"{step.title}: {_ending(status)}{run_here(*keys)}")

    def _call(
        self,
        command: tuple[str, ...],
        shell: bool,
        at: str = "",
        environment: tuple[tuple[str, str], ...] = (),
    ) -> int:
        try:
            return subprocess.run(
                command[0] if shell else command,
                shell=shell,
                cwd=at or self.directory,
                env=telling.with_variables(self._environment(), environment),
                stdin=subprocess.DEVNULL,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise BuildFailure(self._label, f"{command[0]}: not found on this build's PATH") from None

    def _environment(self) -> Mapping[str, str]:
        """The build's own, with the staged dependencies and the function's directory importable."""
        path = (self._staging.dependencies, self._staging.test_dependencies, str(self.directory))
        own = {"PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**ENVIRONMENT, **os.environ, **own}

    def package(self, function: Function, output: Path) -> Package:
        selection = self._selected(function)
        self._check(function, selection)
        name = f"packages/{function.key}.zip"
        same = self._same(function)
        if same is not None:
            shutil.copyfile(output / same.path, output / name)
            say(f"[{function.key}] same package as {same.function.key}, sha256 {same.sha256}")
            return Package(function, name, same.sha256, same.size)
        zipped = write_zip(function.key, selection, output / name)
        plural = "" if zipped.files == 1 else "s"
        size = _size(zipped.size)
        say(f"[{function.key}] {zipped.files} file{plural}, {size}, sha256 {zipped.sha256}")
        for line in largest(selection):
            say(f"[{function.key}] {line}")
        self.packaged.append(Package(function, name, zipped.sha256, zipped.size))
        return self.packaged[-1]

    def _same(self, function: Function) -> Package | None:
        """The package of a function that is packaged of the same files: the whole of this directory."""
        if is_bundled(function):
            return None
        those = (each for each in self.packaged if not is_bundled(each.function))
        return next((each for each in those if each.function.exclude == function.exclude), None)

    def _selected(self, function: Function) -> Selection:
        if is_bundled(function):
            outside = needed(self._label, self.directory, self.source, externals(function))
            return select(self._bundle_of(function), None, function.exclude, outside)
        own = JAVA if function.runtime.startswith("java") else ()
        exclude = (*function.exclude, *own)
        return select(self.directory, Path(self._staging.dependencies), exclude, self._modules())

    def _check(self, function: Function, selection: Selection) -> None:
        for message in selection.messages:
            self._note(function.key, message)
        checks.check_handler(function, selection.files, selection.left_out)
        checks.check_executable(function, selection.files)
        checks.check_classes(function, selection.files)
        old_sdk = checks.check_sdk(
            function,
            selection.files,
            lambda name: selection.files[name].read_text(encoding="utf-8", errors="replace"),
        )
        for warning in (old_sdk, checks.compiled_for_another_python(function, selection.files)):
            if warning is not None:
                self._note(function.key, warning)

    def _note(self, label: str, message: str) -> None:
        line = f"[{label}] {message}"
        self.messages.append(line)
        say(line)


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"ended by signal {-status}"


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
