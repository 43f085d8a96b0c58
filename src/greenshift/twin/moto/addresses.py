"""Addresses that moto's API Gateway tells, as they are reached here: ``API.execute-api.localhost``."""

from __future__ import annotations

from typing import Any

_port = 0


def set_port(port: int) -> None:
    """Remember the port of the twin that runs now; a process runs one at a time."""
    global _port
    _port = port


def address_of(api: str) -> str:
    return f"http://{api}.execute-api.localhost:{_port}"


def of_http_apis() -> None:
    """An HTTP API's endpoint is the twin's own; called when moto's API Gateway is first needed."""
    from moto.apigatewayv2.models import Api

    to_json = Api.to_json

    def told(self: Any) -> dict[str, Any]:
        found = to_json(self)
        if self.protocol_type == "HTTP":
            found["apiEndpoint"] = address_of(self.api_id)
        return found

    setattr(Api, "to_json", told)  # noqa: B010 - it takes moto's place
