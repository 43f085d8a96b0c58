"""STS and IAM: every IAM operation is the action of its name, on whatever entity it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, action, nothing, on

# Member of the request -> the word in the ARN.
_ENTITIES = {"RoleName": "role", "UserName": "user", "GroupName": "group", "PolicyName": "policy"}


def _entity(parameters: Parameters, place: Place) -> str:
    if parameters.get("PolicyArn") and not parameters.get("RoleName"):
        return str(parameters["PolicyArn"])
    for member, word in _ENTITIES.items():
        if parameters.get(member):
            path = str(parameters.get("Path") or "/")
            return f"arn:aws:iam::{place.account}:{word}{path}{parameters[member]}"
    return "*"


def _assumed(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("RoleArn", ""))


class _EveryOperation(Mapping[str, Find]):
    """IAM's own table: no operation's action has another name."""

    def __getitem__(self, operation: str) -> Find:
        return action(f"iam:{operation}", _entity)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


IAM: Mapping[str, Find] = _EveryOperation()

STS: Mapping[str, Find] = {
    # API reference: no permission is needed, and a deny does not prevent it.
    "GetCallerIdentity": nothing,
    **on("sts", _assumed, "AssumeRole"),
}
