"""How the parts meet, once for each handler: clients and targets in, working objects out."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status
from greenshift.release.comparison.inspection import Inspector
from greenshift.release.comparison.roles import Roles
from greenshift.release.entrance import Entrance
from greenshift.release.errors import describe
from greenshift.release.machine.precedence import gives_way
from greenshift.release.notices.announce import Announcer
from greenshift.release.notices.chat import VARIABLE, Chat
from greenshift.release.notices.told import Told
from greenshift.release.observe import NEWEST, Observer
from greenshift.release.package.artifact import PackageStore
from greenshift.release.publish import Publisher
from greenshift.release.record.asides import Asides
from greenshift.release.record.baton import Baton
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.prune import Pruner
from greenshift.release.record.right_of_way import RightOfWay
from greenshift.release.rollback import Rollbacks
from greenshift.release.runner import Runner
from greenshift.release.services.alarms import Alarms
from greenshift.release.services.clients import Clients
from greenshift.release.services.deployments import Deployments
from greenshift.release.services.functions import Functions
from greenshift.release.services.metrics import Metrics
from greenshift.release.services.pipeline import Pipeline
from greenshift.release.shift import Shifter
from greenshift.release.targets import Targets
from greenshift.release.turning import Turning

log = logging.getLogger("greenshift")


class Wiring:
    """The objects of one invocation. ``remaining`` answers how many seconds it has left."""

    def __init__(self, clients: Clients, targets: Targets, remaining: Callable[[], float]) -> None:
        self.clients = clients
        self.targets = targets
        self.remaining = remaining
        self.owner = uuid.uuid4().hex
        self.ledger = Ledger(clients.of("dynamodb"), targets.table, targets.ttl_days)
        self.asides = Asides(clients.of("dynamodb"), targets.table)
        self.pipeline = Pipeline(clients.of("codepipeline"), targets.pipeline)

    def functions(self) -> Functions:
        return Functions(self.clients.of("lambda"), self.clients.patient("lambda"), self.clients.pause)

    def deployments(self) -> Deployments:
        codedeploy = self.clients.of("codedeploy")
        return Deployments(codedeploy, self.clients.once("codedeploy"), self.targets.application)

    def shifter(self) -> Shifter:
        deployments, alarms = self.deployments(), Alarms(self.clients.of("cloudwatch"))
        functions, metrics = self.functions(), Metrics(self.clients.of("cloudwatch"))
        observer = Observer(
            self.targets, functions, deployments, alarms, metrics, self.ledger, self._may_shift
        )
        runner = Runner(self.targets, deployments, alarms, functions)
        way = RightOfWay(self.clients.of("dynamodb"), self.targets.table, self.targets.pipeline)
        clock, dismiss = self.clients.clock, self._dismiss
        return Shifter(self.ledger, way, observer, runner, clock, self.owner, self.remaining, dismiss)

    def _dismiss(self, release: Release) -> None:
        """An approval between two waves would hold the Shift stage until somebody answered a question about
        a release that is over. Not answering it does no harm to that one, so it is tried and no more."""
        if release.status in (Status.ROLLED_BACK, Status.FAILED) and release.mode is not Mode.ROLLBACK:
            reason = release.reason or "no reason recorded"
            self._reject(release.id, f"the release is {release.status.value}: {reason}")

    def _may_shift(self, release_id: str) -> bool:
        return not self.targets.approves_shift or self.pipeline.is_approved(release_id)

    def _make_way(self, newer: Release) -> None:
        """A release that waits for an answer between two waves holds the Shift stage against the one it gives
        way to: nobody needs to answer any more. Rejected, it goes back."""
        if not self._may_shift(newer.id):
            return
        for release in self.ledger.releases(self.targets.pipeline, NEWEST).rows:
            if gives_way(release, newer):
                self._reject(release.id, f"it gives way to the release {newer.id}, which is published")

    def _reject(self, release_id: str, why: str) -> None:
        if not self.targets.approves_waves:
            return
        try:
            self.pipeline.reject_waiting(release_id, why)
        except (ClientError, BotoCoreError, OSError) as error:
            log.warning("the approval of release %s stays open: %s", release_id, describe(error))

    def turning(self) -> Turning:
        return Turning(self.shifter(), self.ledger, self.clients.pause, self.remaining)

    def announcer(self) -> Announcer:
        chat = Chat(os.environ.get(VARIABLE, ""))
        told = Told(self.clients.of("dynamodb"), self.targets.table)
        return Announcer(self.targets, told, self.clients.of("sns"), chat, self.clients.clock)

    def rollbacks(self) -> Rollbacks:
        return Rollbacks(
            self.targets,
            self.ledger,
            self.asides,
            self.functions(),
            self.shifter(),
            self.announcer(),
            self.clients.clock,
            self.clients.pause,
            self.remaining,
        )

    def entrance(self) -> Entrance:
        return Entrance(
            self.targets, self.ledger, self.asides, self.functions(), self.clients.clock, self._commit_row
        )

    def _commit_row(self, commit: str, until: datetime) -> Baton:
        name = f"commit/{self.targets.pipeline}/{commit}"
        return Baton(self.clients.of("dynamodb"), self.targets.table, name, until)

    def publisher(self) -> Publisher:
        functions = self.functions()
        return Publisher(
            self.targets,
            self.ledger,
            self.pipeline,
            functions,
            Inspector(self.targets, self.ledger, functions, Roles(self.clients.of("iam"))),
            PackageStore(self.clients.of("s3"), self.targets.bucket),
            self.clients.clock,
            self.owner,
            self.remaining,
            self._make_way,
            self.entrance(),
        )

    def pruner(self) -> Pruner:
        return Pruner(
            self.clients.of("lambda"), self.ledger, self.targets, self.clients.clock, self.remaining
        )


def remaining_of(context: object) -> Callable[[], float]:
    """Seconds until Lambda kills this invocation; where there is no Lambda context, plenty."""
    milliseconds = getattr(context, "get_remaining_time_in_millis", None)
    if milliseconds is None:
        return lambda: 900.0
    return lambda: float(milliseconds()) / 1000
