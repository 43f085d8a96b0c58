"""An OAuth source that does not poll needs a webhook, and one that only GitHub can call."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import PIPELINE, WEBHOOK
from greenshift.guardrails.pipelines import actions
from greenshift.guardrails.resources import Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule

SIGNED = "GITHUB_HMAC"


def check(stack: Stack) -> Iterator[Finding]:
    called = [stack.target(webhook, "targetPipeline", PIPELINE, "name") for webhook in stack.of(WEBHOOK)]
    for pipeline in stack.of(PIPELINE):
        sources = [action for action in actions(pipeline) if action.is_github_oauth]
        if sources and pipeline not in called:
            yield Finding(pipeline, f"no webhook starts it, so a push to {sources[0].label} starts nothing")
    for webhook in stack.of(WEBHOOK):
        kind = webhook.inputs.text("authentication")
        if kind and kind != SIGNED:
            yield Finding(webhook, f"its authentication is {kind}: others than GitHub can start the pipeline")


RULE = StackRule(
    name="github-webhook",
    why="Without a signed webhook a push starts nothing, or a stranger starts everything.",
    mend="add an aws.codepipeline.Webhook with authentication=GITHUB_HMAC that targets the pipeline",
    level=MANDATORY,
    check=check,
)
