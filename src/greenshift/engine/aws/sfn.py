"""Step Functions' state machines."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.fit import Rule
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("StateMachineDoesNotExist", "ResourceNotFound")
_OFF = {"level": "OFF", "includeExecutionData": False}


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    arn = id_ or next(
        (
            machine["stateMachineArn"]
            for page in calls.pages("ListStateMachines")
            for machine in page["stateMachines"]
            if machine["name"] == inputs["name"]
        ),
        "",
    )
    return calls.look("DescribeStateMachine", *_NONE, stateMachineArn=arn) if arn else None


def _logging(value: Document) -> Document:
    """Pulumi's one destination is AWS's list of one."""
    given = {key: value[key] for key in ("level", "includeExecutionData") if value.get(key) is not None}
    where = value.get("logDestination")
    group = {"destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": where}}]} if where else {}
    return given | group


def _logging_back(value: Document) -> Document | None:
    """As it is without one: nothing."""
    told = {key: value[key] for key in ("level", "includeExecutionData") if value.get(key) is not None}
    for each in value.get("destinations", []):
        told["logDestination"] = each["cloudWatchLogsLogGroup"]["logGroupArn"]
    return None if told in (_OFF, {}, {"level": "OFF"}) else told


MACHINE = entry(
    Kind(
        token="aws:sfn/stateMachine:StateMachine",
        service="stepfunctions",
        describe=_describe,
        id="stateMachineArn",
        key=lambda inputs, id_: {"stateMachineArn": id_},
        create="CreateStateMachine",
        update="UpdateStateMachine",
        delete="DeleteStateMachine",
        gone=_NONE,
        fixed="type",
        settings="definition roleArn loggingConfiguration tracingConfiguration "
        "encryptionConfiguration publish",
        unseen="publish",
        outputs={
            "arn": "stateMachineArn",
            "status": "status",
            "creationDate": lambda told: told["creationDate"].isoformat(),
            "revisionId": "revisionId",
        },
        rules={"loggingConfiguration": Rule(form=_logging, back=_logging_back)},
        defaults={
            "type": "STANDARD",
            "publish": False,
            "tracingConfiguration": {"enabled": False},
            "loggingConfiguration": _OFF,
            "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
        },
        tagging=Tagging("arn"),
        name="name",
        longest_name=80,
        prefixed=True,
        volatile="revisionId",
    )
)

ENTRIES = (MACHINE,)
