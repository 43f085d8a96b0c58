"""Makes the moves that ``decisions`` names: the only place that changes executions.

Everything here runs on the event loop and never waits, but for the actions, each a task of its own. After
every change ``advance`` asks for moves until none is due, so nothing is ever polled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from greenshift.twin.callers.chain import leave_functions
from greenshift.twin.codepipeline import conditions, decisions
from greenshift.twin.codepipeline.actions.contract import ActionFailed, Outcome
from greenshift.twin.codepipeline.beginnings import new_execution, new_rollback, new_run
from greenshift.twin.codepipeline.conditions import JudgeCondition, StartRule
from greenshift.twin.codepipeline.decisions import (
    EndStage,
    EnterStage,
    Move,
    RetryStage,
    StartAction,
    Supersede,
)
from greenshift.twin.codepipeline.declaration import RULE, ConditionKind
from greenshift.twin.codepipeline.records import Records
from greenshift.twin.codepipeline.runner import ActionRunner
from greenshift.twin.codepipeline.state import (
    ActionRun,
    ActionStatus,
    ConditionRun,
    ConditionStatus,
    ErrorDetails,
    Execution,
    Pipeline,
    RevisionOverride,
    StageRun,
    Trigger,
)
from greenshift.twin.world import World


class Engine(Records):
    def __init__(self, world: World, runner: ActionRunner) -> None:
        super().__init__(world)
        self._runner = runner
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by action execution id

    def resume(self, pipelines: Iterable[Pipeline]) -> None:
        """Let actions that wait for a person go on waiting, in a twin that was restored."""
        for pipeline in pipelines:
            for execution in pipeline.live():
                for run in execution.running():
                    if _only_waits(run):
                        self._start(pipeline, execution, run)

    # What people ask for

    def start(
        self,
        pipeline: Pipeline,
        trigger: Trigger,
        variables: Mapping[str, str],
        overrides: Mapping[str, RevisionOverride],
    ) -> Execution:
        decisions.check_start(pipeline)
        execution = new_execution(pipeline, trigger, self._now())
        execution.variables, execution.overrides = variables, overrides
        return self._begin(pipeline, execution)

    def rollback(self, pipeline: Pipeline, stage: str, target: Execution, trigger: Trigger) -> Execution:
        """Run one stage again with what ``target`` had in it: its artifacts, revisions and variables."""
        decisions.check_rollback(pipeline, stage, target)
        return self._begin(pipeline, new_rollback(pipeline, stage, target, trigger, self._now()))

    def _begin(self, pipeline: Pipeline, execution: Execution) -> Execution:
        pipeline.executions[execution.id] = execution
        self._announce(pipeline, execution, "STARTED")
        self.advance(pipeline)
        return execution

    def stop(self, pipeline: Pipeline, execution: Execution, *, abandon: bool, reason: str) -> None:
        decisions.check_stop(execution, abandon=abandon)
        execution.stop_reason = reason
        if execution.status != "Stopping":
            self._set_stopping(pipeline, execution)
        if abandon:
            self._end_running(pipeline, execution, "ABANDONED")
        if execution.is_waiting:
            self._end(pipeline, execution, "Stopped", reason)
        self.advance(pipeline)

    def retry(self, pipeline: Pipeline, execution: Execution, stage: str, mode: str) -> None:
        decisions.check_retry(pipeline, execution, stage, mode)
        run = execution.stages[stage]
        run.manual_retries += 1
        self._retry(pipeline, execution, run, mode)
        self.advance(pipeline)

    def override(self, pipeline: Pipeline, execution: Execution, stage: str, kind: ConditionKind) -> None:
        """Let an execution pass a condition that holds it up, or has failed its stage."""
        conditions.check_override(pipeline, execution, stage, kind)
        run = execution.stages[stage]
        condition = run.conditions[kind]
        condition.status, condition.summary, condition.updated = "Overridden", "", self._now()
        self._end_running(pipeline, execution, "ABANDONED")
        if run.status == "Failed":
            self._resume(pipeline, execution, run)
        self.advance(pipeline)

    def cancel_all(self, pipeline: Pipeline, why: str) -> None:
        """End everything that runs: the definition was updated or deleted before it was through."""
        for execution in pipeline.live():
            self._end_running(pipeline, execution, "CANCELED")
            if execution.stage_run is not None:
                self._set_stage(pipeline, execution, execution.stage_run, "Cancelled")
            self._end(pipeline, execution, "Cancelled", why)

    def advance(self, pipeline: Pipeline) -> None:
        """Make every move that is due."""
        while (move := decisions.next_move(pipeline)) is not None:
            self._make(move, pipeline, pipeline.executions[move.execution_id])

    # Moves

    def _make(self, move: Move, pipeline: Pipeline, execution: Execution) -> None:
        match move:
            case EnterStage():
                self._enter_stage(pipeline, execution)
            case Supersede(by=other):
                self._end(pipeline, execution, "Superseded", f"Superseded by pipeline execution {other}")
            case StartAction(action=name):
                self._start_action(pipeline, execution, name)
            case RetryStage(mode=mode):
                run = execution.stages[execution.stage.name]
                run.automatic_retries += 1
                self._retry(pipeline, execution, run, mode)
            case StartRule(kind=kind, rule=name):
                self._start_rule(pipeline, execution, kind, name)
            case JudgeCondition(kind=kind, status=judged):
                self._judge(execution, kind, judged)
            case EndStage():
                self._end_stage(pipeline, execution, move)

    def _enter_stage(self, pipeline: Pipeline, execution: Execution) -> None:
        run = StageRun(execution.stage.name)
        execution.stages[run.name] = run
        execution.is_waiting = False
        # In PARALLEL mode GetPipelineState has no state per stage (user guide: "PARALLEL mode").
        if pipeline.declaration.mode != "PARALLEL":
            pipeline.lane(run.name).latest = execution
        self._announce_stage(pipeline, execution, run, "STARTED")

    def _start_action(self, pipeline: Pipeline, execution: Execution, name: str) -> None:
        action = execution.stage.action(name)
        assert action is not None, "decisions only names actions of the stage"
        run = new_run(execution, action, self._world.region, self._now())
        execution.stages[run.stage].runs[name] = run
        execution.history.append(run)
        if pipeline.declaration.mode != "PARALLEL":
            pipeline.lane(run.stage).runs[name] = run
        self._announce_action(pipeline, execution, run, "STARTED")
        self._start(pipeline, execution, run)

    def _start_rule(self, pipeline: Pipeline, execution: Execution, kind: ConditionKind, name: str) -> None:
        [rule] = [rule for rule in execution.stage.conditions[kind].rules if rule.name == name]
        run = new_run(execution, rule, self._world.region, self._now())
        checks = execution.stages[run.stage].conditions
        checks.setdefault(kind, ConditionRun(run.started)).rules[name] = run
        execution.rule_history.append(run)
        self._start(pipeline, execution, run)

    def _judge(self, execution: Execution, kind: ConditionKind, status: ConditionStatus) -> None:
        condition = execution.stages[execution.stage.name].conditions[kind]
        condition.status, condition.updated = status, self._now()
        condition.summary = conditions.summary(condition)

    def _start(self, pipeline: Pipeline, execution: Execution, run: ActionRun) -> None:
        name = f"{pipeline.name}/{run.stage}/{run.action.name}"
        perform = self._perform(pipeline, execution, run)
        self._tasks[run.id] = self._world.tasks.start(perform, name, standing=_only_waits(run))

    async def _perform(self, pipeline: Pipeline, execution: Execution, run: ActionRun) -> None:
        leave_functions()
        try:
            outcome = await self._runner.perform(pipeline, execution, run)
        except ActionFailed as failure:
            self._fail_action(pipeline, execution, run, failure)
        else:
            self._succeed_action(pipeline, execution, run, outcome)
        finally:
            self._tasks.pop(run.id, None)
        self.advance(pipeline)

    def _succeed_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, outcome: Outcome
    ) -> None:
        run.variables = outcome.variables
        run.revision = outcome.revision
        run.summary = outcome.summary or run.summary
        run.external_id = outcome.external_id or run.external_id
        run.external_url = outcome.external_url or run.external_url
        run.updated_by = outcome.updated_by
        if run.action.namespace is not None:
            execution.namespaces[run.action.namespace] = outcome.variables
        self._end_action(pipeline, execution, run, "Succeeded", "SUCCEEDED")

    def _fail_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, failure: ActionFailed
    ) -> None:
        run.error = ErrorDetails(failure.code, failure.message[:5000] or failure.code)
        run.external_id = failure.external_id or run.external_id
        run.updated_by = failure.updated_by
        self._end_action(pipeline, execution, run, "Failed", "FAILED")

    def _end_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, status: ActionStatus, state: str
    ) -> None:
        run.status = status
        run.token = ""
        run.updated = execution.updated = self._now()
        if run.action.type.category != RULE:
            self._announce_action(pipeline, execution, run, state)

    def _end_running(self, pipeline: Pipeline, execution: Execution, state: str) -> None:
        """Let go of the actions in progress; what they started elsewhere goes on (user guide: abandon)."""
        for run in execution.running():
            self._end_action(pipeline, execution, run, "Abandoned", state)
            if task := self._tasks.pop(run.id, None):
                task.cancel()

    def _end_stage(self, pipeline: Pipeline, execution: Execution, move: EndStage) -> None:
        run, status = execution.stages[execution.stage.name], move.status
        self._set_stage(pipeline, execution, run, status)
        is_last = execution.position + 1 == len(execution.declaration.stages)
        if status == "Failed":
            self._end(pipeline, execution, "Failed", failure_summary(run))
            if move.rolls_back:
                self._roll_back(pipeline, execution)
        elif status == "Stopped":
            self._end(pipeline, execution, "Stopped", execution.stop_reason or "")
        elif is_last or execution.rollback_of is not None:
            self._end(pipeline, execution, "Succeeded", "")
        else:
            execution.position += 1
            execution.is_waiting = True

    def _roll_back(self, pipeline: Pipeline, failed: Execution) -> None:
        """Where nothing succeeded before there is nothing to go back to, and the stage stays failed."""
        target = decisions.rollback_target(pipeline, failed)
        if target is not None:
            trigger = Trigger("AutomatedRollback", failed.id)
            execution = new_rollback(pipeline, failed.stage.name, target, trigger, self._now())
            pipeline.executions[execution.id] = execution
            self._announce(pipeline, execution, "STARTED")

    def _retry(self, pipeline: Pipeline, execution: Execution, run: StageRun, mode: str) -> None:
        again = list(run.runs) if mode == "ALL_ACTIONS" else decisions.failed_actions(run)
        for name in again:
            del run.runs[name]
        run.is_retry = True
        run.conditions = {}
        self._resume(pipeline, execution, run)

    def _resume(self, pipeline: Pipeline, execution: Execution, run: StageRun) -> None:
        execution.attempt += 1
        execution.stop_reason = None
        execution.status, execution.summary, execution.updated = "InProgress", "", self._now()
        run.status = "InProgress"
        self._announce(pipeline, execution, "RESUMED")
        self._announce_stage(pipeline, execution, run, "RESUMED")


def failure_summary(run: StageRun) -> str:
    """Why a stage failed, in the words of its actions."""
    failed = [run.runs[name] for name in decisions.failed_actions(run)]
    reasons = [f"{action.action.name}: {action.error.message}" for action in failed if action.error]
    reasons += [check.summary for check in run.conditions.values() if check.status == "Failed"]
    return f"Stage {run.name} failed. " + "; ".join(reasons or ["An action was abandoned"])


def _only_waits(run: ActionRun) -> bool:
    """Whether an action can be begun anew without anybody seeing it."""
    return run.action.type.category == "Approval"
