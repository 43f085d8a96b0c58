"""boto3 clients, made when first used, all telling one clock the time.

Adaptive retries: 200 functions meet CodeDeploy's and CloudWatch's rate limits. Two clients differ: `once`
sends a CreateDeployment a single time, since boto3's own retry after a lost answer would create a second
deployment; and `patient` waits as long as a smoke-tested function may run, and does not invoke it again.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from greenshift.contract.clock import AwsClock, Pause
from greenshift.release.job import Credentials

# At least the pool's size, or its threads wait for connections.
_CONNECTIONS = 16
_ADAPTIVE = Config(retries={"mode": "adaptive", "total_max_attempts": 8}, max_pool_connections=_CONNECTIONS)
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=_CONNECTIONS)
# A Lambda function runs 15 minutes at most, and so does the controller.
_PATIENT = _ONCE.merge(Config(read_timeout=890))


class Clients:
    """The AWS clients of one process. ``endpoint_url`` is for tests; AWS_ENDPOINT_URL does it elsewhere."""

    def __init__(self, session: Any = None, endpoint_url: str | None = None) -> None:
        self._session = session or boto3.session.Session()
        self._endpoint_url = endpoint_url
        self._made: dict[tuple[str, str], Any] = {}
        self.clock = AwsClock(probe=self._any_call)
        self.pause: Pause = time.sleep

    def of(self, service: str) -> Any:
        return self._client(service, "adaptive", _ADAPTIVE)

    def once(self, service: str) -> Any:
        return self._client(service, "once", _ONCE)

    def patient(self, service: str) -> Any:
        return self._client(service, "patient", _PATIENT)

    def s3_as(self, credentials: Credentials | None) -> Any:
        """S3 with a job's credentials, or as this function's own role."""
        if credentials is None:
            return self.of("s3")
        return self._session.client(
            "s3",
            endpoint_url=self._endpoint_url,
            config=_ADAPTIVE,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token or None,
        )

    def _client(self, service: str, kind: str, config: Config) -> Any:
        if (service, kind) not in self._made:
            client = self._session.client(service, endpoint_url=self._endpoint_url, config=config)
            client.meta.events.register("after-call", self._learn_time)
            self._made[service, kind] = client
        return self._made[service, kind]

    def _learn_time(self, http_response: Any, **_: Any) -> None:
        self.clock.learn(http_response.headers)

    def _any_call(self) -> object:
        return self.of("sts").get_caller_identity()  # allowed for everybody, whatever their policy


@cache
def default_clients() -> Clients:
    """The clients of this Lambda process, kept between invocations."""
    return Clients()
