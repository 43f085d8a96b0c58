"""Performs steps, one at a time; decides nothing but whether the world is still as the step needs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.clock import AwsClock
from greenshift.contract.errands import Settle
from greenshift.contract.errands import event_of as event_of_errand
from greenshift.contract.names import lambda_log_group
from greenshift.contract.status_words import word
from greenshift.contract.working_copy import AT_REST
from greenshift.reading.functions import read_aliases
from greenshift.reading.pipeline import read_declaration
from greenshift.repair.events import event_of
from greenshift.repair.outcome import Outcome
from greenshift.repair.steps import (
    Action,
    DeleteVersion,
    PutAlias,
    RedeliverEvent,
    SettleRelease,
    Step,
    StopDeployment,
)
from greenshift.repair.stopping import stop
from greenshift.repair.waiting import Patience
from greenshift.view import ReleaseView, StackOutputs, StackView, ledger

#: What repair asks of AWS beside what doctor does, for the policy of a person who may repair.
OPERATIONS = (
    "codedeploy:StopDeployment",
    "lambda:DeleteFunction",
    "lambda:InvokeFunction",
    "lambda:UpdateAlias",
)
_GONE = "ResourceNotFoundException"


class NotFixed(Exception):
    """A step that could not be done; the message says why, and what to do."""


class Runner:
    """The hands of a repair. Every method may be called twice with the same step."""

    def __init__(self, outputs: StackOutputs, clients: Callable[[str], Any], patience: Patience) -> None:
        self._outputs = outputs
        self._clients = clients
        self._patience = patience

    def perform(self, step: Step) -> Outcome:
        try:
            return Outcome(step, True, self._do(step.action))
        except NotFixed as error:
            return Outcome(step, False, str(error))
        except ClientError as error:
            told = error.response["Error"]
            return Outcome(
                step, False, f"{error.operation_name} was refused: {told['Code']}: {told.get('Message', '')}"
            )
        except BotoCoreError as error:
            return Outcome(step, False, f"AWS could not be asked: {error}")

    def _do(self, action: Action) -> str:
        match action:
            case PutAlias():
                return self._put_alias(action)
            case StopDeployment():
                return self._stop(action)
            case SettleRelease():
                return self._settle(action)
            case DeleteVersion():
                return self._delete(action)
            case RedeliverEvent():
                return self._redeliver(action)

    def _put_alias(self, action: PutAlias) -> str:
        self._refuse_while_releasing()
        more = {"Description": AT_REST} if action.ends_working_copy else {}
        try:
            self._clients("lambda").update_alias(
                FunctionName=action.function,
                Name=action.alias,
                FunctionVersion=action.version,
                RoutingConfig={"AdditionalVersionWeights": {}},
                RevisionId=action.revision,
                **more,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailedException":
                raise
            raise NotFixed(
                "the alias was changed since it was looked at, so it was left alone; run repair again"
            ) from None
        return f"{action.function}:{action.alias} is whole on version {action.version}"

    def _stop(self, action: StopDeployment) -> str:
        told = stop(self._clients("codedeploy"), action.deployment, self._patience)
        if told is None:
            raise NotFixed(
                f"{action.deployment} was asked to stop and is still under way; run repair again, or see: "
                f"aws deploy get-deployment --deployment-id {action.deployment}"
            )
        return told

    def _settle(self, action: SettleRelease) -> str:
        event = event_of_errand(Settle(action.release, action.reason))

        def ask() -> None:
            self._invoke(action.controller, event)

        if not self._patience.until(lambda: self._has_ended(action.release), nudge=ask):
            raise NotFixed(self._still(action.controller, f"the release {action.release} has no end yet"))
        release = self._release(action.release)
        if release is None:
            return "the ledger has no such release any more"
        return f"the release is {word(release.status)}"

    def _delete(self, action: DeleteVersion) -> str:
        self._refuse_while_releasing()
        client = self._clients("lambda")
        try:
            users = read_aliases(client, action.function)
            if names := [alias.name for alias in users if action.version in alias.versions]:
                raise NotFixed(f"the alias {', '.join(names)} sends it traffic by now; it was left alone")
            client.delete_function(FunctionName=action.function, Qualifier=action.version)
        except ClientError as error:
            if error.response["Error"]["Code"] != _GONE:
                raise
        return f"version {action.version} of {action.function} is gone"

    def _redeliver(self, action: RedeliverEvent) -> str:
        arn, now = self._pipeline()
        event = event_of(action, arn, now)
        invoked = self._patience.until(
            lambda: self._is_told(action.execution), nudge=lambda: self._invoke(action.recorder, event)
        )
        if not invoked:
            raise NotFixed(self._still(action.recorder, "the ledger has no end of it that was told"))
        return "the ledger has its end, and it was told"

    # What the steps look at

    def _refuse_while_releasing(self) -> None:
        """Between plan and deed a release may have begun, and what it moves is its own."""
        if running := StackView(self._outputs, self._clients).running_executions():
            raise NotFixed(
                f"the pipeline is running ({next(iter(running))}); run repair again when it has ended"
            )

    def _release(self, release_id: str) -> ReleaseView | None:
        return ledger.release(self._clients("dynamodb"), self._outputs.table, release_id)

    def _has_ended(self, release_id: str) -> bool:
        release = self._release(release_id)
        return release is None or bool(release.ended_at)

    def _is_told(self, execution: str) -> bool:
        release = self._release(execution)
        return release is not None and bool(release.ended_at) and release.notified == release.ended_at

    def _pipeline(self) -> tuple[str, datetime]:
        """The pipeline's ARN, and the time by AWS."""
        found = read_declaration(self._clients("codepipeline"), self._outputs.pipeline)
        clock = AwsClock(probe=lambda: None)
        clock.hear(found.told_at)
        return found.arn, clock.now()

    def _invoke(self, function: str, event: dict[str, Any]) -> None:
        payload = json.dumps(event).encode()
        self._clients("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload)

    def _still(self, function: str, what: str) -> str:
        return (
            f"{what} after {self._patience.longest:g} s; its log says why: "
            f"aws logs tail {lambda_log_group(function)}; then run repair again"
        )
