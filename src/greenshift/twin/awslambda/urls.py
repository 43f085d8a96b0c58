"""What is served at a function's address, as the HTTP front sees it (``http_apis/urls.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.twin.awslambda.model import Function
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
        """Developer guide, "Control access to function URLs": AuthType NONE needs a statement for ``*``."""
        policy = self.function.policies.get(self.qualifier)
        return any(
            statement.principal == "*"
            and statement.action in ("lambda:InvokeFunctionUrl", "lambda:*", "*")
            and statement.url_auth_type in (None, "NONE")
            for statement in (policy.statements.values() if policy else ())
        )


def find(functions: Iterable[Function], id_: str) -> Address | None:
    """What the address with this id serves."""
    beginning = f"http://{id_}."
    for function in functions:
        for qualifier, told in function.urls.items():
            if told["FunctionUrl"].startswith(beginning):
                return Address(function, qualifier, told)
    return None
