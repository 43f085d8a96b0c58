"""CodePipeline pipelines and webhooks.

UpdatePipeline always takes the full structure, so a pipeline is one group of properties. Pulumi's form
differs from the API's in a few places (flat action type, artifact names as text, plural trigger names, one
condition where the API has a list); those are the rules below.
"""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit, named, tag_list

NO_PIPELINE = "PipelineNotFoundException"
STRUCTURE = keys("roleArn pipelineType executionMode artifactStores stages triggers variables")
_ACTION_TYPE = ("category", "owner", "provider", "version")


def _stages(stages: Any) -> list[Document]:
    return [{**stage, "actions": [_action(action) for action in stage["actions"]]} for stage in stages]


def _action(action: Document) -> Document:
    rest = {key: value for key, value in action.items() if key not in _ACTION_TYPE}
    return {**rest, "actionTypeId": {key: action[key] for key in _ACTION_TYPE}}


def _one(condition: Any) -> list[Any]:
    return [condition]


_CONDITIONS = {
    f"stages.{when}.condition": Rule("conditions", _one) for when in ("beforeEntry", "onFailure", "onSuccess")
}
RULES = {
    "stages": Rule(form=_stages),
    "stages.actions.inputArtifacts": Rule(form=named),
    "stages.actions.outputArtifacts": Rule(form=named),
    "triggers.gitConfiguration.pushes": Rule("push"),
    "triggers.gitConfiguration.pullRequests": Rule("pullRequest"),
    **_CONDITIONS,
}


def _declaration(calls: Calls, inputs: Document) -> Document:
    shape = calls.model("CreatePipeline").input_shape.members["pipeline"]
    wanted = {key: value for key, value in inputs.items() if key in STRUCTURE | keys("name")}
    stores = wanted.pop("artifactStores")
    if len(stores) == 1 and not stores[0].get("region"):
        wanted["artifactStore"] = stores[0]
    else:
        wanted["artifactStores"] = {store["region"]: {**store, "region": None} for store in stores}
    declaration: Document = fit(shape, wanted, RULES)
    return declaration


def _tag_items(calls: Calls, operation: str, tags: Any) -> list[Document]:
    items: list[Document] = fit(calls.model(operation).input_shape.members["tags"], tag_list(tags), {})
    return items


def _create(calls: Calls, inputs: Document) -> Seen:
    tags = {"tags": _tag_items(calls, "CreatePipeline", inputs["tags"])} if inputs.get("tags") else {}
    calls.call("CreatePipeline", pipeline=_declaration(calls, inputs), **tags)
    seen = _read(calls, inputs, "")
    assert seen is not None
    return seen


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetPipeline", NO_PIPELINE, name=inputs["name"])
    return Seen(inputs["name"], {"arn": found["metadata"]["pipelineArn"]}) if found is not None else None


def _update(calls: Calls, change: Change) -> None:
    calls.call("UpdatePipeline", pipeline=_declaration(calls, change.new))


def _tag(calls: Calls, change: Change, arn: str) -> None:
    if change.tags_removed:
        calls.call("UntagResource", resourceArn=arn, tagKeys=change.tags_removed)
    if change.tags_set:
        calls.call("TagResource", resourceArn=arn, tags=_tag_items(calls, "TagResource", change.tags_set))


def _tag_pipeline(calls: Calls, change: Change) -> None:
    seen = _read(calls, change.new, change.id)
    _tag(calls, change, seen.outputs["arn"] if seen is not None else "")


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.call("DeletePipeline", name=inputs["name"])  # not an error when there is none (API reference)


_WEBHOOK = keys("authentication authenticationConfiguration filters targetAction targetPipeline")


def _put_webhook(calls: Calls, inputs: Document) -> Seen:
    shape = calls.model("PutWebhook").input_shape.members["webhook"]
    wanted = {key: value for key, value in inputs.items() if key in _WEBHOOK | keys("name")}
    wanted.setdefault("authenticationConfiguration", {})  # required by the API, empty for UNAUTHENTICATED
    tags = {"tags": _tag_items(calls, "PutWebhook", inputs["tags"])} if inputs.get("tags") else {}
    return _seen_webhook(calls.call("PutWebhook", webhook=fit(shape, wanted, {}), **tags)["webhook"])


def _seen_webhook(webhook: Document) -> Seen:
    return Seen(webhook["arn"], {"arn": webhook["arn"], "url": webhook["url"]})


def _read_webhook(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    for page in calls.pages("ListWebhooks"):
        for webhook in page["webhooks"]:
            if webhook["definition"]["name"] == inputs["name"]:
                return _seen_webhook(webhook)
    return None


def _update_webhook(calls: Calls, change: Change) -> None:
    _put_webhook(calls, {key: value for key, value in change.new.items() if key != "tags"})


def _tag_webhook(calls: Calls, change: Change) -> None:
    _tag(calls, change, change.id)


def _delete_webhook(calls: Calls, inputs: Document, id_: str) -> None:
    calls.call("DeleteWebhook", name=inputs["name"])  # not an error when there is none (API reference)


ENTRIES = (
    Entry(
        token="aws:codepipeline/pipeline:Pipeline",
        service="codepipeline",
        properties=keys("name tags") | STRUCTURE,
        name="name",
        longest_name=100,
        create=_create,
        read=_read,
        update=(Update(STRUCTURE, _update), Update(keys("tags"), _tag_pipeline)),
        delete=_delete,
    ),
    Entry(
        token="aws:codepipeline/webhook:Webhook",
        service="codepipeline",
        properties=keys("name tags") | _WEBHOOK,
        name="name",
        longest_name=100,
        create=_put_webhook,
        read=_read_webhook,
        update=(Update(_WEBHOOK, _update_webhook), Update(keys("tags"), _tag_webhook)),
        delete=_delete_webhook,
    ),
)
