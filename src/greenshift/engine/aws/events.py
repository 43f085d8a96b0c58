"""EventBridge rules and their targets."""

from __future__ import annotations

import secrets

from greenshift.engine.aws.calls import CallError, Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing
from greenshift.engine.aws.fit import Rule, fit, observed, tag_list

_NONE = "ResourceNotFoundException"
_DEFAULT_BUS = "default"
_RULE_SETTINGS = keys("description eventPattern scheduleExpression state roleArn")
_TARGET_SETTINGS = keys("arn roleArn input inputPath inputTransformer retryPolicy deadLetterConfig")
_TARGET_RULES = {
    "targetId": Rule("Id"),
    "inputTransformer.inputPaths": Rule("InputPathsMap"),
}


def _bus(inputs: Document) -> str:
    return str(inputs.get("eventBusName") or _DEFAULT_BUS)


def _put_rule(calls: Calls, inputs: Document) -> Seen:
    """PutRule replaces the whole rule, so it is always given all settings (API reference)."""
    settings = {key: value for key, value in inputs.items() if key in _RULE_SETTINGS | keys("eventBusName")}
    wanted = fit(calls.model("PutRule").input_shape, settings, {})
    return _seen_rule(inputs, calls.call("PutRule", Name=inputs["name"], **wanted)["RuleArn"])


def _seen_rule(inputs: Document, arn: str) -> Seen:
    """The AWS provider's id says the bus where it is not the default one."""
    bus, name = _bus(inputs), inputs["name"]
    return Seen(name if bus == _DEFAULT_BUS else f"{bus}/{name}", {"arn": arn, "eventBusName": bus})


def _create_rule(calls: Calls, inputs: Document) -> Seen:
    seen = _put_rule(calls, inputs)
    if inputs.get("tags"):
        _tag_rule(calls, Change(seen.id, {}, inputs))
    return seen


def _read_rule(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("DescribeRule", _NONE, Name=inputs["name"], EventBusName=_bus(inputs))
    return _seen_rule(inputs, found["Arn"]) if found is not None else None


def _update_rule(calls: Calls, change: Change) -> None:
    _put_rule(calls, change.new)


def _tag_rule(calls: Calls, change: Change) -> None:
    seen = _read_rule(calls, change.new, change.id)
    arn = seen.outputs["arn"] if seen is not None else ""
    if change.tags_removed:
        calls.call("UntagResource", ResourceARN=arn, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceARN=arn, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete_rule(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteRule", _NONE, Name=inputs["name"], EventBusName=_bus(inputs))


def _put_target(calls: Calls, inputs: Document) -> Seen:
    inputs = {"targetId": f"target-{secrets.token_hex(8)}", **inputs}
    settings = {key: value for key, value in inputs.items() if key in _TARGET_SETTINGS | keys("targetId")}
    shape = calls.model("PutTargets").input_shape.members["Targets"].member
    target = fit(shape, settings, _TARGET_RULES)
    answer = calls.call("PutTargets", Rule=inputs["rule"], EventBusName=_bus(inputs), Targets=[target])
    for failure in answer.get("FailedEntries", []):  # a bad entry is not an exception (API reference)
        raise CallError("PutTargets", failure.get("ErrorCode", ""), failure.get("ErrorMessage", ""))
    return _seen_target(inputs)


def target_inputs(calls: Calls, rule: str, bus: str, target: Document) -> Document:
    """The inputs that would make a target that is there; ``bus`` is empty for the default one."""
    shape = calls.model("PutTargets").input_shape.members["Targets"].member
    told = observed(shape, target, _TARGET_SETTINGS, _TARGET_RULES)
    own = {"eventBusName": bus} if bus else {}
    return {"rule": rule, "targetId": target["Id"], **own, **told}


def _seen_target(inputs: Document) -> Seen:
    told = {"targetId": inputs["targetId"], "eventBusName": _bus(inputs)}
    return Seen(_before_target(inputs) + inputs["targetId"], told)


def _before_target(inputs: Document) -> str:
    """What of a target's id is said before its own name."""
    bus, rule = _bus(inputs), inputs["rule"]
    return f"{rule}-" if bus == _DEFAULT_BUS else f"{bus}-{rule}-"


def _read_target(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    wanted = inputs.get("targetId") or id_.removeprefix(_before_target(inputs))
    found = calls.look("ListTargetsByRule", _NONE, Rule=inputs["rule"], EventBusName=_bus(inputs))
    for target in (found or {}).get("Targets", []):
        if target["Id"] == wanted or (not wanted and target["Arn"] == inputs["arn"]):
            return _seen_target({**inputs, "targetId": target["Id"]})
    return None


def _update_target(calls: Calls, change: Change) -> None:
    target = change.id.removeprefix(_before_target(change.new))
    _put_target(calls, {**change.new, "targetId": target})


def _delete_target(calls: Calls, inputs: Document, id_: str) -> None:
    target = id_.removeprefix(_before_target(inputs))
    calls.look("RemoveTargets", _NONE, Rule=inputs["rule"], EventBusName=_bus(inputs), Ids=[target])


ENTRIES = (
    Entry(
        token="aws:cloudwatch/eventRule:EventRule",
        service="events",
        properties=keys("name namePrefix eventBusName forceDestroy tags") | _RULE_SETTINGS,
        replace=keys("eventBusName namePrefix"),
        name="name",
        create=_create_rule,
        read=_read_rule,
        update=(
            Update(_RULE_SETTINGS, _update_rule),
            Update(keys("forceDestroy"), nothing),
            Update(keys("tags"), _tag_rule),
        ),
        delete=_delete_rule,
    ),
    Entry(
        token="aws:cloudwatch/eventTarget:EventTarget",
        service="events",
        properties=keys("rule targetId eventBusName forceDestroy") | _TARGET_SETTINGS,
        replace=keys("rule targetId eventBusName"),
        create=_put_target,
        read=_read_target,
        update=(Update(_TARGET_SETTINGS, _update_target), Update(keys("forceDestroy"), nothing)),
        delete=_delete_target,
    ),
)
