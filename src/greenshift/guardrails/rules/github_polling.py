"""``PollForSourceChanges`` is true when it is not said (CodePipeline user guide, GitHub version 1)."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import PIPELINE
from greenshift.guardrails.pipelines import actions
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

SETTING = "PollForSourceChanges"


def check(pipeline: Resource) -> Iterator[str]:
    for action in actions(pipeline):
        if not action.is_github_oauth or action.configuration.is_unknown(SETTING):
            continue
        if (action.configuration.text(SETTING) or "true").lower() != "false":
            yield f'{action.label} polls GitHub: {SETTING} is not "false"'


RULE = Rule(
    name="github-polling",
    why="A source that polls beside a webhook starts every push twice.",
    mend='set PollForSourceChanges to "false" and add an aws.codepipeline.Webhook',
    level=MANDATORY,
    types=(PIPELINE,),
    check=check,
)
