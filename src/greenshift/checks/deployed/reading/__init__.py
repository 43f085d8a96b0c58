"""Reads what the checks need, in as few calls as it takes; "does not exist" is a fact and no error.

Clients in, ``StackFacts`` out; one module per service. Reading takes a while and releases go on, so what
is under way is read first and last, and counts when it was so at either time: a release that begins or ends
in between is then not taken for one that left something.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenshift.checks.deployed.facts import AlarmFacts, StackFacts
from greenshift.checks.deployed.reading import deployments, functions, ledger, pipeline
from greenshift.contract.clock import AwsClock
from greenshift.reading.alarms import read_alarms
from greenshift.reading.connections import read_connection
from greenshift.reading.pipeline import read_declaration
from greenshift.view import StackOutputs, StackView

#: Everything doctor asks of AWS, for the policy of a person who may look and not touch.
OPERATIONS = (
    "cloudwatch:DescribeAlarms",
    "codeconnections:GetConnection",
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:ListDeployments",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "codestar-connections:GetConnection",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "lambda:GetAlias",
    "lambda:ListAliases",
    "lambda:ListVersionsByFunction",
)


def read_stack(outputs: StackOutputs, clients: Callable[[str], Any]) -> StackFacts:
    view = StackView(outputs, clients)
    codepipeline, codedeploy = clients("codepipeline"), clients("codedeploy")
    declared = read_declaration(codepipeline, outputs.pipeline)
    source, clock = declared.actions[0].configuration, AwsClock(probe=lambda: None)
    clock.hear(declared.told_at)
    newest = view.latest_execution()
    executions = pipeline.executions(codepipeline, outputs.pipeline)
    alarms = read_alarms(clients("cloudwatch"), [function.alarm for function in outputs.functions])
    now = clock.now()
    unfinished = deployments.unfinished(codedeploy, outputs.pipeline)
    rows = ledger.read(clients("dynamodb"), outputs, executions)
    aliases, versions = functions.read(clients("lambda"), outputs.functions)
    still_unfinished = deployments.read(codedeploy, unfinished)
    running = pipeline.running(codepipeline, outputs.pipeline, executions, rows.releases)
    return StackFacts(
        now=now,
        pipeline=outputs.pipeline,
        polls=source.get("PollForSourceChanges", "").lower() == "true" and "OAuthToken" in source,
        connection=read_connection(clients, arn) if (arn := source.get("ConnectionArn", "")) else None,
        newest=view.progress(newest) if newest else None,
        running=running,
        releases=rows.releases,
        aliases=aliases,
        alarms=tuple(AlarmFacts(each, alarms.get(each.alarm)) for each in outputs.functions),
        versions=versions,
        deployments=still_unfinished,
        executions=executions,
        unrecorded=rows.unrecorded,
    )
