"""One row a component: what it takes beside the settings, how it is made, and which outputs it has.

Each part takes the same settings as the pipeline, since names, roles and policies of one follow from what
the others are. ``DeliveryPipeline`` puts them together; who needs one alone, or a pipeline of another shape,
wires the outputs of one to the inputs of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from greenshift.components.artifact_store import ArtifactStore, ArtifactStoreArgs
from greenshift.components.build_project import BuildProject, BuildProjectArgs
from greenshift.components.context import StackContext
from greenshift.components.delivery_pipeline import DeliveryPipeline
from greenshift.components.ledger import Ledger, LedgerArgs
from greenshift.components.release_control import ReleaseControl, ReleaseControlArgs
from greenshift.components.service_function import ServiceFunction, ServiceFunctionArgs
from greenshift.components.service_role import ServiceRole
from greenshift.components.source_connection import SourceConnection, SourceConnectionArgs
from greenshift.package.arguments import plain_text, text, texts
from greenshift.package.schema import ANYTHING, TEXT, TEXTS, Component
from greenshift.rollout import text as written
from greenshift.settings import Settings

Outputs = Mapping[str, Any]
Made = tuple[pulumi.ComponentResource, Outputs]


@dataclass(frozen=True)
class Order:
    """One component that a program asks for."""

    name: str
    settings: Settings
    inputs: Mapping[str, Any]
    options: pulumi.ResourceOptions
    context: Callable[[], StackContext]


@dataclass(frozen=True)
class Part:
    """How it is made, and what the package schema says of it."""

    make: Callable[[Order], Made]
    schema: Component


def _pipeline(order: Order) -> Made:
    made = DeliveryPipeline(order.name, settings=order.settings, opts=order.options)
    return made, made.outputs


def _store(order: Order) -> Made:
    args = ArtifactStoreArgs(context=order.context())
    made = ArtifactStore(order.name, args=args, opts=order.options)
    return made, {"bucket": made.bucket.bucket, "bucketArn": made.bucket.arn, "access": made.access}


def _ledger(order: Order) -> Made:
    made = Ledger(order.name, args=LedgerArgs(context=order.context()), opts=order.options)
    return made, {
        "table": made.table.name,
        "tableArn": made.table.arn,
        "functionPolicyArn": made.function_policy.arn,
        "access": made.access,
    }


def _build(order: Order) -> Made:
    args = BuildProjectArgs(context=order.context(), artifact_access=texts(order.inputs, "artifactAccess"))
    made = BuildProject(order.name, args=args, opts=order.options)
    return made, {"project": made.project.name, "projectArn": made.project.arn}


def _control(order: Order) -> Made:
    args = ReleaseControlArgs(
        context=order.context(),
        artifact_access=texts(order.inputs, "artifactAccess"),
        ledger_access=texts(order.inputs, "ledgerAccess"),
    )
    made = ReleaseControl(order.name, args=args, opts=order.options)
    made.take_charge(())
    return made, {
        "application": made.application.name,
        "codedeployRoleArn": made.codedeploy_role.arn,
        "controllerName": made.controller.function.name,
        "deploymentConfigs": {written(each): name for each, name in made.deployment_configs.items()},
        "topicArn": made.notices.topic.arn,
    }


def _function(order: Order) -> Made:
    inputs = order.inputs
    args = ServiceFunctionArgs(
        context=order.context(),
        key=plain_text(inputs, "key"),
        table_name=text(inputs, "tableName"),
        function_policy_arn=text(inputs, "functionPolicyArn"),
        log_policy_arn=text(inputs, "logPolicyArn"),
        application=text(inputs, "application"),
        codedeploy_role=ServiceRole(text(inputs, "codedeployRoleArn"), []),
        deployment_config=text(inputs, "deploymentConfig"),
        ledger_access=texts(inputs, "ledgerAccess"),
        network_policy_arn=inputs.get("networkPolicyArn"),
    )
    made = ServiceFunction(order.name, args=args, opts=order.options)
    return made, made.summary


def _source(order: Order) -> Made:
    args = SourceConnectionArgs(context=order.context())
    made = SourceConnection(order.name, args=args, opts=order.options)
    return made, {
        "connectionArn": made.connection_arn,
        "bucket": made.source_bucket,
        "actionOwner": made.spec.owner,
        "actionProvider": made.spec.provider,
        "actionConfiguration": made.spec.configuration,
    }


_ACCESS = {"access": {**TEXTS, "description": "ARNs of policies that the bucket's or table's key asks for"}}
_ARTIFACT_ACCESS = {"artifactAccess": {**TEXTS, "description": "access of the ArtifactStore"}}
_LEDGER_ACCESS = {"ledgerAccess": {**TEXTS, "description": "access of the Ledger"}}

PARTS: dict[str, Part] = {
    "DeliveryPipeline": Part(
        _pipeline,
        Component(
            "A whole delivery pipeline for Lambda functions.",
            outputs={
                "pipelineName": TEXT,
                "pipelineConsoleUrl": TEXT,
                "deploymentTableName": TEXT,
                "artifactBucket": TEXT,
                "controllerName": TEXT,
                "topicArn": TEXT,
                "functions": {"type": "object", "additionalProperties": TEXTS},
                "webhookUrl": {**TEXT, "secret": True},
                "webhookSecret": {**TEXT, "secret": True},
            },
        ),
    ),
    "ArtifactStore": Part(
        _store,
        Component("The bucket between the stages.", outputs={"bucket": TEXT, "bucketArn": TEXT, **_ACCESS}),
    ),
    "Ledger": Part(
        _ledger,
        Component(
            "The table of releases.",
            outputs={"table": TEXT, "tableArn": TEXT, "functionPolicyArn": TEXT, **_ACCESS},
        ),
    ),
    "BuildProject": Part(
        _build,
        Component(
            "CodeBuild: tests and packages the functions.",
            outputs={"project": TEXT, "projectArn": TEXT},
            may_have=_ARTIFACT_ACCESS,
        ),
    ),
    "ReleaseControl": Part(
        _control,
        Component(
            "What carries out a release inside AWS.",
            outputs={
                "application": TEXT,
                "codedeployRoleArn": TEXT,
                "controllerName": TEXT,
                "deploymentConfigs": {**TEXTS, "description": "The deployment config of each rollout in use"},
                "topicArn": TEXT,
            },
            may_have={**_ARTIFACT_ACCESS, **_LEDGER_ACCESS},
        ),
    ),
    "ServiceFunction": Part(
        _function,
        Component(
            "One Lambda function with all that shifting its traffic needs.",
            outputs={"name": TEXT, "aliasArn": TEXT, "alarm": TEXT, "deploymentGroup": TEXT},
            needs={
                "key": {**TEXT, "description": "The function's key in the settings"},
                "tableName": {**TEXT, "description": "table of the Ledger"},
                "functionPolicyArn": {**TEXT, "description": "functionPolicyArn of the Ledger"},
                "logPolicyArn": {**TEXT, "description": "A policy by which it writes its logs"},
                "application": {**TEXT, "description": "application of the ReleaseControl"},
                "codedeployRoleArn": {**TEXT, "description": "codedeployRoleArn of the ReleaseControl"},
                "deploymentConfig": {**TEXT, "description": "One of the ReleaseControl's deploymentConfigs"},
            },
            may_have={
                "networkPolicyArn": {**TEXT, "description": "Needed by a function in a VPC"},
                **_LEDGER_ACCESS,
            },
        ),
    ),
    "SourceConnection": Part(
        _source,
        Component(
            "How CodePipeline gets the code.",
            outputs={
                "connectionArn": TEXT,
                "bucket": TEXT,
                "actionOwner": TEXT,
                "actionProvider": TEXT,
                "actionConfiguration": {"type": "object", "additionalProperties": ANYTHING},
            },
        ),
    ),
}
