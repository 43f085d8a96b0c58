"""The two files through which the stack speaks to code that runs inside AWS.

``functions.json`` lies in the build kit and tells the build what to package; ``targets.json`` lies in the
control functions' archive and tells a release what it may touch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from greenshift.components.arns import Arns
from greenshift.components.names import ALIAS, Names
from greenshift.settings import FunctionSettings, Settings
from greenshift.settings.shifting import ShiftSettings

FORMAT_VERSION = 1


def functions_json(settings: Settings) -> str:
    return _text({"functions": {key: _buildable(each) for key, each in sorted(settings.functions.items())}})


def targets_json(names: Names, arns: Arns, settings: Settings, deployment_configs: Mapping[str, str]) -> str:
    """``deployment_configs`` maps a strategy, as configured, to the name of its deployment config."""
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
            "console": arns.pipeline_console(names.pipeline),
            "asks": settings.approval.notify,
            "approvesShift": settings.approval.before_shift,
            "approvesWaves": settings.asks_between_waves,
            "rules": _rules(settings.shift),
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


def _buildable(function: FunctionSettings) -> dict[str, object]:
    return {
        "directory": function.directory,
        "runtime": function.runtime,
        "handler": function.handler,
        "test": function.test,
        "build": function.build,
        "exclude": list(function.exclude),
    }


def _rules(shift: ShiftSettings) -> dict[str, object]:
    return {
        "firing": shift.when_alarm_fires,
        "quiet": shift.when_nobody_calls,
        "moved": shift.when_alias_moved,
        "newer": shift.when_newer_commit,
        "bakeMinutes": shift.bake_minutes,
        "bakeNowMinutes": shift.bake_now_minutes,
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
