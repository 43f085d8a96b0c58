"""Who may invoke a function: the statements of its policy, and of each of its qualifiers'."""

from __future__ import annotations

import json
import secrets
from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Entry, Seen, keys
from greenshift.engine.aws.fit import Rule, fit

_NONE = "ResourceNotFoundException"
_PERMISSION = keys(
    "statementId action function principal sourceArn sourceAccount qualifier eventSourceToken "
    "functionUrlAuthType invokedViaFunctionUrl principalOrgId"
)


def _add_permission(calls: Calls, inputs: Document) -> Seen:
    inputs = {"statementId": f"greenshift-{secrets.token_hex(8)}", **inputs}
    wanted = fit(calls.model("AddPermission").input_shape, inputs, {"function": Rule("FunctionName")})
    calls.call("AddPermission", **wanted)
    return Seen(inputs["statementId"], {"statementId": inputs["statementId"]})


def _of(inputs: Document) -> Document:
    qualifier = {"Qualifier": inputs["qualifier"]} if inputs.get("qualifier") else {}
    return {"FunctionName": inputs["function"], **qualifier}


def _read_permission(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    wanted = id_ or inputs.get("statementId")
    found = calls.look("GetPolicy", _NONE, **_of(inputs))
    statements = json.loads(found["Policy"])["Statement"] if found is not None else []
    if any(statement["Sid"] == wanted for statement in statements):
        return Seen(str(wanted), {"statementId": wanted})
    return None


def permission_inputs(function: str, qualifier: str, statement: Document) -> Document:
    """The inputs that would make a statement that is there."""
    principal = statement.get("Principal", {})
    conditions = {
        key.lower(): value for test in statement.get("Condition", {}).values() for key, value in test.items()
    }
    found = {
        "statementId": statement["Sid"],
        "action": statement["Action"],
        "function": function,
        "qualifier": qualifier,
        "principal": _principal(principal),
        **{name: conditions.get(key) for name, key in _CONDITIONS.items()},
        "invokedViaFunctionUrl": conditions.get("lambda:invokedviafunctionurl") == "true",
    }
    return {key: value for key, value in found.items() if value}


_CONDITIONS = {
    "sourceArn": "aws:sourcearn",
    "sourceAccount": "aws:sourceaccount",
    "principalOrgId": "aws:principalorgid",
    "eventSourceToken": "lambda:eventsourcetoken",
    "functionUrlAuthType": "lambda:functionurlauthtype",
}


def _principal(principal: Any) -> str:
    """As AddPermission was told: a service, an account, or everybody."""
    if not isinstance(principal, dict):
        return str(principal)
    found = str(next(iter(principal.values()), ""))
    is_root = found.startswith("arn:") and found.endswith(":root")
    return found.split(":")[4] if is_root else found


def _remove_permission(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("RemovePermission", _NONE, StatementId=id_, **_of(inputs))


ENTRIES = (
    Entry(
        token="aws:lambda/permission:Permission",
        service="lambda",
        properties=_PERMISSION,
        replace=_PERMISSION,
        identity=("function", "qualifier", "statementId"),  # each qualifier has a policy of its own
        create=_add_permission,
        read=_read_permission,
        delete=_remove_permission,
        own_id=lambda id_: id_.rpartition("/")[-1],
    ),
)
