"""The pipeline's declaration, and which of its stages let executions in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenshift.reading.pipeline import Declaration, PipelineState, read_declaration, read_state
from greenshift.verify.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    declared: Declaration
    closed_stages: Mapping[str, str] = field(default_factory=dict)
    """Stages nobody may enter, with the reason given."""


def declaration(stack: Stack) -> Declaration:
    return stack.aws.read(read_declaration, "codepipeline", stack.outputs.pipeline)


def read_pipeline(stack: Stack) -> Pipeline:
    """The declaration and the transitions."""
    declared, state = declaration(stack), _state(stack)
    closed = {
        stage.name: stage.closed_because for stage in (state.stages if state else ()) if not stage.is_open
    }
    return Pipeline(declared=declared, closed_stages=closed)


def is_releasing(stack: Stack) -> bool:
    """Whether an execution is in one of the stages; no pipeline, no release."""
    state = _state(stack)
    return state is not None and state.is_releasing


def _state(stack: Stack) -> PipelineState | None:
    return stack.aws.read(read_state, "codepipeline", stack.outputs.pipeline)
