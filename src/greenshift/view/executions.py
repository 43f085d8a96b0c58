"""The pipeline through its executions: what is read in a look, and what is kept.

Stages are read of executions under way and of the newest one; those of an ended execution once, and again
only when its ``lastUpdateTime`` has moved (a retried stage brings it back to life).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greenshift.errors import GreenshiftError
from greenshift.reading.executions import read_action_runs, read_execution, read_executions
from greenshift.reading.pipeline import Declaration, PipelineState, read_declaration, read_state
from greenshift.view import pipeline
from greenshift.view.model import ExecutionView, PipelineView, StageView
from greenshift.view.state import Approval, approvals, stages_of, with_running_actions

_EXECUTIONS = 20

Stages = tuple[StageView, ...]


@dataclass(frozen=True)
class PipelineSeen:
    """The view, and what must not be in it."""

    view: PipelineView
    approvals: tuple[Approval, ...]
    declaration: Declaration


class PipelineReader:
    """One pipeline. ``heard`` gets the time by AWS; ``told`` knows why what has failed did."""

    def __init__(
        self,
        client: Any,
        name: str,
        console_url: str,
        heard: Callable[[datetime | None], None],
        told: Callable[[Stages], Stages] = tuple,
    ) -> None:
        self._told = told
        self._client = client
        self._name = name
        self._console_url = console_url
        self._heard = heard
        self._declaration: Declaration | None = None
        self._stages: dict[str, tuple[str, tuple[StageView, ...]]] = {}
        self._questions: dict[str, dict[tuple[str, str], str]] = {}

    @property
    def declaration(self) -> Declaration:
        if self._declaration is None:
            self._declaration = read_declaration(self._client, self._name)
        return self._declaration

    def read(self) -> PipelineSeen:
        executions = self._executions()
        state = self._state()
        if state.version != self.declaration.version:
            self._declaration = None
            self._stages.clear()
        declaration = self.declaration
        stages = with_running_actions(stages_of(state, declaration), executions)
        view = PipelineView(self._name, self._console_url, declaration.version, stages, executions)
        return PipelineSeen(view, approvals(state, executions, self._questions, declaration), declaration)

    def _state(self) -> PipelineState:
        state = read_state(self._client, self._name)
        if state is None:
            raise GreenshiftError(f"there is no pipeline {self._name}", hint="deploy it with: greenshift up")
        self._heard(state.told_at)
        return state

    def progress(self, execution_id: str) -> ExecutionView:
        """One execution with its stages. It is read after them, so that it knows at least as much as they
        show; and they are read again when it has ended in between.
        """
        stages = self._read_stages(execution_id)
        found = read_execution(self._client, self._name, execution_id)
        if found is None:
            raise GreenshiftError(
                f"the pipeline {self._name} has no execution {execution_id}", hint="see: greenshift history"
            )
        if found.has_ended:
            stages = self._read_stages(execution_id)
        return pipeline.with_stages(pipeline.execution_view(found), stages)

    def _executions(self) -> tuple[ExecutionView, ...]:
        """The list is read before the stages: one that ended in between is under way in the list and over in
        its stages, and both are read once more.
        """
        found = self._with_stages()
        return self._with_stages() if any(_has_just_ended(each) for each in found) else found

    def _with_stages(self) -> tuple[ExecutionView, ...]:
        newest = read_executions(self._client, self._name, _EXECUTIONS)
        found = [pipeline.execution_view(each) for each in newest]
        read = {each.id: self._kept_stages(each) for each in found if each == found[0] or not each.has_ended}
        self._stages = {each: kept for each, kept in self._stages.items() if each in read}
        self._questions = {each: kept for each, kept in self._questions.items() if each in read}
        return tuple(pipeline.with_stages(each, read.get(each.id, ())) for each in found)

    def _kept_stages(self, execution: ExecutionView) -> tuple[StageView, ...]:
        changed, stages = self._stages.get(execution.id, ("", ()))
        if not execution.has_ended or changed != execution.updated_at or not stages:
            stages = self._read_stages(execution.id)
            kept_until = execution.updated_at if execution.has_ended else ""
            self._stages[execution.id] = (kept_until, stages)
        return stages

    def _read_stages(self, execution_id: str) -> tuple[StageView, ...]:
        declaration = self.declaration
        runs = pipeline.latest(read_action_runs(self._client, self._name, execution_id))
        self._questions[execution_id] = pipeline.open_questions(runs, declaration.category)
        return self._told(pipeline.stages(runs, execution_id, declaration.names, declaration.category))


def _has_just_ended(execution: ExecutionView) -> bool:
    statuses = {stage.status for stage in execution.stages}
    return not execution.has_ended and (statuses == {"Succeeded"} or "Failed" in statuses)
