"""All checks of one project for one stack: settings first, then every function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from greenshift.buildkit.failure import BuildFailure
from greenshift.checks.finding import Finding, ordered
from greenshift.checks.source.function import read_function
from greenshift.checks.source.handlers import check_callback, check_handler_file
from greenshift.checks.source.node_handlers import check_node_handler
from greenshift.checks.source.on_twin import check_image, check_on_twin
from greenshift.checks.source.packaging import check_lock_file, check_python_lock, check_source_provider
from greenshift.checks.source.places import Place, setting_place
from greenshift.checks.source.program import check_program
from greenshift.checks.source.python_handlers import check_importable
from greenshift.checks.source.runtimes import check_runtime
from greenshift.checks.source.sdk import check_sdk_version
from greenshift.checks.source.sizes import check_size
from greenshift.checks.source.surroundings import check_region_and_image, check_repository, check_stack
from greenshift.checks.source.syntax import check_syntax
from greenshift.checks.source.tests_elsewhere import check_tests_elsewhere
from greenshift.checks.source.watches import check_watches
from greenshift.errors import SettingsError
from greenshift.settings import Project, load_project
from greenshift.settings.yaml_files import find_root


def check_project(
    directory: Path, stack: str, today: date, environment: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Worst first. Raises ``UsageError`` only when there is no project to check, or its YAML is none."""
    root = find_root(directory)
    try:
        project = load_project(root, stack, any_program=True)
    except SettingsError as error:
        return (_refused(error, setting_place(root, stack, error.key)),)
    return ordered(_of_project(project, today, environment))


def check_surroundings(directory: Path, stack: str) -> tuple[Finding, ...]:
    """Checks the git repository around the project, unless the project is refused or only judged."""
    try:
        project = load_project(find_root(directory), stack, any_program=True)
    except SettingsError:
        return ()
    return tuple(check_repository(project)) if project.settings.functions else ()


def _refused(error: SettingsError, place: Place) -> Finding:
    return Finding(
        rule="setting",
        level="error",
        file=place.file,
        line=place.line,
        what=f"{error.key}: {error.value!r} is not allowed",
        why=error.allowed,
        fix=error.hint or "fix the value",
    )


def _of_project(project: Project, today: date, environment: Mapping[str, str]) -> Iterator[Finding]:
    if not project.settings.functions:  # a program that Greenshift only judges
        yield from check_program(project.directory)
        return
    source = setting_place(project.directory, project.stack, "greenshift:source.provider")
    yield from check_program(project.directory)
    yield from check_source_provider(project.settings, environment, source)
    yield from check_watches(project)
    yield from check_stack(project)
    yield from check_region_and_image(project)
    for key in project.settings.functions:
        yield from _of_function(project, key, today)


def _of_function(project: Project, key: str, today: date) -> Iterator[Finding]:
    settings = project.settings.functions[key]

    def place(setting: str) -> Place:
        return setting_place(project.directory, project.stack, f"greenshift:functions.{key}.{setting}")

    yield from check_on_twin(project, key)
    if settings.package_type == "Image":
        yield from check_image(project, key)
        return
    yield from check_runtime(key, settings.runtime, today, place("runtime"))
    try:
        allowed = project.settings.allows_old_sdk(settings)
        source = read_function(project.directory, key, settings, allows_old_sdk=allowed)
    except BuildFailure as failure:
        yield _unreadable(key, settings.directory, failure)
        return
    if project.settings.build.buildspec is None:  # else the build is the user's own, and so is its result
        yield from check_handler_file(source, place("handler"))
        yield from check_lock_file(source)
        yield from check_python_lock(source)
        yield from check_importable(source)
        yield from check_node_handler(source)
        yield from check_size(source, project.directory)
        yield from check_tests_elsewhere(source, project.directory)
    yield from check_syntax(source)
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
        fix="fix the file",
    )
