"""Carries deployments out: one task each, on the clock.

A task turns round one loop: wait for an observation (a report, a stop request, a moment), let ``decide`` say
what follows, save the new progress, carry out the effects, and hand their answers back to ``decide`` until
none is left. So a deployment does one thing at a time, and a stop request that arrives while an alias is
being moved is heard right after the move.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field, replace

from greenshift.rollout import AllAtOnce
from greenshift.twin.callers.chain import leave_functions
from greenshift.twin.codedeploy import notices
from greenshift.twin.codedeploy.decide import decide
from greenshift.twin.codedeploy.effects import Announce, Effect, StartRollback
from greenshift.twin.codedeploy.hands import Hands
from greenshift.twin.codedeploy.model import Deployment, Revision, RollbackSettings
from greenshift.twin.codedeploy.names import Arns, new_deployment_id
from greenshift.twin.codedeploy.observations import Broken, Observation, Started, TimePassed
from greenshift.twin.codedeploy.progress import Phase, Plan, Progress
from greenshift.twin.codedeploy.state import State
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")


@dataclass
class Mailbox:
    """What waits to be observed by one running deployment, and which hooks have had their say."""

    observations: asyncio.Queue[Observation] = field(default_factory=asyncio.Queue)
    reported: set[str] = field(default_factory=set)


class Runner:
    """Runs deployments that ``State`` already holds."""

    def __init__(self, world: World, state: State, arns: Arns) -> None:
        self._world = world
        self._state = state
        self._arns = arns
        self._mailboxes: dict[str, Mailbox] = {}

    def launch(self, deployment_id: str) -> None:
        """Begin a deployment; returns at once."""
        self._mailboxes[deployment_id] = Mailbox()
        self._world.tasks.start(self._run(deployment_id), f"deployment {deployment_id}")

    def observe(self, deployment_id: str, observation: Observation) -> None:
        """Tell a running deployment something; one that has ended does not hear it."""
        if mailbox := self._mailboxes.get(deployment_id):
            mailbox.observations.put_nowait(observation)

    def claim_report(self, deployment_id: str, execution_id: str) -> bool:
        """True for the first report of a hook's execution, also while that report is still waiting."""
        mailbox = self._mailboxes.get(deployment_id)
        if mailbox is None or execution_id in mailbox.reported:
            return False
        mailbox.reported.add(execution_id)
        return True

    async def _run(self, deployment_id: str) -> None:
        leave_functions()
        mailbox = self._mailboxes[deployment_id]
        hands = Hands(self._world, self._arns, lambda: self._state.deployments[deployment_id])
        observation: Observation = Started(self._missing(deployment_id))
        try:
            while True:
                await self._handle_safely(deployment_id, hands, observation)
                progress = self._progress(deployment_id)
                if progress.phase is Phase.ENDED:
                    return
                observation = await self._next(mailbox, progress.wake_at)
        finally:
            del self._mailboxes[deployment_id]

    def _progress(self, deployment_id: str) -> Progress:
        return self._state.deployments[deployment_id].progress

    def _missing(self, deployment_id: str) -> str | None:
        """What was deleted between CreateDeployment and now (API reference, ErrorInformation)."""
        deployment = self._state.deployments[deployment_id]
        application = self._state.applications.get(deployment.application)
        if deployment.triggered_by is not None:
            return None  # putting the alias back needs nothing the deployment does not carry itself
        if application is None:
            return "APPLICATION_MISSING"
        return None if deployment.group in application.groups else "DEPLOYMENT_GROUP_MISSING"

    async def _next(self, mailbox: Mailbox, wake_at: float | None) -> Observation:
        timer = self._world.tasks.start(self._tick(mailbox, wake_at), "timer of a deployment")
        try:
            return await mailbox.observations.get()
        finally:
            timer.cancel()

    async def _tick(self, mailbox: Mailbox, wake_at: float | None) -> None:
        if wake_at is not None:
            await self._world.clock.sleep_until(wake_at)
            mailbox.observations.put_nowait(TimePassed())

    async def _handle_safely(self, deployment_id: str, hands: Hands, observation: Observation) -> None:
        """The task's edge: a fault of the twin ends the deployment, it is not left InProgress for ever."""
        try:
            await self._handle(deployment_id, hands, observation)
        except Exception as error:
            log.exception("deployment %s", deployment_id)
            await self._handle(deployment_id, hands, Broken(str(error) or type(error).__name__))

    async def _handle(self, deployment_id: str, hands: Hands, observation: Observation) -> None:
        waiting: deque[Observation] = deque([observation])
        while waiting:
            deployment = self._state.deployments[deployment_id]
            now = self._world.clock.time()
            progress, effects = decide(deployment.plan, deployment.progress, waiting.popleft(), now)
            self._state.save_deployment(replace(deployment, progress=progress))
            for effect in effects:
                answer = await self._perform(deployment_id, hands, effect)
                if answer is not None:
                    waiting.append(answer)

    async def _perform(self, deployment_id: str, hands: Hands, effect: Effect) -> Observation | None:
        match effect:
            # Nothing was awaited since the end was saved, so the group is never free in between: no other
            # deployment can slip in before the alias is back.
            case StartRollback():
                self._start_rollback(self._state.deployments[deployment_id], effect)
                return None
            case Announce():
                await self._announce(deployment_id, hands)
                return None
            case _:
                return await hands.perform(effect)

    def _start_rollback(self, failed: Deployment, effect: StartRollback) -> None:
        rollback = rollback_of(failed, effect, new_deployment_id(), self._world.clock.time())
        self._state.save_deployment(rollback)
        self._state.save_deployment(replace(failed, rollback_id=rollback.id, rollback_message=effect.message))
        self.launch(rollback.id)

    async def _announce(self, deployment_id: str, hands: Hands) -> None:
        deployment = self._state.deployments[deployment_id]
        if deployment.triggered_by is not None and deployment.progress.phase is Phase.ENDED:
            self._report_rollback(deployment, self._state.deployments[deployment.triggered_by])
        self._world.emit(notices.state_change(deployment, self._arns))
        await hands.publish(notices.trigger_notices(deployment, self._arns))

    def _report_rollback(self, rollback: Deployment, failed: Deployment) -> None:
        """The API reference: rollbackMessage says whether a rollback is in progress, failed or succeeded."""
        outcome = "succeeded" if rollback.progress.status == "Succeeded" else "failed"
        message = f"The rollback of deployment {failed.id} by deployment {rollback.id} {outcome}."
        self._state.save_deployment(replace(failed, rollback_message=message))
        self._state.save_deployment(replace(rollback, rollback_message=message))


def rollback_of(failed: Deployment, effect: StartRollback, deployment_id: str, now: float) -> Deployment:
    """The deployment that puts the alias back: a deployment of its own, with its own id (user guide)."""
    return Deployment(
        id=deployment_id,
        application=failed.application,
        group=failed.group,
        group_id=failed.group_id,
        config="CodeDeployDefault.LambdaAllAtOnce",
        revision=Revision("AppSpecContent", effect.appspec.as_text()),
        created=now,
        role_arn=failed.role_arn,
        triggers=failed.triggers,
        plan=Plan(deployment_id, AllAtOnce(), undoes=True),
        progress=Progress(),
        creator="codeDeployRollback",
        previous_revision=failed.revision,
        rollback=RollbackSettings(),
        triggered_by=failed.id,
        rollback_message=effect.message,
    )
