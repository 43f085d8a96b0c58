"""API calls to one endpoint: one client per service, shared by all threads (botocore allows that).

botocore is loaded with the first call, so that a program can begin before it is there.

Credentials are the twin's unless others are given: any will do, and the user's own must never leave the
machine's configuration.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from greenshift.errors import EngineError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from botocore.loaders import Loader
    from botocore.model import OperationModel

Document = dict[str, Any]  # a request or response as botocore has it; lives only inside engine/aws

_READING = ("Get", "List", "Describe", "Head")
_POLL = 0.1
_LONGEST_WAIT = 120.0


class CallError(EngineError):
    """AWS refused a call."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Credentials:
    """Who calls; a twin takes a key it gave to nobody for the person at the laptop, who may do everything."""

    access_key_id: str = "greenshift"
    secret_access_key: str = "greenshift"
    session_token: str | None = None


Stop = threading.Event
"""Set by whoever wants calls that wait to give up."""


@cache
def _loader() -> Loader:
    """Reads botocore's models, once per process, however many engines there are."""
    import botocore.session

    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader


class Clients:
    """Clients by service, made when first used."""

    def __init__(
        self, endpoint: str, region: str, credentials: Credentials | None = None, stop: Stop | None = None
    ) -> None:
        self.region = region
        self.stop = stop or Stop()
        self._credentials = credentials or Credentials()
        self._endpoint = endpoint
        self._session: Any = None
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    def get(self, service: str) -> Any:
        with self._lock:  # loading a service's model is not thread-safe
            if service not in self._clients:
                self._session = self._session or _session()
                self._clients[service] = self._session.create_client(
                    service,
                    endpoint_url=self._endpoint,
                    region_name=self.region,
                    aws_access_key_id=self._credentials.access_key_id,
                    aws_secret_access_key=self._credentials.secret_access_key,
                    aws_session_token=self._credentials.session_token,
                    config=_config(),
                )
            return self._clients[service]


def _session() -> Any:
    import botocore.session

    made = botocore.session.Session()
    made.register_component("data_loader", _loader())
    return made


@cache
def _config() -> Any:
    from botocore.config import Config

    return Config(
        max_pool_connections=16,
        connect_timeout=5,
        read_timeout=120,
        retries={"mode": "standard", "total_max_attempts": 4},
        proxies={},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        parameter_validation=True,
    )


class Written:
    """Whether anything may have been changed by the calls of a step."""

    def __init__(self) -> None:
        self.is_so = False

    def note(self, operation: str, status: int = 200) -> None:
        """A call was answered; one that was not, or with a failure of the service, may have done its work."""
        if not operation.startswith(_READING) and (status < 400 or status >= 500):
            self.is_so = True


class Calls:
    """The calls of one step on one service. ``has_written`` tells whether anything was changed by them."""

    def __init__(self, clients: Clients, service: str, written: Written | None = None) -> None:
        self._clients = clients
        self._written = written or Written()
        self.service = service

    @property
    def has_written(self) -> bool:
        return self._written.is_so

    @property
    def region(self) -> str:
        return self._clients.region

    def call(self, operation: str, **parameters: Any) -> Document:
        client = self._clients.get(self.service)
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

        try:
            response: Document = getattr(client, xform_name(operation))(**parameters)
        except ClientError as error:
            self._written.note(operation, error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
            raise _refused(operation, error) from error
        except ParamValidationError as error:  # it was never sent
            raise EngineError(f"{operation}: {error}") from error
        except BotoCoreError as error:
            self._written.note(operation)
            raise _unanswered(operation, error) from error
        self._written.note(operation)
        return response

    def look(self, operation: str, *missing: str, **parameters: Any) -> Document | None:
        """A call that finds nothing (one of these error codes) answers None."""
        try:
            return self.call(operation, **parameters)
        except CallError as error:
            if error.code in missing:
                return None
            raise

    def pages(self, operation: str, **parameters: Any) -> Iterator[Document]:
        client = self._clients.get(self.service)
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        if not client.can_paginate(xform_name(operation)):
            yield from self._tokens(operation, parameters)
            return
        try:
            yield from client.get_paginator(xform_name(operation)).paginate(**parameters)
        except ClientError as error:
            raise _refused(operation, error) from error
        except BotoCoreError as error:
            raise _unanswered(operation, error) from error

    def _tokens(self, operation: str, parameters: Document) -> Iterator[Document]:
        """For operations botocore has no paginator for (ListConnections)."""
        page = self.call(operation, **parameters)
        yield page
        while page.get("NextToken"):
            page = self.call(operation, **{**parameters, "NextToken": page["NextToken"]})
            yield page

    def other(self, service: str) -> Calls:
        return Calls(self._clients, service, self._written)

    def model(self, operation: str) -> OperationModel:
        return self._clients.get(self.service).meta.service_model.operation_model(operation)

    def wait(self, what: str, is_done: Callable[[], bool]) -> None:
        """Poll until done. AWS itself gives no other way; bounded, in real time."""
        deadline = time.monotonic() + _LONGEST_WAIT
        while not is_done():
            if time.monotonic() > deadline:
                raise EngineError(f"{what} was not ready after {_LONGEST_WAIT:.0f} s")
            if self._clients.stop.wait(_POLL):
                raise EngineError(f"interrupted while waiting for {what}", hint="it goes on by itself")


def _unanswered(operation: str, error: Exception) -> EngineError:
    return EngineError(f"{operation}: {error}", hint="is the twin running? begin anew with: greenshift up")


def _refused(operation: str, error: ClientError) -> CallError:
    details = error.response.get("Error", {})
    return CallError(operation, str(details.get("Code", "")), str(details.get("Message", "")))
