"""The pipeline itself: where its source comes from, and that it builds each function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from greenshift.guardrails.aws_types import BUILD_PROJECT, PIPELINE, WEBHOOK
from greenshift.guardrails.pipelines import actions
from greenshift.guardrails.program import Program
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Finding, Rule, StackRule

# A buildspec that runs npm, yarn or pnpm at the top of the repository assumes a package.json there.
#
# CodeBuild runs the commands of a buildspec in one shell, in order (buildspec reference, version 0.2), so a
# ``cd`` counts for what comes after it. A buildspec in the repository's own file cannot be seen here; a
# package.json at the top of the repository can.
_TOOL = re.compile(
    r"(?:^|\s)(?:npm\s+(?:ci|install|i|test|t|run)|(?:yarn|pnpm)(?:\s+(?:install|i|test|run|--[\w-]+\S*))*$)"
)
# It says where, looks first, or goes on when there is nothing.
_ELSEWHERE = re.compile(
    r"--prefix\b|--workspaces?\b|--cwd\b|--dir\b|(?:^|\s)-(?:w|C)\s|package(-lock)?\.json|\bfor\s|--if-present|\|\|"
)
_CD = re.compile(r"^[\s(]*(?:cd|pushd)\s+(\S+)")
_TOP = re.compile(r"""^["']?(?:\$\{?CODEBUILD_SRC_DIR\}?|\.)/?["']?$""")


def _build_each_function(project: Resource, program: Program) -> Iterator[str]:
    if program.has_package_at_the_top:
        return
    for command in at_the_top(_commands(project.inputs.item("source").text("buildspec") or "")):
        yield f"its buildspec runs '{command}' at the top of the repository"
        return


def at_the_top(commands: Iterator[str]) -> Iterator[str]:
    """Those that run npm, yarn or pnpm in the directory a build begins in."""
    depth = 0
    for line in commands:
        if _ELSEWHERE.search(line) and "||" in line:
            continue
        if re.search(r"package(-lock)?\.json|\bfor\s", line):
            return  # it looks for itself where to go, and the rest may well follow it
        for part in re.split(r"&&|;|\n", line):
            if (moved := _CD.match(part)) is not None:
                depth = _moved(depth, moved.group(1))
            elif depth == 0 and _TOOL.search(part) and not _ELSEWHERE.search(part):
                yield line.strip()


def _moved(depth: int, to: str) -> int:
    """How far below the top the shell is after a ``cd``; a path from elsewhere counts as one below."""
    if _TOP.match(to) and to.strip("\"'") not in (".", "./"):
        return 0
    if to.startswith(("/", "$", "~", "-")):
        return 1
    for part in to.strip("\"'").split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
    return max(depth, 0)


def _commands(text: str) -> Iterator[str]:
    """The commands of all phases; none for the name of a file, or for what is no YAML."""
    try:
        spec = yaml.safe_load(text)
    except yaml.YAMLError:
        return
    phases = spec.get("phases") if isinstance(spec, Mapping) else None
    for phase in phases.values() if isinstance(phases, Mapping) else ():
        for key in ("commands", "finally"):
            yield from _texts(phase.get(key) if isinstance(phase, Mapping) else None)


def _texts(commands: Any) -> list[str]:
    """CodeBuild takes a single command as a text, too."""
    if isinstance(commands, str):
        return [commands]
    return [each for each in commands if isinstance(each, str)] if isinstance(commands, list) else []


BUILD_EACH_FUNCTION = Rule(
    name="build-each-function",
    why="Functions without package.json, or in Python, fail a build that runs npm for the whole repository.",
    fix="build each function in its directory, and npm only where there is a package.json; or leave the "
    "buildspec to Greenshift",
    level=MANDATORY,
    types=(BUILD_PROJECT,),
    check=lambda project: _build_each_function(project, Program.here()),
)


def _github_oauth_source(pipeline: Resource) -> Iterator[str]:
    """GitHub's OAuth action still works, and AWS recommends connections instead (CodePipeline user guide)."""
    for action in actions(pipeline):
        if action.is_github_oauth:
            yield f"{action.label} reads GitHub with a person's OAuth token"


GITHUB_OAUTH_SOURCE = Rule(
    name="github-oauth-source",
    why="An OAuth token reaches all repositories of a person and goes when they go.",
    fix="use a connection (provider CodeStarSourceConnection): greenshift:source without provider",
    level=ADVISORY,
    types=(PIPELINE,),
    check=_github_oauth_source,
)


# ``PollForSourceChanges`` is true when it is not said (CodePipeline user guide, GitHub version 1).
SETTING = "PollForSourceChanges"


def _github_polling(pipeline: Resource) -> Iterator[str]:
    for action in actions(pipeline):
        if not action.is_github_oauth or action.configuration.is_unknown(SETTING):
            continue
        said = action.configuration.text(SETTING) or str(action.configuration.flag(SETTING) is not False)
        if said.lower() != "false":
            yield f'{action.label} polls GitHub: {SETTING} is not "false"'


GITHUB_POLLING = Rule(
    name="github-polling",
    why="A source that polls beside a webhook starts every push twice.",
    fix='set PollForSourceChanges to "false" and add an aws.codepipeline.Webhook',
    level=MANDATORY,
    types=(PIPELINE,),
    check=_github_polling,
)


# An OAuth source that does not poll needs a webhook, and one that only GitHub can call.
SIGNED = "GITHUB_HMAC"


def _github_webhook(stack: Stack) -> Iterator[Finding]:
    called = [stack.target(webhook, "targetPipeline", PIPELINE, "name") for webhook in stack.of(WEBHOOK)]
    for pipeline in stack.of(PIPELINE):
        sources = [action for action in actions(pipeline) if action.is_github_oauth]
        if sources and pipeline not in called:
            yield Finding(pipeline, f"no webhook starts it, so a push to {sources[0].label} starts nothing")
    for webhook in stack.of(WEBHOOK):
        kind = webhook.inputs.text("authentication")
        if kind and kind != SIGNED:
            yield Finding(webhook, f"its authentication is {kind}: others than GitHub can start the pipeline")


GITHUB_WEBHOOK = StackRule(
    name="github-webhook",
    why="Without a signed webhook a push starts nothing, or a stranger starts everything.",
    fix="add an aws.codepipeline.Webhook with authentication=GITHUB_HMAC that targets the pipeline",
    level=MANDATORY,
    check=_github_webhook,
)

RULES: tuple[AnyRule, ...] = (
    BUILD_EACH_FUNCTION,
    GITHUB_OAUTH_SOURCE,
    GITHUB_POLLING,
    GITHUB_WEBHOOK,
)
