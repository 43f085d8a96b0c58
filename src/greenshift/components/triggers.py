"""The pipeline's triggers as plain data, and the file paths the functions are made from.

A filter holds at most eight globs, so directories beyond that are named together by the one above them:
CodePipeline then starts a release a little too often, never too rarely.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from greenshift.components.stages import SOURCE_ACTION
from greenshift.settings import Settings
from greenshift.settings.triggers import MOST_PATTERNS, Patterns, PullRequestFilter, PushFilter

if TYPE_CHECKING:
    from pulumi_aws.codepipeline import (
        PipelineTriggerArgsDict,
        PipelineTriggerGitConfigurationArgsDict,
        PipelineTriggerGitConfigurationPullRequestArgsDict,
        PipelineTriggerGitConfigurationPushArgsDict,
    )
    from pulumi_aws.codepipeline import PipelineTriggerGitConfigurationPushBranchesArgsDict as Globs


def triggers(settings: Settings) -> list[PipelineTriggerArgsDict] | None:
    """None leaves it to the connection, which reports every push to the branch."""
    configured, branch = settings.source.triggers, Patterns(includes=(settings.source.branch,))
    if not configured.is_configured:
        return None
    paths = Patterns(includes=tuple(function_paths(settings))) if configured.function_paths else Patterns()
    pushes = configured.push or ((PushFilter(),) if not configured.pull_requests else ())
    git: PipelineTriggerGitConfigurationArgsDict = {"source_action_name": SOURCE_ACTION}
    if pushes:
        git["pushes"] = [_push(each, branch, paths) for each in pushes]
    if configured.pull_requests:
        git["pull_requests"] = [_pull_request(each, branch, paths) for each in configured.pull_requests]
    return [{"provider_type": "CodeStarSourceConnection", "git_configuration": git}]


def function_paths(settings: Settings) -> list[str]:
    """Globs of everything below the functions' directories and the shared ones."""
    directories = [function.directory for function in settings.functions.values()]
    return [_glob(path) for path in _few([*directories, *settings.source.shared_directories])]


def _push(
    given: PushFilter, branch: Patterns, paths: Patterns
) -> PipelineTriggerGitConfigurationPushArgsDict:
    if given.tags:
        return {"tags": _lists(given.tags)}
    filter_: PipelineTriggerGitConfigurationPushArgsDict = {"branches": _lists(given.branches or branch)}
    if files := given.file_paths or paths:
        filter_["file_paths"] = _lists(files)
    return filter_


def _pull_request(
    given: PullRequestFilter, branch: Patterns, paths: Patterns
) -> PipelineTriggerGitConfigurationPullRequestArgsDict:
    filter_: PipelineTriggerGitConfigurationPullRequestArgsDict = {
        "events": list(given.events),
        "branches": _lists(given.branches or branch),
    }
    if files := given.file_paths or paths:
        filter_["file_paths"] = _lists(files)
    return filter_


def _lists(patterns: Patterns) -> Globs:
    """An empty list is refused by the API, so it is left out."""
    globs: Globs = {}
    if patterns.includes:
        globs["includes"] = list(patterns.includes)
    if patterns.excludes:
        globs["excludes"] = list(patterns.excludes)
    return globs


def _few(directories: Iterable[str]) -> list[PurePosixPath]:
    paths = _outermost({PurePosixPath(directory) for directory in directories})
    while len(paths) > MOST_PATTERNS:
        deepest = max(len(path.parts) for path in paths)
        paths = _outermost({path.parent if len(path.parts) == deepest else path for path in paths})
    return sorted(paths)


def _outermost(paths: set[PurePosixPath]) -> set[PurePosixPath]:
    """Without those that lie inside another."""
    return {path for path in paths if not paths.intersection(path.parents)}


def _glob(path: PurePosixPath) -> str:
    return f"{path}/**" if path.parts else "**"
