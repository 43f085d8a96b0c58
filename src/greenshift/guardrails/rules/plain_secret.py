"""Whoever may read a pipeline reads its configuration, so no secret belongs in it.

GitHub's OAuth token is the exception CodePipeline's API forces, and the API hides it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from greenshift.guardrails.aws_types import PIPELINE
from greenshift.guardrails.pipelines import Action, actions
from greenshift.guardrails.plain_variables import looks_secret, plain_secrets
from greenshift.guardrails.resources import Inputs, Resource
from greenshift.guardrails.rule import MANDATORY, Rule

VARIABLES = "EnvironmentVariables"


def check(pipeline: Resource) -> Iterator[str]:
    for action in actions(pipeline):
        for name in plain_secrets(_variables(action.configuration.text(VARIABLES) or "")):
            yield f"{action.label} has {name} as plain text"
        for key in sorted(action.configuration.keys() - {VARIABLES}):
            if looks_secret(action.configuration.text(key) or "") and not _must_be_there(action, key):
                yield f"{action.label} has a secret in {key}"


def _must_be_there(action: Action, key: str) -> bool:
    return action.is_github_oauth and key == "OAuthToken"


def _variables(text: str) -> list[Inputs]:
    """CodePipeline takes them as JSON text (user guide, CodeBuild action)."""
    try:
        listed = json.loads(text)
    except ValueError:
        return []
    return [Inputs(item) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


RULE = Rule(
    name="plain-secret",
    why="The configuration of a pipeline can be read by everyone who may look at it.",
    mend="keep it in Secrets Manager or Parameter Store, and give the variable that type and the name",
    level=MANDATORY,
    types=(PIPELINE,),
    check=check,
)
