"""The services the twin implements itself, by botocore's name; everything else is moto's."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from greenshift.twin.service import Service

_CLASSES = {
    "cloudwatch": "greenshift.twin.alarms.api:CloudWatch",
    "codebuild": "greenshift.twin.codebuild.api:CodeBuild",
    "codeconnections": "greenshift.twin.codeconnections.api:CodeConnections",
    "codedeploy": "greenshift.twin.codedeploy.api:CodeDeploy",
    "codepipeline": "greenshift.twin.codepipeline.api:CodePipeline",
    "events": "greenshift.twin.events.api:Events",
    "lambda": "greenshift.twin.awslambda.api:Lambda",
    "scheduler": "greenshift.twin.scheduler.api:Scheduler",
    "sqs": "greenshift.twin.sqs.api:Sqs",
}

NAMES = tuple(sorted(_CLASSES))


def service_class(name: str) -> type[Service]:
    """The class of one of our services; loaded when first asked for."""
    module, _, attribute = _CLASSES[name].partition(":")
    return cast("type[Service]", getattr(import_module(module), attribute))
