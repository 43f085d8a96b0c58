"""Building the next state of a resource from its goal: pure."""

from __future__ import annotations

from dataclasses import replace

from greenshift.engine.program.goal import Goal
from greenshift.engine.properties.values import Properties, Secret, Value, has_secret
from greenshift.engine.provider import Found, TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.steps.decide import Decision


def next_state(goal: Goal, inputs: Properties, found: Found, provider: str) -> ResourceState:
    return ResourceState(
        urn=goal.urn,
        type=goal.type,
        custom=goal.custom,
        id=found.id,
        inputs=inputs,
        outputs=marked(found.outputs, inputs, goal.additional_secret_outputs),
        parent=goal.parent,
        provider=provider,
        dependencies=goal.dependencies,
        property_dependencies=goal.property_dependencies,
        additional_secret_outputs=goal.additional_secret_outputs,
        protect=goal.protect,
        retain_on_delete=goal.retain_on_delete,
        options=goal.options,
    )


def marked(outputs: Properties, inputs: Properties, also: tuple[str, ...]) -> dict[str, Value]:
    """Outputs with their secret marks: an output is secret when its input is, or when the program says so."""
    secret = {key for key, value in inputs.items() if has_secret(value)} | set(also)
    if "tags" in secret:
        secret.add("tagsAll")  # the same values once more
    return {
        key: Secret(value) if key in secret and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }


def previewed(
    decision: Decision, inputs: Properties, old: ResourceState | None, spec: TypeSpec
) -> tuple[str, dict[str, Value]]:
    """Id and outputs a preview may promise: inputs, plus what an update leaves as it is.

    What is missing here the SDK turns into an unknown.
    """
    if old is None or decision.op in ("create", "replace"):
        return "", dict(inputs)
    if decision.op == "same":
        return old.id, dict(old.outputs)
    kept = {key: value for key, value in old.outputs.items() if key not in spec.volatile}
    return old.id, {**kept, **inputs}


def following(state: ResourceState, old: str, new: str) -> ResourceState:
    """The same resource after another one, which it may need, has got another URN."""

    def moved(urn: str) -> str:
        return new if urn == old else urn

    reference, _, id_ = state.provider.rpartition("::")
    return replace(
        state,
        parent=moved(state.parent),
        provider=f"{moved(reference)}::{id_}" if reference else "",
        dependencies=tuple(map(moved, state.dependencies)),
        property_dependencies={
            key: tuple(map(moved, needed)) for key, needed in state.property_dependencies.items()
        },
        options=replace(
            state.options,
            deleted_with=moved(state.options.deleted_with),
            replace_with=tuple(map(moved, state.options.replace_with)),
        ),
    )
