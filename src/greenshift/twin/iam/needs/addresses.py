"""Calls that are no operation of a service: requests to an API's or a function's own address."""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, action


def _named(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("Resource", ""))


ADDRESSES: dict[tuple[str, str], Find] = {
    ("execute-api", "Invoke"): action("execute-api:Invoke", _named),
    ("lambda", "InvokeFunctionUrl"): action("lambda:InvokeFunctionUrl", _named),
}
