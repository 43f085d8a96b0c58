"""A call of a function as a resource: made when the resource is, again when its input changes, never read.

With the life cycle ``CREATE_ONLY`` each call belongs to a resource of its own, so another input replaces it.
With ``CRUD`` the function is told of updates and of the deletion as well, and of the input before
[pulumi-aws: lambda.Invocation]. Of a call AWS keeps nothing: its result stays in the state.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Literal

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.errors import EngineError

Action = Literal["create", "update", "delete"]

_DEFAULTS: Document = {"qualifier": "$LATEST", "lifecycleScope": "CREATE_ONLY", "terraformKey": "tf"}
_FORM = "function,qualifier,hash"
_QUALIFIER = re.compile(r"\$LATEST|\d+")
_HASH = re.compile(r"[0-9a-f]{32}")


def _given(inputs: Document, name: str) -> Any:
    value = inputs.get(name)
    return _DEFAULTS.get(name) if value is None else value


def payload(action: Action, inputs: Document, before: str | None) -> bytes:
    """What the function is called with; ``before`` is the input of the call before this one."""
    if _given(inputs, "lifecycleScope") != "CRUD":
        return str(inputs["input"]).encode()
    told = _object(str(inputs["input"]))
    told[_given(inputs, "terraformKey")] = {
        "action": action,
        "prev_input": None if before is None else _object(before),
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise EngineError(f"input is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise EngineError('lifecycle_scope other than "CREATE_ONLY" requires input to be a JSON object')
    return found


def _call(calls: Calls, action: Action, inputs: Document, before: str | None) -> Seen:
    body = payload(action, inputs, before)
    function, qualifier = str(inputs["functionName"]), str(_given(inputs, "qualifier"))
    tenant = {"TenantId": inputs["tenantId"]} if inputs.get("tenantId") else {}
    answer = calls.call("Invoke", FunctionName=function, Qualifier=qualifier, Payload=body, **tenant)
    result = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise EngineError(f"invoking Lambda Function ({function}): {result}")
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return Seen(f"{function},{qualifier},{digest}", {"result": result})


def _create(calls: Calls, inputs: Document) -> Seen:
    return _call(calls, "create", inputs, None)


def _update(calls: Calls, change: Change) -> Seen:
    """The id stays that of the call that made the resource: an update gives none another."""
    return Seen(change.id, _call(calls, "update", change.new, change.old.get("input")).outputs)


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    """Without an id there is nothing to look for: nobody can tell whether a function was called."""
    return Seen(id_, {}) if id_ else None


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    """A function that is gone, or was never told of (an import), has nothing to hear."""
    if _given(inputs, "lifecycleScope") != "CRUD" or not inputs.get("input"):
        return
    if calls.look("GetFunction", "ResourceNotFoundException", FunctionName=inputs["functionName"]):
        _call(calls, "delete", inputs, str(inputs["input"]))


def _observe(calls: Calls, id_: str) -> Document:
    """The function and the qualifier; the input of an earlier call is kept by nobody."""
    parts = id_.split(",")
    if len(parts) != len(_FORM.split(",")):
        raise EngineError(f"unexpected format for ID ({id_}), expected {_FORM}")
    function, qualifier, digest = parts
    if not _QUALIFIER.fullmatch(qualifier):
        raise EngineError(f"invalid qualifier format: {qualifier}, expected $LATEST or numeric version")
    if not _HASH.fullmatch(digest):
        raise EngineError(f"invalid result hash format: {digest}, expected 32-character MD5 hash")
    found = {"functionName": function, "qualifier": qualifier}
    return {key: value for key, value in found.items() if _DEFAULTS.get(key) != value}


_CALLED_BY = keys("input lifecycleScope terraformKey tenantId")

ENTRIES = (
    Entry(
        token="aws:lambda/invocation:Invocation",
        service="lambda",
        properties=keys("functionName qualifier triggers") | _CALLED_BY,
        replace=keys("functionName qualifier triggers input"),
        update=(Update(_CALLED_BY, _update),),
        in_place_when={"input": ("lifecycleScope", "CRUD")},
        create=_create,
        read=_read,
        delete=_delete,
        observe=_observe,
        defaults=_DEFAULTS,
        volatile=keys("result"),
        told_once=keys("result"),
    ),
)
