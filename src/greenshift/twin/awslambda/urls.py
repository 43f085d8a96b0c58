"""What is served at a function's address, as the HTTP front sees it (``http_apis/urls.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.twin.awslambda.model import Function, Statement
from greenshift.twin.http_apis.cors import Cors


@dataclass(frozen=True)
class Address:
    """One function URL: of an alias, or of ``$LATEST`` where the qualifier is None."""

    function: Function
    qualifier: str | None
    told: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.told["FunctionArn"])

    @property
    def auth(self) -> str:
        return str(self.told["AuthType"])

    @property
    def cors(self) -> Cors | None:
        return Cors.told(self.told.get("Cors"))

    @property
    def is_public(self) -> bool:
        """AuthType NONE needs a statement for ``*`` of each action; developer guide, "Control access to
        Lambda function URLs": both, for URLs that are new since October 2025.
        """
        policy = self.function.policies.get(self.qualifier)
        given = [each for each in (policy.statements.values() if policy else ()) if _is_for_all(each)]
        return all(
            any(each.action in (action, "lambda:*", "*") for each in given)
            for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
        )


def _is_for_all(statement: Statement) -> bool:
    """Whether it lets everybody in who comes through a URL with AuthType NONE."""
    is_bound = statement.source_arn or statement.source_account or statement.organization
    is_of_url = statement.url_auth_type in (None, "NONE") and statement.through_url is not False
    return statement.principal == "*" and is_of_url and not is_bound


def find(functions: Iterable[Function], id_: str) -> Address | None:
    """What the address with this id serves."""
    beginning = f"http://{id_}."
    for function in functions:
        for qualifier, told in function.urls.items():
            if told["FunctionUrl"].startswith(beginning):
                return Address(function, qualifier, told)
    return None
