"""Decides which commands build and test a function's directory. Pure: contents in, steps out.

A directory's contents decide, not its runtime: a Node function with a requirements.txt gets both. Functions
that share a directory share its installation; each has its own build and test commands.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import telling
from .manifest import Function
from .node_projects import install_command
from .python_locks import Locked
from .survey import Contents

# Exit status of pytest, and of unittest from Python 3.12, when there was nothing to run.
NO_TESTS = 5

_PIP_INSTALL = ("python3", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off")


@dataclass(frozen=True)
class Staging:
    """Folders outside the source: Python dependencies never land in the checkout."""

    dependencies: str
    test_dependencies: str
    project: str
    locked: str
    """The requirements of a lock file."""
    members: str
    """Copies of the workspace's own packages, by number."""
    told: str
    """Where test commands tell their tests one by one."""


@dataclass(frozen=True)
class Step:
    """One command. ``shell`` when it is the user's own line, to be read by ``sh``."""

    title: str
    command: tuple[str, ...]
    shell: bool = False
    #: Where it runs; empty for the function's directory.
    at: str = ""
    #: Exit statuses that mean "there was nothing to test" and do not fail the build.
    nothing_to_do: frozenset[int] = frozenset()
    #: Variables it has beside the build's own; what has a value there is written in front.
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Installation:
    """What a directory needs before its functions can be built."""

    steps: tuple[Step, ...]
    messages: tuple[str, ...]


def installation(contents: Contents, staging: Staging) -> Installation:
    steps: list[Step] = []
    messages: list[str] = []
    npm, node = contents.npm, contents.node
    if npm is not None and node is not None and not node.is_plain_npm:
        command = install_command(node)
        steps.append(Step(f"{node.tool} install", command, at=str(node.root)))
        if not node.lock:
            messages.append(f"no lock file of {node.tool}: versions may differ in each build")
    elif npm is not None:
        if npm.dependencies or npm.dev_dependencies:
            steps.append(_npm_install(npm.locked))
        else:
            messages.append("package.json names no dependencies: nothing to install")
        if not npm.locked and npm.dependencies:
            messages.append("no package-lock.json: the versions of its dependencies may differ in each build")
    if contents.requirements:
        steps.append(_pip_install(("-r", "requirements.txt"), staging.dependencies))
    locked = contents.locked
    if locked is not None:
        steps += _locked_steps(locked, staging, contents.python_project)
    elif contents.python_project:
        steps.append(_pip_install((staging.project,), staging.dependencies, title="pip install ."))
        if not contents.requirements:
            messages.append("pyproject.toml has no lock file beside it: versions may differ in each build")
    if contents.gemfile:
        messages.append(
            "Gemfile: gems are packaged when 'build' puts them below vendor/bundle, such as: "
            "BUNDLE_PATH=vendor/bundle BUNDLE_DEPLOYMENT=true bundle install"
        )
    elif npm is None and locked is None and not contents.requirements and not contents.python_project:
        messages.append(_nothing_to_install(contents))
    return Installation(tuple(steps), tuple(messages))


def _nothing_to_install(contents: Contents) -> str:
    if contents.names_no_package:
        return "requirements.txt names no package: nothing to install"
    return "no package.json, requirements.txt or pyproject.toml to install from: packaged as is"


def _locked_steps(locked: Locked, staging: Staging, is_project: bool) -> list[Step]:
    """What is locked, and nothing else; then the packages of the repository itself."""
    steps: list[Step] = []
    what: tuple[str, ...]
    if locked.lines:
        what = ("--no-deps", "-r", staging.locked)
        steps.append(_pip_install(what, staging.dependencies, f"pip install what {locked.file} says"))
    for number, path in enumerate(locked.local):
        what = ("--no-deps", f"{staging.members}/{number}")
        steps.append(_pip_install(what, staging.dependencies, f"pip install {path.name}"))
    if is_project and locked.installs_project:
        what = ("--no-deps", staging.project)
        steps.append(_pip_install(what, staging.dependencies, "pip install ."))
    return steps


def build_steps(function: Function) -> tuple[Step, ...]:
    return () if function.build is None else (_user_command(function.build),)


def test_installation(contents: Contents, staging: Staging) -> tuple[Step, ...]:
    return tuple(_pip_install(("-r", name), staging.test_dependencies) for name in contents.test_requirements)


def test_steps(
    function: Function, contents: Contents, has_pytest: bool, staging: Staging
) -> tuple[Step, ...]:
    """The user's own test command, or what the directory itself offers; none is not a failure."""
    folder = ((telling.VARIABLE, staging.told),)
    npm = contents.npm
    if function.test is not None:
        own = telling.runs_node_test([function.test, *(npm.scripts if npm is not None else ())])
        environment = (*folder, ("PYTEST_ADDOPTS", telling.pytest_option(staging.told)), *_node_told(own))
        return (_user_command(function.test, environment),)
    steps = _python_tests(contents, has_pytest, staging, folder)
    if npm is None or not npm.test_script:
        return steps
    return (_npm("test", environment=(*folder, *_node_told(telling.runs_node_test(npm.scripts)))), *steps)


def _node_told(is_node_test: bool) -> tuple[tuple[str, str], ...]:
    return (("NODE_OPTIONS", telling.node_options()),) if is_node_test else ()


def prune_steps(contents: Contents) -> tuple[Step, ...]:
    """What was installed for the tests alone does not travel to Lambda."""
    is_npms = contents.node is None or contents.node.is_plain_npm
    if contents.npm is None or not contents.npm.dev_dependencies or not is_npms:
        return ()
    return (_npm("prune", "--omit=dev", *_no_lock_file(contents.npm.locked)),)


def _npm_install(locked: bool) -> Step:
    return _npm("ci") if locked else _npm("install", *_no_lock_file(locked))


def _no_lock_file(locked: bool) -> tuple[str, ...]:
    # Without a lock file npm would write one into the source, and it would be packaged.
    return () if locked else ("--no-package-lock",)


def _npm(*arguments: str, environment: tuple[tuple[str, str], ...] = ()) -> Step:
    return Step(" ".join(("npm", *arguments)), ("npm", *arguments), environment=environment)


def _pip_install(what: tuple[str, ...], target: str, title: str = "") -> Step:
    # --no-compile: .pyc files carry times, and the same sources must give the same package.
    command = (*_PIP_INSTALL, "--no-compile", "--upgrade", "--target", target, *what)
    return Step(title or " ".join(("pip install", *what)), command)


def _python_tests(
    contents: Contents, has_pytest: bool, staging: Staging, environment: tuple[tuple[str, str], ...]
) -> tuple[Step, ...]:
    if not contents.python_tests:
        return ()
    nothing = frozenset({NO_TESTS})
    if has_pytest:
        # Its cache folder would be written into the source.
        command = ("python3", "-m", "pytest", "-p", "no:cacheprovider", telling.pytest_option(staging.told))
        return (Step("python3 -m pytest", command, nothing_to_do=nothing, environment=environment),)
    steps = []
    for start in contents.python_tests:
        arguments = ("discover", *(() if start == "." else ("-s", start)))
        command = ("python3", *telling.unittest_program(staging.told), *arguments)
        title = " ".join(("python3 -m unittest", *arguments))
        steps.append(Step(title, command, nothing_to_do=nothing, environment=environment))
    return tuple(steps)


def _user_command(line: str, environment: tuple[tuple[str, str], ...] = ()) -> Step:
    return Step(line, (line,), shell=True, environment=environment)
