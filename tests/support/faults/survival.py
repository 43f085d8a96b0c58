"""What must hold after a release, whatever happened to the controller while it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from botocore.exceptions import ClientError

from greenshift.contract.release import Release
from greenshift.contract.statuses import ENDED, State, Status
from support.stacks.delivered import STACK, Delivered

# Two processes write, each with the time of the last answer it got; here a real second is 300 of them.
_CLOCKS_DIFFER = timedelta(seconds=300)
_RUNNING = ["Created", "Queued", "InProgress", "Baking", "Ready"]
_AFTER = {
    Status.SUCCEEDED: State.SHIFTED,
    Status.ROLLED_BACK: State.ROLLED_BACK,
    Status.FAILED: State.PUBLISHED,
}


@dataclass(frozen=True)
class Ended:
    """A release that ended, and what is wrong with its end."""

    id: str
    status: Status
    wrong: tuple[str, ...]


def examine(stack: Delivered, execution: str, before: Mapping[str, str]) -> Ended:
    """``before`` is the version each alias had. Everything wrong is told, not only the first."""
    release = stack.release(execution)
    wrong = [
        *_ledger(release),
        *_traffic(stack, release, before),
        *_rows(stack, release),
        *_versions(stack, release, before),
        *_deployments(stack, release),
    ]
    pipeline = stack.status(execution)
    if (pipeline == "Succeeded") is not (release.status in (Status.SUCCEEDED, Status.UNCHANGED)):
        wrong.append(f"the pipeline's execution {pipeline}, the release {release.status}")
    return Ended(execution, release.status, tuple(wrong))


def _ledger(release: Release) -> list[str]:
    ends = [
        item
        for earlier, item in zip((None, *release.transitions), release.transitions, strict=False)
        if item.status in ENDED and (earlier is None or earlier.status != item.status)
    ]
    wrong = [] if len(ends) == 1 else [f"{len(ends)} ends: {[item.status for item in ends]}"]
    times = [item.at for item in release.transitions]
    if not release.is_ended or release.ended_at is None:
        wrong.append(f"it is {release.status}")
    if any(later < earlier - _CLOCKS_DIFFER for earlier, later in pairwise(times)):
        wrong.append(f"its transitions are out of order: {release.transitions}")
    return wrong


def _traffic(stack: Delivered, release: Release, before: Mapping[str, str]) -> list[str]:
    aliases = stack.aliases()
    split = [f"{key} is split: {weights}" for key, (_, weights) in aliases.items() if weights]
    now = {key: version for key, (version, _) in aliases.items()}
    new = {**before, **{item.key: item.to_version for item in release.changed}}
    if release.status is Status.SUCCEEDED:
        return split + ([] if now == new and now != before else [f"not all new: {now}, {new} was to be"])
    return split + ([] if now == dict(before) else [f"not all old: {now}, {dict(before)} was before"])


def _rows(stack: Delivered, release: Release) -> list[str]:
    wrong = []
    for item in release.changed:
        rows = [row for row in stack.ledger.history(item.name).rows if row.release == release.id]
        if [row.status for row in rows] != [item.state]:
            wrong.append(f"{item.key}'s rows say {[row.status for row in rows]}, its release {item.state}")
        if item.state is not _AFTER[release.status]:
            wrong.append(f"{item.key} is {item.state} in a release that is {release.status}")
    return wrong


def _versions(stack: Delivered, release: Release, before: Mapping[str, str]) -> list[str]:
    """Nothing a release may need is gone, and no version was published that no release knows."""
    wrong = []
    for key in stack.keys:
        item = release.function(key)
        newest = newest_version(stack, key)
        known = {before[key], *([item.from_version, item.to_version] if item else [])}
        for version in known:
            try:
                stack.lambda_.get_function_configuration(FunctionName=f"{STACK}-{key}", Qualifier=version)
            except ClientError as error:
                wrong.append(f"version {version} of {key} is lost: {error}")
        if item is not None and item.state is not State.UNCHANGED and newest != item.to_version:
            wrong.append(f"{key} has a version {newest} although its release made {item.to_version}")
    return wrong


def newest_version(stack: Delivered, key: str) -> str:
    pages = stack.lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=f"{STACK}-{key}")
    versions = [each["Version"] for page in pages for each in page["Versions"]]
    return str(max((int(version) for version in versions if version.isdigit()), default=0))


def _deployments(stack: Delivered, release: Release) -> list[str]:
    codedeploy = stack.twin.client("codedeploy")
    wrong = []
    for item in release.changed:
        group = {"applicationName": STACK, "deploymentGroupName": f"{STACK}-{item.key}"}
        running = codedeploy.list_deployments(**group, includeOnlyStatuses=_RUNNING)["deployments"]
        newest = codedeploy.list_deployments(**group)["deployments"][:10]
        infos = codedeploy.batch_get_deployments(deploymentIds=newest)["deploymentsInfo"] if newest else []
        ours = [info for info in infos if info.get("description") == f"greenshift {release.id} {item.key}"]
        if running:
            wrong.append(f"deployments of {item.key} still run: {running}")
        if len(ours) > 1 or (release.status is Status.SUCCEEDED and len(ours) != 1):
            wrong.append(f"{item.key} has {len(ours)} deployments of this release")
    return wrong
