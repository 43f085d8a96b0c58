"""What a service of the twin may ask of the others, and of moto: one door for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from greenshift.twin.callers.principal import Principal, Session


class Aws(Protocol):
    """How services reach each other and moto.

    A call is dispatched, checked and recorded just as the same request over HTTP would be.
    """

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Perform ``service.operation`` as ``principal``; raises ServiceError as the service would."""
        ...

    async def admit(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> None:
        """Raise what AWS answers to a role that may not do this; for a service that acts for a role."""
        ...

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        """Credentials of a role for a service (``codedeploy.amazonaws.com``) that its trust policy allows."""
        ...
