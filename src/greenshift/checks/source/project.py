"""All checks of one project for one stack: settings first, then every function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from greenshift.buildkit.failure import BuildFailure
from greenshift.checks.finding import Finding, ordered
from greenshift.checks.source.function import read_function
from greenshift.checks.source.handlers import check_callback, check_handler_file
from greenshift.checks.source.packaging import check_lock_file, check_source_provider
from greenshift.checks.source.places import Place, setting_place
from greenshift.checks.source.program import check_program
from greenshift.checks.source.runtimes import check_runtime
from greenshift.checks.source.sdk import check_sdk_version
from greenshift.errors import SettingsError
from greenshift.settings import Project, load_project
from greenshift.settings.yaml_files import find_root


def check_project(
    directory: Path, stack: str, today: date, environment: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Worst first. Raises ``UsageError`` only when there is no project to check, or its YAML is none."""
    root = find_root(directory)
    try:
        project = load_project(root, stack)
    except SettingsError as error:
        return (_refused(error, setting_place(root, stack, error.key)),)
    return ordered(_of_project(project, today, environment))


def _refused(error: SettingsError, place: Place) -> Finding:
    return Finding(
        rule="setting",
        level="error",
        file=place.file,
        line=place.line,
        what=f"{error.key}: {error.value!r} is not allowed",
        why=error.allowed,
        mend=error.hint or "mend the value; docs/settings.md has every setting with an example",
    )


def _of_project(project: Project, today: date, environment: Mapping[str, str]) -> Iterator[Finding]:
    source = setting_place(project.directory, project.stack, "greenshift:source.provider")
    yield from check_program(project.directory)
    yield from check_source_provider(project.settings, environment, source)
    for key in project.settings.functions:
        yield from _of_function(project, key, today)


def _of_function(project: Project, key: str, today: date) -> Iterator[Finding]:
    settings = project.settings.functions[key]

    def place(setting: str) -> Place:
        return setting_place(project.directory, project.stack, f"greenshift:functions.{key}.{setting}")

    yield from check_runtime(key, settings.runtime, today, place("runtime"))
    try:
        source = read_function(project.directory, key, settings)
    except BuildFailure as failure:
        yield _unreadable(key, settings.directory, failure)
        return
    if project.settings.build.buildspec is None:  # else the build is the user's own, and so is its result
        yield from check_handler_file(source, place("handler"))
        yield from check_lock_file(source)
    yield from check_sdk_version(source)
    yield from check_callback(source)


def _unreadable(key: str, directory: str, failure: BuildFailure) -> Finding:
    file, _, what = failure.message.partition(": ")
    return Finding(
        rule="source",
        level="error",
        function=key,
        file=f"{directory}/{file}" if what else directory,
        what=what or file,
        why="the build cannot read it",
        mend="mend the file",
    )
