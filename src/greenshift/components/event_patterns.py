"""What wakes the recorder: the pipeline's executions and approvals, deployments, failed builds, alarms.

Patterns and field names: CodePipeline, CodeDeploy and CodeBuild user guides, "Monitoring with EventBridge";
CloudWatch user guide, "Alarm events".
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from greenshift.contract.names import Names

# EventBridge user guide, quotas: characters of a rule's event pattern.
_LONGEST = 2048
_FAILED_BUILD = ("FAILED", "FAULT", "STOPPED", "TIMED_OUT")


def event_patterns(names: Names, other_alarms: Sequence[str] = ()) -> dict[str, str]:
    """Purpose of each rule and its pattern as JSON text; ``other_alarms`` are the names in ``alarm.also``."""
    return {
        "executions": _pattern(
            "aws.codepipeline", "CodePipeline Pipeline Execution State Change", {"pipeline": [names.pipeline]}
        ),
        "approvals": _pattern(
            "aws.codepipeline",
            "CodePipeline Action Execution State Change",
            {"pipeline": [names.pipeline], "type": {"category": ["Approval"]}, "state": ["STARTED"]},
        ),
        "deployments": _pattern(
            "aws.codedeploy",
            "CodeDeploy Deployment State-change Notification",
            {"application": [names.application]},
        ),
        "builds": _pattern(
            "aws.codebuild",
            "CodeBuild Build State Change",
            {"project-name": [names.build_project], "build-status": list(_FAILED_BUILD)},
        ),
        "alarms": _alarms(names, other_alarms),
    }


def _alarms(names: Names, others: Sequence[str]) -> str:
    """Our own by their prefix: a stack may have 200. Where the others' names do not fit, every alarm of the
    account: the recorder looks each name up in targets.json and passes over those it does not know.
    """
    firing: dict[str, object] = {"state": {"value": ["ALARM"]}}
    named = firing | {"alarmName": [{"prefix": f"{names.base}-"}, *others]}
    kind = ("aws.cloudwatch", "CloudWatch Alarm State Change")
    pattern = _pattern(*kind, named)
    return pattern if len(pattern) <= _LONGEST else _pattern(*kind, firing)


def _pattern(source: str, detail_type: str, detail: dict[str, object]) -> str:
    return json.dumps({"source": [source], "detail-type": [detail_type], "detail": detail})
