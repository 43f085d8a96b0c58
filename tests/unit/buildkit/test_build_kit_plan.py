"""Which commands build and test a directory, for every kind of directory."""

from __future__ import annotations

import pytest

from greenshift.buildkit import plan
from greenshift.buildkit.manifest import Function
from greenshift.buildkit.survey import Contents, NpmProject

STAGING = plan.Staging("/s/deps", "/s/test-deps", "/s/project", "/s/locked.txt", "/s/members", "/s/told")


def npm(
    *, locked: bool = True, dependencies: bool = True, dev: bool = False, test: bool = False
) -> NpmProject:
    return NpmProject(locked=locked, dependencies=dependencies, dev_dependencies=dev, test_script=test)


def function(**settings: str) -> Function:
    return Function(
        "charge",
        "functions/charge",
        "nodejs22.x",
        "index.handler",
        settings.get("test"),
        settings.get("build"),
    )


def titles(steps: tuple[plan.Step, ...]) -> list[str]:
    return [step.title for step in steps]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (Contents(npm=npm()), ["npm ci"]),
        (Contents(npm=npm(locked=False)), ["npm install --no-package-lock"]),
        (Contents(npm=npm(dependencies=False)), []),
        (Contents(npm=npm(dependencies=False, dev=True)), ["npm ci"]),
        (Contents(requirements=True), ["pip install -r requirements.txt"]),
        (Contents(python_project=True), ["pip install ."]),
        (Contents(npm=npm(), requirements=True), ["npm ci", "pip install -r requirements.txt"]),
        (Contents(), []),
    ],
)
def test_a_directory_is_installed_by_what_it_holds(contents: Contents, expected: list[str]) -> None:
    assert titles(plan.installation(contents, STAGING).steps) == expected


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (Contents(), "packaged as is"),
        (Contents(names_no_package=True), "requirements.txt names no package: nothing to install"),
        (Contents(npm=npm(dependencies=False)), "nothing to install"),
        (Contents(npm=npm(locked=False)), "no package-lock.json"),
    ],
)
def test_what_is_not_installed_is_said(contents: Contents, words: str) -> None:
    [message] = plan.installation(contents, STAGING).messages
    assert words in message


def test_python_dependencies_go_to_staging_without_compiled_files() -> None:
    [step] = plan.installation(Contents(requirements=True), STAGING).steps

    assert step.command[step.command.index("--target") + 1] == "/s/deps"
    assert "--no-compile" in step.command


def test_a_build_setting_is_one_shell_command() -> None:
    assert plan.build_steps(function(build="npm run build")) == (
        plan.Step("npm run build", ("npm run build",), shell=True),
    )
    assert plan.build_steps(function()) == ()


@pytest.mark.parametrize(
    ("contents", "has_pytest", "expected"),
    [
        (Contents(npm=npm(test=True)), False, ["npm test"]),
        (Contents(npm=npm(test=False)), False, []),
        (Contents(python_tests=(".",)), False, ["python3 -m unittest discover"]),
        (Contents(python_tests=("tests",)), False, ["python3 -m unittest discover -s tests"]),
        (Contents(python_tests=("tests",)), True, ["python3 -m pytest"]),
        (Contents(python_tests=()), True, []),
        (Contents(npm=npm(test=True), python_tests=(".",)), True, ["npm test", "python3 -m pytest"]),
    ],
)
def test_tests_are_the_ones_the_directory_offers(
    contents: Contents, has_pytest: bool, expected: list[str]
) -> None:
    assert titles(plan.test_steps(function(), contents, has_pytest, STAGING)) == expected


def test_the_users_test_command_replaces_all_others() -> None:
    contents = Contents(npm=npm(test=True), python_tests=(".",))

    assert titles(plan.test_steps(function(test="make check"), contents, True, STAGING)) == ["make check"]


def test_no_tests_is_a_success_for_discovered_tests_only() -> None:
    discovered = plan.test_steps(function(), Contents(python_tests=(".",)), True, STAGING)
    own = plan.test_steps(function(test="pytest"), Contents(), True, STAGING)

    assert [step.nothing_to_do for step in (*discovered, *own)] == [frozenset({5}), frozenset()]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (Contents(npm=npm(dev=True)), ["npm prune --omit=dev"]),
        (Contents(npm=npm(dev=True, locked=False)), ["npm prune --omit=dev --no-package-lock"]),
        (Contents(npm=npm(dev=False)), []),
        (Contents(), []),
    ],
)
def test_dev_dependencies_are_pruned(contents: Contents, expected: list[str]) -> None:
    assert titles(plan.prune_steps(contents)) == expected
