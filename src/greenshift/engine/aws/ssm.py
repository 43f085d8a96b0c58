"""SSM parameters."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.fit import fit, tag_list
from greenshift.engine.aws.simple import Kind, entry, named
from greenshift.engine.aws.tagging import Tagging

_NONE = ("ParameterNotFound", "InvalidResourceId")
_SETTINGS = "type value insecureValue description keyId allowedPattern dataType tier"


def _put(calls: Calls, inputs: Document, *, overwrite: bool) -> None:
    wanted = {key: inputs[key] for key in (*_SETTINGS.split(), "name") if inputs.get(key) is not None}
    if "insecureValue" in wanted:  # the same, in a state where it may be read
        wanted["value"] = wanted.pop("insecureValue")
    tags = {"tags": tag_list(inputs["tags"])} if inputs.get("tags") and not overwrite else {}
    shape = calls.model("PutParameter").input_shape
    calls.call("PutParameter", Overwrite=overwrite, **fit(shape, {**wanted, **tags}, {}))


def _create(calls: Calls, inputs: Document) -> Document:
    may_exist = bool(inputs.get("overwrite"))
    _put(calls, inputs, overwrite=may_exist)
    if may_exist and inputs.get("tags"):  # tags and overwriting do not go together (API reference)
        tags = fit(calls.model("AddTagsToResource").input_shape.members["Tags"], tag_list(inputs["tags"]), {})
        calls.call("AddTagsToResource", ResourceType="Parameter", ResourceId=inputs["name"], Tags=tags)
    return {"_id": inputs["name"]}


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    name = id_ or inputs["name"]
    found = calls.look("GetParameter", *_NONE, Name=name, WithDecryption=True)
    if found is None:
        return None
    filters = [{"Key": "Name", "Values": [name]}]
    about = calls.call("DescribeParameters", ParameterFilters=filters)["Parameters"]
    return {**(about[0] if about else {}), **found["Parameter"]}


def _observe(described: Document) -> Document:
    members = ("Name", "Type", "Value", "Description", "AllowedPattern", "DataType", "Tier")
    told = {member[0].lower() + member[1:]: described.get(member) for member in members}
    return {**told, "insecureValue": told["value"]}


def _update(calls: Calls, change: Change) -> None:
    _put(calls, change.new, overwrite=True)


PARAMETER = entry(
    Kind(
        token="aws:ssm/parameter:Parameter",
        service="ssm",
        describe=_describe,
        id="Name",
        key=named("Name"),
        create=_create,
        update=_update,
        delete="DeleteParameter",
        gone=_NONE,
        settings=_SETTINGS,
        kept="overwrite",
        outputs={
            "arn": "ARN",
            "name": "Name",
            "version": "Version",
            "value": lambda told: None if told["_inputs"].get("insecureValue") else told["Value"],
        },
        defaults={"dataType": "text", "tier": "Standard"},
        observe=_observe,
        shared="value insecureValue tier dataType",
        tagging=Tagging(
            "name",
            "AddTagsToResource",
            "RemoveTagsFromResource",
            "ListTagsForResource",
            more={"ResourceType": "Parameter"},
        ),
        name="name",
        longest_name=1011,
        volatile="version",
    )
)

ENTRIES = (PARAMETER,)
