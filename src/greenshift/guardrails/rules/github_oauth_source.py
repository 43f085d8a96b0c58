"""GitHub's OAuth action still works, and AWS recommends connections instead (CodePipeline user guide)."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import PIPELINE
from greenshift.guardrails.pipelines import actions
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import ADVISORY, Rule


def check(pipeline: Resource) -> Iterator[str]:
    for action in actions(pipeline):
        if action.is_github_oauth:
            yield f"{action.label} reads GitHub with a person's OAuth token"


RULE = Rule(
    name="github-oauth-source",
    why="An OAuth token reaches all repositories of a person and goes when they go.",
    mend="use a connection (provider CodeStarSourceConnection): greenshift:source without provider",
    level=ADVISORY,
    types=(PIPELINE,),
    check=check,
)
