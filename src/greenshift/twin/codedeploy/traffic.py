"""Where an alias may be when a deployment starts, and where each step wants it."""

from __future__ import annotations

from greenshift.rollout import steps
from greenshift.twin.codedeploy import messages
from greenshift.twin.codedeploy.appspec import AppSpec
from greenshift.twin.codedeploy.progress import Failure, Plan, Progress, Routing


def objection(plan: Plan, appspec: AppSpec, routing: Routing) -> Failure | None:
    """Why a deployment may not start here; a rollback starts from any mix of its two versions."""
    if plan.undoes:
        ours = {appspec.current_version, appspec.target_version, None}
        return None if {routing.version, routing.additional} <= ours else messages.alias_foreign(routing)
    if routing.additional is not None:
        return messages.alias_weighted(routing)
    return None if routing.version == appspec.current_version else messages.alias_elsewhere()


def wanted(plan: Plan, progress: Progress) -> Routing:
    appspec = appspec_of(progress)
    percent = steps(plan.strategy)[progress.step].percent
    if percent == 100:
        return Routing(appspec.target_version)
    return Routing(appspec.current_version, appspec.target_version, percent / 100)


def appspec_of(progress: Progress) -> AppSpec:
    if progress.appspec is None:
        raise AssertionError(f"no AppSpec has been read in phase {progress.phase.value}")
    return progress.appspec
