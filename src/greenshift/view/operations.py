"""What reading a stack asks of AWS, for the policy of a person who may look and not touch."""

from __future__ import annotations

SNAPSHOT = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "codeconnections:GetConnection",
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:ListDeploymentTargets",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "lambda:GetAlias",
    "lambda:GetFunctionConfiguration",
)
"""``status``, and the page."""
ONE_RELEASE = ("cloudwatch:DescribeAlarmHistory", "codepipeline:GetPipelineExecution", "dynamodb:GetItem")
"""``show`` and ``history --before``, besides."""
LOGS = ("codebuild:BatchGetBuilds", "logs:FilterLogEvents", "logs:GetLogEvents")
"""``logs``, besides."""
