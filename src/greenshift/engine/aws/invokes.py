"""The data sources a program may read: who am I, where, what is there; and policies as typed statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.lookups import FUNCTIONS
from greenshift.engine.aws.policy_documents import policy_document
from greenshift.engine.properties.values import Properties, Value
from greenshift.errors import EngineError


def invoke(calls: Calls, token: str, args: Properties, *, stand_ins: bool = False) -> dict[str, Value]:
    """``stand_ins``: a function that is not there answers with its arguments, instead of being refused."""
    function = _INVOKES.get(token)
    if function is None and stand_ins:
        return dict(args)
    if function is None:
        raise EngineError(
            f"invoke {token} is not supported by this engine",
            hint=f"supported are {', '.join(sorted(_INVOKES))}",
        )
    region = args.get("region") or (args.get("name") if token in _OF_A_REGION else None) or calls.region
    if region != calls.region:
        raise EngineError(f"invoke {token}: region {region} is not that of the target ({calls.region})")
    return cast(dict[str, Value], function(calls, dict(args)))


def _caller_identity(calls: Calls, args: Document) -> Document:
    answer = calls.call("GetCallerIdentity")
    account = str(answer["Account"])
    return {"accountId": account, "arn": str(answer["Arn"]), "userId": str(answer["UserId"]), "id": account}


def _region(calls: Calls, args: Document) -> Document:
    region = calls.region
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _partition(calls: Calls, args: Document) -> Document:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


_OF_A_REGION = frozenset({"aws:index/getRegion:getRegion"})
_INVOKES: dict[str, Callable[[Calls, Document], Document]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": lambda calls, args: policy_document(args),
    **FUNCTIONS,
}

TOKENS = tuple(_INVOKES)
"""All functions there are, by the token a program calls them with."""
