"""The lifecycle hooks: one code, two functions, told apart by `GREENSHIFT_HOOK` (`before` or `after`).

CodeDeploy says neither which function nor which version [user guide: hooks]: both come from the deployment's
AppSpec. A hook that throws, or forgets to report, holds the deployment for an hour, so everything ends in one
report. It is invoked asynchronously and may come twice; neither check changes anything.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from greenshift.release.errors import Refusal, ReleaseError, describe
from greenshift.release.reading import Document
from greenshift.release.services.appspec import AppSpec
from greenshift.release.services.clients import Clients, default_clients
from greenshift.release.services.deployments import Deployments
from greenshift.release.services.functions import Functions
from greenshift.release.services.smoke import event_of, verdict
from greenshift.release.targets import DEFAULT_PATH, Smoke, Targets, load_targets

log = logging.getLogger("greenshift")
log.setLevel(logging.INFO)

BEFORE = "before"
AFTER = "after"


def handler(event: Mapping[str, object], context: object) -> None:
    """Lambda's entry point."""
    respond(event, os.environ.get("GREENSHIFT_HOOK", ""), default_clients())


def respond(event: Mapping[str, object], hook: str, clients: Clients, targets: Path = DEFAULT_PATH) -> None:
    """Check one deployment, and report whatever happens."""
    asked = Document(event, "event")
    deployment, execution = asked.text("DeploymentId"), asked.text("LifecycleEventHookExecutionId")
    deployments = Deployments(clients.of("codedeploy"), clients.once("codedeploy"), "")
    try:
        _check(hook, deployments.appspec(deployment), clients, load_targets(targets))
        status = "Succeeded"
    except Exception as error:  # the process edge: an unreported hook would hang
        log.exception("%s hook of %s: %s", hook, deployment, describe(error))
        status = "Failed"
    log.info("%s hook of %s: %s", hook, deployment, status)
    deployments.report_hook(deployment, execution, status)


def _check(hook: str, appspec: AppSpec, clients: Clients, targets: Targets) -> None:
    functions = Functions(clients.of("lambda"), clients.patient("lambda"), clients.pause)
    if hook == BEFORE:
        return _check_that_it_runs(appspec, functions, targets)
    if hook == AFTER:
        return _check_that_it_arrived(appspec, functions)
    raise Refusal(f"GREENSHIFT_HOOK is {hook!r}, expected {BEFORE!r} or {AFTER!r}")


def _check_that_it_runs(appspec: AppSpec, functions: Functions, targets: Targets) -> None:
    target = targets.by_name(appspec.function)
    smoke = target.smoke if target else Smoke()
    if not smoke.enabled:
        return
    why = verdict(smoke, functions.invoke(appspec.function, appspec.target, event_of(smoke)))
    if why is not None:
        raise ReleaseError(f"{appspec.function}: version {appspec.target} did not pass its smoke test: {why}")


def _check_that_it_arrived(appspec: AppSpec, functions: Functions) -> None:
    alias = functions.alias(appspec.function, appspec.alias)
    if not alias.is_all_on(appspec.target):
        raise ReleaseError(f"{appspec.function}:{appspec.alias} is {alias}, not at version {appspec.target}")
