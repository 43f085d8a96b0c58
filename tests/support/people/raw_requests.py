"""Signed requests with a body of one's own choosing: what no SDK would send, sent as a caller would."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

Headers = Mapping[str, str]

_CREDENTIALS = Credentials("local", "local")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The error's name: in a header for JSON, in the body for XML."""
        if named := self.headers.get("x-amzn-errortype"):
            return named
        text = self.body.decode("utf-8", "replace")
        return text.partition("<Code>")[2].partition("</Code>")[0]


class Raw:
    """One kept-open connection to a twin; a new one where the twin closed it."""

    def __init__(self, endpoint: str, *, timeout: float = 30.0) -> None:
        self._endpoint = endpoint
        self._connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=timeout)

    def send(
        self,
        service: str,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        request = self.signed(service, method, path, body, headers)
        try:
            self._connection.request(method, path, body, dict(request.headers.items()))
            response = self._connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise

    def signed(
        self,
        service: str,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> AWSRequest:
        request = AWSRequest(method, self._endpoint + path, headers=dict(headers or {}), data=body)
        SigV4Auth(_CREDENTIALS, service, "us-east-1").add_auth(request)
        return request

    def json(self, service: str, target: str, body: bytes, **headers: str) -> Answer:
        """An operation of a JSON service: ``target`` is what ``X-Amz-Target`` says."""
        named = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        return self.send(
            service, "POST", "/", body, named | {k.replace("_", "-"): v for k, v in headers.items()}
        )

    def close(self) -> None:
        self._connection.close()
