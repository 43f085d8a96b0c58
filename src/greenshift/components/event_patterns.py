"""What wakes the recorder: the pipeline's executions and approvals, deployments, failed builds, alarms.

Patterns and field names: CodePipeline, CodeDeploy and CodeBuild user guides, "Monitoring with EventBridge";
CloudWatch user guide, "Alarm events".
"""

from __future__ import annotations

import json

from greenshift.components.names import Names

_FAILED_BUILD = ("FAILED", "FAULT", "STOPPED", "TIMED_OUT")


def event_patterns(names: Names) -> dict[str, str]:
    """Purpose of each rule and its pattern as JSON text."""
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
        # A prefix, because a pattern holds 4,096 characters and a stack may have 200 alarms. The recorder
        # looks each name up in targets.json and passes over the alarms of others.
        "alarms": _pattern(
            "aws.cloudwatch",
            "CloudWatch Alarm State Change",
            {"alarmName": [{"prefix": f"{names.base}-"}], "state": {"value": ["ALARM"]}},
        ),
    }


def _pattern(source: str, detail_type: str, detail: dict[str, object]) -> str:
    return json.dumps({"source": [source], "detail-type": [detail_type], "detail": detail})
