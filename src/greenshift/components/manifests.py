"""The two files through which the stack speaks to code that runs inside AWS.

``functions.json`` lies in the build kit and tells the build what to package; ``targets.json`` lies in the
control functions' archive and tells a release what it may touch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from greenshift.advice import LOCAL
from greenshift.contract.arns import Arns
from greenshift.contract.names import ALIAS, Names
from greenshift.rollout import Strategy
from greenshift.settings import FunctionSettings, Settings
from greenshift.settings.images import images

FORMAT_VERSION = 1


def functions_json(settings: Settings, repositories: Mapping[str, str] | None = None) -> str:
    """``repositories`` says where the images of container functions are pushed to; without, they stay there
    where they are built."""
    functions = sorted(settings.functions.items())
    wheres = repositories or {}
    return _text({"functions": {key: _buildable(each, settings, wheres.get(key)) for key, each in functions}})


def image_repositories(names: Names, arns: Arns, settings: Settings) -> dict[str, str]:
    """Key -> URI of the repository of each function that is a container image."""
    return {key: f"{arns.registry}/{names.repository(key)}" for key in images(settings.functions)}


def targets_json(
    names: Names, arns: Arns, settings: Settings, deployment_configs: Mapping[Strategy, str]
) -> str:
    """``deployment_configs`` maps a strategy to the name of its deployment config."""
    return _text(
        {
            "pipeline": names.pipeline,
            "application": names.application,
            "table": names.ledger,
            "topicArn": arns.topic(names.topic),
            "ttlDays": settings.ledger.retention_days,
            "bucket": names.bucket(arns.account, arns.region),
            "beforeHook": names.before_hook,
            "afterHook": names.after_hook,
            "stack": names.stack,
            "console": _console(names, arns),
            "asks": settings.approval.notify,
            "approvesShift": settings.approval.before_shift,
            "approvesWaves": settings.asks_between_waves,
            "rules": _rules(settings),
            "versions": {
                "prune": settings.versions.prune,
                "keep": settings.versions.keep,
                "keepDays": settings.versions.keep_days,
            },
            "functions": {
                key: _target(key, names, arns, settings, deployment_configs[settings.rollout_of(key)])
                for key in sorted(settings.functions)
            },
        }
    )


def _console(names: Names, arns: Arns) -> str:
    """AWS's console shows nothing of a twin, which is where the stack of this name always is."""
    return "" if names.stack == LOCAL else arns.pipeline_console(names.pipeline)


def _buildable(function: FunctionSettings, settings: Settings, repository: str | None) -> dict[str, object]:
    if function.package_type == "Image":
        return {
            "packageType": "Image",
            "directory": function.directory,
            "architecture": function.architecture,
            "repository": repository,
            "test": function.test,
            "build": function.build,
        }
    allowed = settings.allows_old_sdk(function)
    return {
        **({"allowsOldSdk": allowed} if allowed else {}),
        "directory": function.directory,
        "runtime": function.runtime,
        "handler": function.handler,
        "test": function.test,
        "build": function.build,
        "exclude": list(function.exclude),
    }


def _rules(settings: Settings) -> dict[str, object]:
    shift = settings.shift
    return {
        "firing": shift.when_alarm_fires,
        "quiet": shift.when_nobody_calls,
        "moved": shift.when_alias_moved,
        "newer": shift.when_newer_commit,
        "bakeMinutes": settings.bake_minutes,
        "bakeNowMinutes": settings.bake_now_minutes,
        "holdMinutes": shift.hold_minutes,
        "holdCalls": shift.hold_calls,
        "requests": shift.synthetic_requests,
    }


def _target(key: str, names: Names, arns: Arns, settings: Settings, config: str) -> dict[str, object]:
    smoke = settings.functions[key].smoke
    return {
        "name": names.function(key),
        "arn": arns.function(names.function(key)),
        "alias": ALIAS,
        "deploymentGroup": names.deployment_group(key),
        "deploymentConfig": config,
        "alarm": names.alarm(key),
        "wave": settings.wave_of(key),
        "otherAlarms": list(settings.alarm_of(key).also),
        "smoke": {
            "event": smoke.event,
            "enabled": smoke.enabled,
            "whenCodeFails": smoke.when_code_fails,
        },
        "accept": list(settings.accepted_of(key)),
    }


def _text(members: dict[str, object]) -> str:
    return json.dumps({"formatVersion": FORMAT_VERSION, **members}, indent=1)
