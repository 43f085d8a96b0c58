"""Types whose life is one call each: made, described, changed, tagged, deleted. A ``Kind`` says which.

From it ``entry`` makes the functions of a table entry. What AWS says of a resource (``describe``) gives its
id and outputs, and, turned back into Pulumi's words by botocore's model, the inputs that would make it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, no_ending, nothing
from greenshift.engine.aws.fit import Rules, fit, observed
from greenshift.engine.aws.tagging import Tagging, member_of, tag_call, tags_for, tags_there
from greenshift.errors import EngineError

if TYPE_CHECKING:
    from botocore.model import Shape

Describe = Callable[[Calls, Document, str], "Document | None"]
"""(calls, inputs, id) -> what AWS says. Without an id it is looked for by its inputs; when only the id is
known, the inputs are the parents' alone."""
Key = Callable[[Document, str], Document]
"""(inputs, id) -> the parameters that name it in a call."""
Output = str | Callable[[Document], Any]


@dataclass(frozen=True)
class Kind:
    """``create`` and ``update`` name operations, or are functions where one call does not do.

    fixed      properties whose change needs a new resource        settings   those that ``update`` sends
    kept       of no meaning to AWS (``forceDestroy``)             parents    said before the id in an import
    extra      more groups of properties with a call of their own  unseen     never told by AWS (a secret)
    asks_first before it is deleted: moto fails on what is gone
    unsent     only a change of them counts (``triggers``)
    prefixed   a name may be made of ``namePrefix``
    shared     others may set them, too: no drift where the program is silent
    look       id -> the inputs that would make what is there, where ``describe`` needs more than the id
    """

    token: str
    service: str
    describe: Describe
    id: Output
    key: Key
    create: str | Callable[[Calls, Document], Document]
    delete: str | Callable[[Calls, Document, str], Any]
    gone: tuple[str, ...] = ("ResourceNotFoundException", "NotFoundException")
    update: str | Callable[[Calls, Change], Any] = ""
    fixed: str = ""
    settings: str = ""
    kept: str = ""
    extra: tuple[Update, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    observe: Callable[[Document], Document] | None = None
    unseen: str = ""
    unsent: str = ""
    tagging: Tagging | None = None
    name: str | None = None
    longest_name: int = 64
    prefixed: bool = False
    beginning: str = ""
    ending: Callable[[Document], str] = no_ending
    shared: str = ""
    identity: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    separator: str = "/"
    volatile: str = ""
    look: Callable[[Calls, str], Document | None] | None = None
    asks_first: bool = False
    has_region: bool = True


def entry(kind: Kind) -> Entry:
    """The table entry of a ``Kind``."""
    life = _Life(kind)
    tags = (Update(keys("tags"), life.tag),) if kind.tagging else ()
    settings = (Update(keys(kind.settings), life.update),) if kind.settings else ()
    kept = (Update(keys(kind.kept), nothing),) if kind.kept else ()
    return Entry(
        token=kind.token,
        service=kind.service,
        properties=life.properties,
        create=life.create,
        read=life.read,
        delete=life.delete,
        replace=keys(kind.fixed) | life.prefix,
        update=(*settings, *kind.extra, *kept, *tags),
        name=kind.name,
        longest_name=kind.longest_name,
        own_id=life.own_id,
        ending=kind.ending,
        beginning=kind.beginning,
        shared=keys(kind.shared),
        identity=kind.identity,
        volatile=keys(kind.volatile),
        has_region=kind.has_region,
        defaults=kind.defaults,
        observe=kind.look or life.observe,
    )


class _Life:
    """The functions of one entry."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.prefix = frozenset({f"{kind.name}Prefix"} if kind.prefixed else ())
        extra = frozenset(key for update in kind.extra for key in update.properties)
        named = frozenset({kind.name} if kind.name else ()) | self.prefix
        tags = keys("tags") if kind.tagging else frozenset()
        self.properties = keys(kind.fixed) | keys(kind.settings) | keys(kind.kept) | extra | named | tags

    def create(self, calls: Calls, inputs: Document) -> Seen:
        make = self._kind.create
        answer = self._make(calls, make, inputs) if isinstance(make, str) else make(calls, inputs)
        id_ = answer.pop("_id", "")
        described = self._kind.describe(calls, inputs, id_)
        if described is None:
            raise EngineError(f"{self._kind.token}: it is not there after it was made")
        return self._seen(inputs, described)

    def _make(self, calls: Calls, operation: str, inputs: Document) -> Document:
        shape = calls.model(operation).input_shape
        tagging = self._kind.tagging
        is_tagged_apart = tagging is not None and not member_of(shape, "tags")
        kept = keys(f"{self._kind.kept} {self._kind.unsent}") | self.prefix
        wanted = {key: value for key, value in inputs.items() if key not in kept}
        tags = wanted.pop("tags", None)
        parameters = fit(shape, wanted, self._kind.rules)
        if tags and (member := member_of(shape, "tags")):
            parameters[member] = tags_for(shape.members[member], tags)
        answer = calls.call(operation, **parameters)
        id_ = _value(self._kind.id, _answered(answer)) or ""
        described = {"_id": id_ if isinstance(id_, str) else ""}
        if is_tagged_apart and inputs.get("tags"):
            self.tag(calls, Change(described["_id"], {}, inputs))
        return described

    def read(self, calls: Calls, inputs: Document, id_: str) -> Seen | None:
        described = self._kind.describe(calls, inputs, id_)
        return self._seen(inputs, described) if described is not None else None

    def _seen(self, inputs: Document, described: Document) -> Seen:
        told = {**inputs, **described, "_inputs": inputs}
        found = {name: _value(output, told) for name, output in self._kind.outputs.items()}
        return Seen(
            str(_value(self._kind.id, told)),
            {key: value for key, value in found.items() if value is not None},
        )

    def update(self, calls: Calls, change: Change) -> None:
        """All settings are sent: those not given as the provider's defaults have them, or empty."""
        operation = self._kind.update
        if not isinstance(operation, str):
            operation(calls, change)
            return
        shape = calls.model(operation).input_shape
        settings = keys(self._kind.settings)
        wanted = {key: value for key, value in change.new.items() if key in settings and value is not None}
        usual = {key: value for key, value in self._kind.defaults.items() if key in settings}
        parameters = fit(shape, {**usual, **wanted}, self._kind.rules)
        for key in settings & set(change.old) - set(wanted) - set(usual):
            rule = self._kind.rules.get(key)
            member = member_of(shape, (rule.name if rule else None) or key)
            if member and member not in parameters:
                parameters[member] = _empty(shape.members[member])
        calls.call(operation, **{**self._kind.key(change.new, change.id), **parameters})

    def tag(self, calls: Calls, change: Change) -> None:
        tagging = self._kind.tagging
        seen = self.read(calls, change.new, change.id)
        if tagging is None or seen is None:
            return
        resource = (
            seen.id
            if tagging.resource == "id"
            else seen.outputs.get(tagging.resource) or change.new[tagging.resource]
        )
        if change.tags_removed:
            tag_call(calls, tagging, tagging.remove, resource, change.tags_removed)
        if change.tags_set:
            tag_call(calls, tagging, tagging.add, resource, change.tags_set)

    def delete(self, calls: Calls, inputs: Document, id_: str) -> None:
        delete = self._kind.delete
        if isinstance(delete, str):
            if self._kind.asks_first and self._kind.describe(calls, inputs, id_) is None:
                return
            calls.look(delete, *self._kind.gone, **self._kind.key(inputs, id_))
        else:
            delete(calls, inputs, id_)

    def observe(self, calls: Calls, id_: str) -> Document | None:
        """The inputs that would make what is there; ``parent/.../id`` for what is inside something."""
        parts = self._parts(id_)
        if len(parts) != len(self._kind.parents) + 1:
            return None
        inputs: Document = dict(zip(self._kind.parents, parts, strict=False))
        described = self._kind.describe(calls, inputs, parts[-1])
        if described is None:
            return None
        seen = self._seen(inputs, described)
        found = {**inputs, **self._told(calls, described)}
        if self._kind.tagging is not None:
            found["tags"] = tags_there(calls, self._kind.tagging, seen, described)
        unseen = keys(self._kind.unseen)
        return {
            key: value
            for key, value in found.items()
            if key not in unseen and value not in (None, "", {}, []) and self._kind.defaults.get(key) != value
        }

    def own_id(self, id_: str) -> str:
        return self._parts(id_)[-1]

    def _parts(self, id_: str) -> list[str]:
        return id_.split(self._kind.separator, len(self._kind.parents)) if self._kind.parents else [id_]

    def _told(self, calls: Calls, described: Document) -> Document:
        if self._kind.observe is not None:
            told = self._kind.observe(described)
            return {key: value for key, value in told.items() if key in self.properties}
        properties = self.properties - keys("tags") - self.prefix - keys(self._kind.kept)
        assert isinstance(self._kind.create, str), f"{self._kind.token} needs ``observe``"
        return observed(calls.model(self._kind.create).input_shape, described, properties, self._kind.rules)


def _answered(answer: Document) -> Document:
    """What an answer says of the resource, beside it or within its one member."""
    inner = [value for key, value in answer.items() if key != "ResponseMetadata"]
    return {**answer, **inner[0]} if len(inner) == 1 and isinstance(inner[0], dict) else answer


def _empty(shape: Shape) -> Any:
    return {"list": [], "map": {}, "structure": {}, "string": ""}.get(shape.type_name, 0)


def _value(output: Output, document: Document) -> Any:
    if not isinstance(output, str):
        return output(document)
    found: Any = document
    for part in output.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def account(calls: Calls) -> str:
    """The account of who calls, for an ARN that no answer has."""
    return str(calls.other("sts").call("GetCallerIdentity")["Account"])


def described(operation: str, member: str, key: Key, *gone: str) -> Describe:
    """What ``operation`` says under ``member`` (empty: all of it)."""

    def look(calls: Calls, inputs: Document, id_: str) -> Document | None:
        found = calls.look(operation, *(gone or _GONE), **key(inputs, id_))
        if found is None:
            return None
        found.pop("ResponseMetadata", None)
        return dict(found[member]) if member else found

    return look


_GONE = ("ResourceNotFoundException", "NotFoundException")


def named(member: str, property_: str = "name") -> Key:
    """The key of what is named: by its id, else by the property."""
    return lambda inputs, id_: {member: id_ or inputs[property_]}
