"""Carries out one run of an action: variables, role session, artifact places, then the action itself.

Every way in which an action can go wrong leaves here as ``ActionFailed`` with a code and a message; the
engine needs to know no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.codepipeline.actions.contract import (
    ActionContext,
    ActionFailed,
    Outcome,
    Progress,
    Timing,
)
from greenshift.twin.codepipeline.actions.registry import ACTIONS
from greenshift.twin.codepipeline.actions.rules import RULES
from greenshift.twin.codepipeline.actions.waiting import wait_for
from greenshift.twin.codepipeline.approvals import Approvals
from greenshift.twin.codepipeline.declaration import RULE
from greenshift.twin.codepipeline.jobs import ActionPlace, Jobs
from greenshift.twin.codepipeline.state import ActionRun, Execution, Pipeline
from greenshift.twin.codepipeline.variables import UnresolvedVariable, resolve_all
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

SERVICE_PRINCIPAL = "codepipeline.amazonaws.com"
# A day, as for the function that a rule may invoke; AWS names no default.
DEFAULT_RULE_MINUTES = 24 * 60
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError"})

log = logging.getLogger("greenshift.twin.codepipeline")


class ActionRunner:
    def __init__(self, world: World, jobs: Jobs, approvals: Approvals, timing: Timing) -> None:
        self._world = world
        self._jobs = jobs
        self._approvals = approvals
        self._timing = timing

    async def perform(self, pipeline: Pipeline, execution: Execution, run: ActionRun) -> Outcome:
        """Run the action to its end; raises ActionFailed, and nothing else."""
        try:
            run.resolved = resolve_all(run.action.configuration, execution.scopes())
            session = await self._session(execution, run)
            context = self._context(pipeline, execution, run, session)
            if run.action.type.category == RULE:
                return await self._checked(context)
            return await ACTIONS[run.action.type](context)
        except UnresolvedVariable as error:
            raise ActionFailed("ConfigurationError", str(error)) from error
        except ServiceError as error:
            raise as_failure(error) from error
        except ActionFailed:
            raise
        except Exception as error:
            # The edge of an action: a bug in the twin must not leave an execution hanging for ever.
            log.exception("action %s of pipeline %s broke", run.action.name, pipeline.name)
            raise ActionFailed("SystemUnavailable", f"Internal error of the twin: {error!r}") from error

    async def _checked(self, context: ActionContext) -> Outcome:
        """A rule, which unlike most actions may say how long it is waited for."""
        rule = asyncio.ensure_future(RULES[context.type](context))
        minutes = context.timeout_in_minutes or DEFAULT_RULE_MINUTES
        try:
            outcome = await wait_for(self._world.clock, rule, self._world.clock.time() + minutes * 60.0)
        finally:
            rule.cancel()
        if outcome is None:
            raise ActionFailed("JobFailed", f"The rule did not end within {minutes} minutes")
        return outcome

    async def _session(self, execution: Execution, run: ActionRun) -> Session:
        """The session of the action's own role, which the pipeline's role assumes, or of the latter."""
        aws, role = self._world.aws, execution.declaration.role_arn
        try:
            session = await aws.assume_role(role, execution.id, SERVICE_PRINCIPAL)
            if run.action.role_arn is None:
                return session
            role = run.action.role_arn
            parameters = {"RoleArn": role, "RoleSessionName": run.id}
            answer = await aws.call(session.principal, "sts", "AssumeRole", parameters)
        except ServiceError as error:
            raise ActionFailed(
                "PermissionError",
                f"CodePipeline is not authorized to perform AssumeRole on role {role}: {error.message}",
            ) from error
        credentials = answer["Credentials"]
        return Session(
            principal=Principal("role", role, run.id),
            access_key_id=credentials["AccessKeyId"],
            secret_access_key=credentials["SecretAccessKey"],
            session_token=credentials["SessionToken"],
            region=session.region,
            endpoint=session.endpoint,
        )

    def _context(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, session: Session
    ) -> ActionContext:
        action = run.action
        store = execution.declaration.store_in(self._world.region)
        return ActionContext(
            world=self._world,
            session=session,
            place=ActionPlace(pipeline.name, pipeline.arn, execution.id, run.stage, action.name, run.id),
            type=action.type,
            configuration=run.resolved,
            inputs=run.inputs,
            outputs=run.outputs,
            encryption_key=store.encryption_key,
            override=execution.overrides.get(action.name),
            source_revisions=source_revisions(execution),
            timeout_in_minutes=action.timeout_in_minutes,
            progress=self._progress(run),
            jobs=self._jobs,
            approvals=self._approvals,
            timing=self._timing,
        )

    def _progress(self, run: ActionRun) -> Callable[[Progress], None]:
        def show(progress: Progress) -> None:
            run.summary = progress.summary or run.summary
            run.external_id = progress.external_id or run.external_id
            run.external_url = progress.external_url or run.external_url
            run.entity_url = progress.entity_url or run.entity_url
            run.token = progress.token or run.token
            if progress.percent is not None:
                run.percent = progress.percent
            run.updated = self._world.clock.time()

        return show


def source_revisions(execution: Execution) -> dict[str, str]:
    """Artifact name -> what it was made from, for the artifacts of source actions."""
    return {artifact.name: revision.id for run, revision in execution.revisions() for artifact in run.outputs}


def as_failure(error: ServiceError) -> ActionFailed:
    """What an action shows when a service refused a call made for it."""
    if error.code in _DENIED:
        return ActionFailed(
            "PermissionError",
            f"The service role or action role does not have the permissions required: {error.message}",
        )
    return ActionFailed("JobFailed", f"{error.code}: {error.message}")
