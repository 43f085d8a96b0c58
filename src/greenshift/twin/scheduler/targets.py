"""The one call a schedule stands for, made with the role it names.

Scheduler user guide, "Managing targets": templated targets by the ARN of what they reach, universal ones as
``arn:aws:scheduler:::aws-sdk:SERVICE:ACTION`` whose input are the action's parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from greenshift.twin.scheduler.model import invalid
from greenshift.twin.wire.json_text import read_json

SCHEDULER = "scheduler.amazonaws.com"
_UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
_TEMPLATED = ("codebuild", "codepipeline", "events", "lambda", "sns", "sqs")

Call = tuple[str, str, dict[str, Any]]


def check(target: Mapping[str, Any]) -> None:
    """Refuse, when it is made, a schedule that could never call anything."""
    arn = str(target["Arn"])
    if arn.startswith(_UNIVERSAL):
        if len(arn.removeprefix(_UNIVERSAL).split(":")) != 2:
            raise invalid(f"{arn} is not supported as a target.")
    elif arn.count(":") < 5 or arn.split(":")[2] not in _TEMPLATED:
        kinds = ", ".join(_TEMPLATED)
        raise invalid(f"The twin cannot deliver to target {arn}; it delivers to {kinds} and SDK actions.")
    if arn.endswith(".fifo") and not (target.get("SqsParameters") or {}).get("MessageGroupId"):
        raise invalid("MessageGroupId is required for a FIFO queue.")


def call_of(target: Mapping[str, Any], text: str, endpoint: str) -> Call:
    """Service, operation and parameters; raises ValueError for an input that is none."""
    arn = str(target["Arn"])
    if arn.startswith(_UNIVERSAL):
        service, action = arn.removeprefix(_UNIVERSAL).split(":")
        found: Any = read_json(text or "{}")
        return _name(service), action[:1].upper() + action[1:], found if isinstance(found, dict) else {}
    resource = arn.split(":", 5)[5]
    match arn.split(":")[2]:
        case "lambda":
            return (
                "lambda",
                "Invoke",
                {"FunctionName": arn, "InvocationType": "Event", "Payload": text.encode()},
            )
        case "sqs":
            url = f"{endpoint}/{arn.split(':')[4]}/{resource}"
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            more = {"MessageGroupId": group} if group else {}
            return "sqs", "SendMessage", {"QueueUrl": url, "MessageBody": text, **more}
        case "sns":
            return "sns", "Publish", {"TopicArn": arn, "Message": text}
        case "events":
            own = target.get("EventBridgeParameters") or {}
            entry = {"Source": own.get("Source"), "DetailType": own.get("DetailType"), "Detail": text}
            return "events", "PutEvents", {"Entries": [{**entry, "EventBusName": arn}]}
        case "codepipeline":
            return "codepipeline", "StartPipelineExecution", {"name": resource}
        case _:
            return "codebuild", "StartBuild", {"projectName": resource.removeprefix("project/")}


def input_of(target: Mapping[str, Any], context: Mapping[str, str]) -> str:
    """The target's input with the context attributes filled in (user guide, "Adding context attributes")."""
    text = str(target.get("Input") or json.dumps({"schedule-arn": context["schedule-arn"]}))
    for name, value in context.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _name(service: str) -> str:
    """The names of the guide are the SDK for Java's; botocore's differ here."""
    return {"sfn": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs"}.get(service, service)
