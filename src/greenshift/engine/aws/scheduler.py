"""EventBridge Scheduler: schedules and their groups."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import keys
from greenshift.engine.aws.fit import fit, observed
from greenshift.engine.aws.simple import Kind, described, entry, named
from greenshift.engine.aws.tagging import Tagging

_NONE = ("ResourceNotFoundException",)
_SETTINGS = (
    "description startDate endDate flexibleTimeWindow kmsKeyArn scheduleExpression "
    "scheduleExpressionTimezone state target actionAfterCompletion"
)
_RETRIES = {"maximumEventAgeInSeconds": 86400, "maximumRetryAttempts": 185}  # [pulumi-aws: Schedule]


def _key(inputs: Document, id_: str) -> Document:
    """``group/name``, as the provider has it for its id."""
    group, _, name = id_.rpartition("/")
    group = group or inputs.get("groupName") or "default"
    return {"GroupName": group, "Name": name or inputs["name"]}


def _create(calls: Calls, inputs: Document) -> Document:
    wanted = {key: value for key, value in inputs.items() if key in keys(f"name groupName {_SETTINGS}")}
    parameters = fit(calls.model("CreateSchedule").input_shape, wanted, {})
    calls.call("CreateSchedule", **parameters)
    return {"_id": f"{inputs.get('groupName') or 'default'}/{inputs['name']}"}


def _described(calls: Calls, inputs: Document, id_: str) -> Document | None:
    found = calls.look("GetSchedule", *_NONE, **_key(inputs, id_))
    if found is None:
        return None
    shape = calls.model("CreateSchedule").input_shape
    told = observed(shape, found, keys(f"name groupName {_SETTINGS}"), {})
    if told.get("target", {}).get("retryPolicy") == _RETRIES:
        told["target"].pop("retryPolicy")
    return {**found, "told": told}


SCHEDULE = entry(
    Kind(
        token="aws:scheduler/schedule:Schedule",
        service="scheduler",
        describe=_described,
        id=lambda told: f"{told['GroupName']}/{told['Name']}",
        key=_key,
        create=_create,
        update="UpdateSchedule",
        delete="DeleteSchedule",
        fixed="groupName",
        settings=_SETTINGS,
        outputs={"arn": "Arn"},
        defaults={
            "groupName": "default",
            "scheduleExpressionTimezone": "UTC",
            "state": "ENABLED",
            "actionAfterCompletion": "NONE",
        },
        observe=lambda told: dict(told["told"]),
        name="name",
        prefixed=True,
        identity=("groupName", "name"),
    )
)
_described_group = described("GetScheduleGroup", "", named("Name"), *_NONE)


def _delete_group(calls: Calls, inputs: Document, id_: str) -> None:
    """Asked for first: moto 5.2.5 fails on one that is gone."""
    if _described_group(calls, inputs, id_) is not None:
        calls.look("DeleteScheduleGroup", *_NONE, Name=id_)


GROUP = entry(
    Kind(
        token="aws:scheduler/scheduleGroup:ScheduleGroup",
        service="scheduler",
        describe=_described_group,
        id="Name",
        key=named("Name"),
        create="CreateScheduleGroup",
        delete=_delete_group,
        outputs={"arn": "Arn", "state": "State"},
        tagging=Tagging("arn"),
        name="name",
        prefixed=True,
    )
)

ENTRIES = (SCHEDULE, GROUP)
