"""How a service tags what it has: its operations, and the form of its tags. botocore's model has the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Seen
from greenshift.engine.aws.fit import tag_list, tag_map

if TYPE_CHECKING:
    from botocore.model import Shape


@dataclass(frozen=True)
class Tagging:
    """How a service tags: its two operations, and the output that says which resource."""

    resource: str = "arn"
    add: str = "TagResource"
    remove: str = "UntagResource"
    list: str = "ListTagsForResource"  # empty: the description has them
    more: Mapping[str, Any] = field(default_factory=dict)
    member: str = ""  # of the requests that names the resource; empty: the one that is required


def tag_call(calls: Calls, tagging: Tagging, operation: str, resource: Any, tags: Any) -> None:
    shape = calls.model(operation).input_shape
    member = next(name for name in shape.members if name.lower() in ("tags", "tagkeys"))
    value = tags if isinstance(tags, list) else tags_for(shape.members[member], tags)
    named = _resource_member(calls, operation, tagging)
    subject = [resource] if shape.members[named].type_name == "list" else resource
    calls.call(operation, **{named: subject, member: value}, **tagging.more)


def _resource_member(calls: Calls, operation: str, tagging: Tagging) -> str:
    if tagging.member:
        return tagging.member
    required: Iterable[str] = calls.model(operation).input_shape.required_members
    return next(
        name for name in required if name.lower() not in ("tags", "tagkeys") and name not in tagging.more
    )


def tags_for(shape: Shape, tags: Mapping[str, str]) -> Any:
    """Tags in the form this service has for them: a map, or pairs of whatever names."""
    if shape.type_name == "map":
        return dict(tags)
    names = {name.lower().removeprefix("tag"): name for name in shape.member.members}
    return [{names["key"]: item["key"], names["value"]: item["value"]} for item in tag_list(tags)]


def tags_there(calls: Calls, tagging: Tagging, seen: Seen, described: Document) -> dict[str, str]:
    """The tags a resource has now."""
    if not tagging.list:
        return tag_map(_pick(described, ("Tags", "tags", "TagSet")) or {})
    resource = seen.id if tagging.resource == "id" else seen.outputs[tagging.resource]
    member = _resource_member(calls, tagging.list, tagging)
    answer = calls.call(tagging.list, **{member: resource}, **tagging.more)
    return tag_map(_pick(answer, ("Tags", "tags", "TagList")) or {})


def member_of(shape: Shape, name: str) -> str:
    """The member of a shape with this name, in whatever case; "" when there is none."""
    return next((member for member in shape.members if member.lower() == name.lower()), "")


def _pick(document: Document, names: Iterable[str]) -> Any:
    return next((document[name] for name in names if name in document), None)
