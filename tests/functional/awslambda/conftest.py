"""A workbench: make a role and functions on a real twin in one line each."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class Workbench:
    """A twin, its Lambda client, and short ways to say common things."""

    def __init__(self, twin: RunningTwin) -> None:
        self.twin = twin
        self.client = twin.client("lambda", read_timeout=30)
        self.role = self.make_role("runs-functions")
        self._count = 0

    def make_role(self, name: str, trust: Mapping[str, Any] = TRUST) -> str:
        iam = self.twin.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        iam.attach_role_policy(RoleName=name, PolicyArn=LOGS)
        arn: str = made["Role"]["Arn"]
        return arn

    @property
    def service(self) -> Any:
        """The twin's own Lambda, for what no client can see: its processes and its random source."""
        return self.twin.twin.services["lambda"]

    def zipped(self, files: Mapping[str, str]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return buffer.getvalue()

    def python(self, source: str, handler: str = "app.handler", **settings: Any) -> str:
        """A Python function of one file; returns its name."""
        return self.function({"app.py": source}, "python3.11", handler, **settings)

    def node(self, source: str, file: str = "index.js", **settings: Any) -> str:
        return self.function({file: source}, "nodejs22.x", "index.handler", **settings)

    def function(self, files: Mapping[str, str], runtime: str, handler: str, **settings: Any) -> str:
        self._count += 1
        name = f"fn-{self._count}"
        self.client.create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler=handler,
            Role=self.role,
            Code={"ZipFile": self.zipped(files)},
            **settings,
        )
        return name

    def call(self, name: str, event: object = None, **parameters: Any) -> tuple[Any, str | None]:
        """The decoded payload, and the kind of error."""
        payload = json.dumps({} if event is None else event).encode()
        response = self.client.invoke(FunctionName=name, Payload=payload, **parameters)
        body = response["Payload"].read()
        return json.loads(body) if body else None, response.get("FunctionError")

    def wait_for(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """The first true value of a condition, asked again until the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.02)
        raise AssertionError("the condition was not met in time")

    def logged(self, name: str, word: str) -> list[str]:
        """The log lines that begin with a word; none while there is no log."""
        try:
            return [line for line in self.log(name) if line.startswith(word)]
        except ClientError:
            return []

    @staticmethod
    def is_alive(pid: int) -> bool:
        """Whether a process runs; one that has ended and waits to be collected does not."""
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state not in ("Z", "X")

    def log(self, name: str) -> list[str]:
        """All log lines of a function, oldest first."""
        self.twin.run(self.twin.twin.world.logs.flush())
        logs = self.twin.client("logs")
        group = {"logGroupName": f"/aws/lambda/{name}"}
        streams = logs.describe_log_streams(**group)["logStreams"]
        lines: list[str] = []
        for stream in streams:
            page = logs.get_log_events(**group, logStreamName=stream["logStreamName"], startFromHead=True)
            lines += [event["message"] for event in page["events"]]
        return lines


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    """Lambda alone, a minute a second."""
    with start_twin(speed=60, services={"lambda"}) as twin:
        yield Workbench(twin)


@pytest.fixture(scope="module")
def still() -> Iterator[Workbench]:
    """Lambda alone, on a clock that stands still."""
    with start_twin(clock="manual", services={"lambda"}) as twin:
        yield Workbench(twin)


@pytest.fixture(scope="session")
def workbench() -> Callable[..., AbstractContextManager[Workbench]]:
    """Makes a twin of one's own, with its workbench; for tests that end it or set it up in their own way."""

    @contextmanager
    def make(**options: Any) -> Iterator[Workbench]:
        with start_twin(**{"services": {"lambda"}, **options}) as twin:
            yield Workbench(twin)

    return make


@pytest.fixture
def is_alive() -> Callable[[int], bool]:
    return Workbench.is_alive
