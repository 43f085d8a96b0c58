"""The data sources a program may read: who am I, and where."""

from __future__ import annotations

from collections.abc import Callable

from greenshift.engine.aws.calls import Calls
from greenshift.engine.values import Properties, Value
from greenshift.errors import EngineError


def invoke(calls: Calls, token: str, args: Properties) -> dict[str, Value]:
    function = _INVOKES.get(token)
    if function is None:
        raise EngineError(
            f"invoke {token} is not supported by this engine",
            hint=f"supported are {', '.join(sorted(_INVOKES))}",
        )
    region = args.get("region") or args.get("name") or calls.region
    if region != calls.region:
        raise EngineError(f"invoke {token}: region {region} is not that of the target ({calls.region})")
    return function(calls)


def _caller_identity(calls: Calls) -> dict[str, Value]:
    answer = calls.call("GetCallerIdentity")
    account = str(answer["Account"])
    return {"accountId": account, "arn": str(answer["Arn"]), "userId": str(answer["UserId"]), "id": account}


def _region(calls: Calls) -> dict[str, Value]:
    region = calls.region
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _partition(calls: Calls) -> dict[str, Value]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


_INVOKES: dict[str, Callable[[Calls], dict[str, Value]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
}

TOKENS = tuple(_INVOKES)
"""All functions there are, by the token a program calls them with."""
