"""CloudWatch composite alarms."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.fit import Rule, fit
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_RULES = {
    "okActions": Rule("OKActions"),
    "actionsSuppressor.alarm": Rule("ActionsSuppressor"),
}


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    name = id_ or inputs["alarmName"]
    found = calls.call("DescribeAlarms", AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    return dict(found[0]) if found else None


def _flat(inputs: Document) -> Document:
    """The suppressor's three members stand beside the others on AWS."""
    suppressor = inputs.get("actionsSuppressor") or {}
    flat = {key: value for key, value in inputs.items() if key not in ("actionsSuppressor", "tags")}
    if suppressor:
        flat["actionsSuppressor"] = suppressor["alarm"]
        flat["actionsSuppressorExtensionPeriod"] = suppressor["extensionPeriod"]
        flat["actionsSuppressorWaitPeriod"] = suppressor["waitPeriod"]
    return flat


def _put(calls: Calls, inputs: Document) -> Document:
    parameters = fit(calls.model("PutCompositeAlarm").input_shape, _flat(inputs), _RULES)
    tags = [{"Key": key, "Value": value} for key, value in (inputs.get("tags") or {}).items()]
    calls.call("PutCompositeAlarm", **parameters, **({"Tags": tags} if tags else {}))
    return {"_id": inputs["alarmName"]}


def _update(calls: Calls, change: Change) -> None:
    _put(calls, {key: value for key, value in change.new.items() if key != "tags"})


def _observe(told: Document) -> Document:
    found = {
        "alarmName": told["AlarmName"],
        "alarmRule": told["AlarmRule"],
        "alarmDescription": told.get("AlarmDescription"),
        "actionsEnabled": told.get("ActionsEnabled"),
        "alarmActions": told.get("AlarmActions"),
        "okActions": told.get("OKActions"),
        "insufficientDataActions": told.get("InsufficientDataActions"),
    }
    if told.get("ActionsSuppressor"):
        found["actionsSuppressor"] = {
            "alarm": told["ActionsSuppressor"],
            "extensionPeriod": told["ActionsSuppressorExtensionPeriod"],
            "waitPeriod": told["ActionsSuppressorWaitPeriod"],
        }
    return found


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    if _describe(calls, inputs, id_) is not None:
        calls.look("DeleteAlarms", "ResourceNotFound", AlarmNames=[id_])


COMPOSITE_ALARM = entry(
    Kind(
        token="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        service="cloudwatch",
        describe=_describe,
        id="AlarmName",
        key=lambda inputs, id_: {"AlarmNames": [id_]},
        create=_put,
        update=_update,
        delete=_delete,
        settings="actionsSuppressor alarmActions alarmDescription alarmRule "
        "insufficientDataActions okActions",
        fixed="actionsEnabled",
        outputs={"arn": "AlarmArn"},
        defaults={"actionsEnabled": True},
        observe=_observe,
        tagging=Tagging("arn"),
        name="alarmName",
        longest_name=255,
    )
)

ENTRIES = (COMPOSITE_ALARM,)
