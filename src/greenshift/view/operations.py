"""What reading a stack asks of AWS, for the policy of a person who may look and not touch."""

from __future__ import annotations

SNAPSHOT = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
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
ONE_RELEASE = (
    "cloudwatch:DescribeAlarmHistory",
    "codebuild:BatchGetBuilds",
    "codebuild:BatchGetReports",
    "codebuild:DescribeTestCases",
    "codepipeline:GetPipelineExecution",
    "dynamodb:GetItem",
)
"""``show`` and ``history --before``, besides."""
LOGS = (
    "codebuild:BatchGetBuilds",
    "codebuild:ListBuildsForProject",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
)
"""``logs``, besides."""
