"""What an action or a rule may not say, by the limits of its provider."""

from __future__ import annotations

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.action_types import ActionType
from greenshift.twin.codepipeline.declaration import ActionDeclaration


def check_artifact_counts(action: ActionDeclaration, kind: ActionType) -> None:
    for word, names, (fewest, most) in (
        ("input", action.inputs, kind.inputs),
        ("output", action.outputs, kind.outputs),
    ):
        if not fewest <= len(names) <= most:
            raise errors.invalid_action(
                f"Action '{action.name}' has {len(names)} {word} artifacts; "
                f"{action.type.provider} takes from {fewest} to {most}"
            )


def check_configuration(action: ActionDeclaration, kind: ActionType) -> None:
    given = set(action.configuration)
    for key in sorted(kind.required - given):
        raise errors.invalid_action(
            f"Action configuration for action '{action.name}' is missing required configuration '{key}'"
        )
    for key in sorted(given - kind.required - kind.optional):
        expected = ", ".join(sorted(kind.required | kind.optional))
        raise errors.invalid_action(
            f"Action configuration for action '{action.name}' contains unknown configuration '{key}'. "
            f"Expected: {expected}"
        )
