"""What each role of a stack must be able to do to carry out a release, as actions on its resources.

Not every permission it has: only those without which no release can come to an end.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.contract.names import codebuild_log_group
from greenshift.verify.reading.principals import Principal
from greenshift.verify.reading.role import Role
from greenshift.verify.stack import Stack

_LEDGER = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem")
_SHIFTING = ("codedeploy:BatchGetDeployments", "codedeploy:CreateDeployment", "codedeploy:StopDeployment")


@dataclass(frozen=True)
class Needs:
    """A role, and the (action, resource) pairs it cannot do without."""

    role: Role
    actions: tuple[tuple[str, str], ...]


def needs(stack: Stack, principal: Principal) -> Needs:
    return Needs(principal.read(stack), tuple(_actions(stack, principal.user)))


def _actions(stack: Stack, user: str) -> list[tuple[str, str]]:
    if user in stack.names.hooks.values():
        return _hook(stack)
    by_user = {
        "the pipeline": _pipeline,
        "the build": _build,
        "CodeDeploy": _codedeploy,
        stack.names.controller: _controller,
        stack.names.recorder: _recorder,
    }
    return by_user[user](stack) if user in by_user else []


def _pipeline(stack: Stack) -> list[tuple[str, str]]:
    return [
        ("s3:GetObject", f"{stack.bucket_arn}/any"),
        ("s3:PutObject", f"{stack.bucket_arn}/any"),
        ("codebuild:StartBuild", stack.arns.build_project(stack.names.build_project)),
        ("codebuild:BatchGetBuilds", stack.arns.build_project(stack.names.build_project)),
        ("lambda:InvokeFunction", stack.arns.function(stack.names.controller)),
    ]


def _build(stack: Stack) -> list[tuple[str, str]]:
    return [
        ("logs:PutLogEvents", f"{stack.arns.log_group(codebuild_log_group(stack.names.build_project))}:any"),
        ("s3:GetObject", f"{stack.bucket_arn}/any"),
        ("s3:PutObject", f"{stack.bucket_arn}/any"),
    ]


def _codedeploy(stack: Stack) -> list[tuple[str, str]]:
    functions = [stack.arns.function(function.name) for function in stack.functions]
    return [
        *((action, arn) for action in ("lambda:GetAlias", "lambda:UpdateAlias") for arn in functions),
        ("cloudwatch:DescribeAlarms", "*"),
        *(("lambda:InvokeFunction", stack.arns.function(name)) for name in stack.names.hooks.values()),
    ]


def _controller(stack: Stack) -> list[tuple[str, str]]:
    publish = ("lambda:PublishVersion", "lambda:UpdateFunctionCode")
    functions = [stack.arns.function(function.name) for function in stack.functions]
    return [
        ("codepipeline:PutJobSuccessResult", "*"),
        ("codepipeline:PutJobFailureResult", "*"),
        *((action, arn) for action in publish for arn in functions),
        *(("lambda:InvokeFunction", f"{arn}:1") for arn in functions),
        ("s3:PutObject", f"{stack.bucket_arn}/packages/any"),
        *((action, stack.table_arn) for action in _LEDGER),
        *_shifting(stack),
    ]


def _recorder(stack: Stack) -> list[tuple[str, str]]:
    return [
        ("sns:Publish", stack.outputs.topic_arn),
        *((action, stack.table_arn) for action in _LEDGER),
        *_shifting(stack),
    ]


def _shifting(stack: Stack) -> list[tuple[str, str]]:
    groups = [_group(stack, function.deployment_group) for function in stack.functions]
    alarms = [stack.arns.alarm(function.alarm) for function in stack.functions]
    return [
        *((action, group) for action in _SHIFTING for group in groups),
        *(("lambda:GetAlias", stack.arns.function(function.name)) for function in stack.functions),
        *(("cloudwatch:PutMetricAlarm", alarm) for alarm in alarms),
        ("cloudwatch:DescribeAlarms", "*"),
    ]


def _hook(stack: Stack) -> list[tuple[str, str]]:
    groups = [_group(stack, function.deployment_group) for function in stack.functions]
    return [
        *(("codedeploy:PutLifecycleEventHookExecutionStatus", group) for group in groups),
        *(("lambda:InvokeFunction", f"{stack.arns.function(each.name)}:1") for each in stack.functions),
    ]


def _group(stack: Stack, name: str) -> str:
    return stack.arns.deployment_group(stack.names.application, name)
