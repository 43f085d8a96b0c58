"""Functions that are fed by something, and keep what they were given in files."""

from __future__ import annotations

import io
import itertools
import json
import os
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenshift.testing import RunningTwin

ROLES = "arn:aws:iam::aws:policy/service-role/"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}

KEEPS = """
import json, os, pathlib, time, uuid
def handler(event, context):
    kept = {"event": event, "version": context.function_version, "arn": context.invoked_function_arn}
    out = pathlib.Path(os.environ["OUT"])
    name = f"{time.time_ns()}-{uuid.uuid4().hex}"
    (out / f"{name}.part").write_text(json.dumps(kept))
    (out / f"{name}.part").rename(out / f"{name}.json")
    return answer(event, context)
"""
FINE = KEEPS + "def answer(event, context):\n    return None\n"
FAILS = KEEPS + "def answer(event, context):\n    raise RuntimeError('no')\n"


class Place:
    """Roles, functions, queues and what functions were given."""

    def __init__(self, twin: RunningTwin, directory: Path) -> None:
        self.twin = twin
        self.functions = twin.client("lambda", read_timeout=30)
        self.sqs = twin.client("sqs")
        self._directory = directory
        self._count = itertools.count(1)
        self._read: dict[Path, dict[str, Any]] = {}

    def role(self, *managed: str) -> str:
        iam, name = self.twin.client("iam"), f"role-{next(self._count)}"
        arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"])
        for policy in ("AWSLambdaBasicExecutionRole", *managed):
            iam.attach_role_policy(RoleName=name, PolicyArn=ROLES + policy)
        return arn

    def function(
        self, source: str, role: str, *, runtime: str = "python3.13", file: str = "app.py", **settings: Any
    ) -> str:
        name = f"fn-{next(self._count)}"
        (self._directory / name).mkdir()
        self.functions.create_function(
            FunctionName=name, Runtime=runtime, Handler="app.handler", Role=role,
            Code={"ZipFile": zipped(source, file)},
            Environment={"Variables": {"OUT": str(self._directory / name)}}, **settings,
        )  # fmt: skip
        return name

    def queue(self, **attributes: str) -> str:
        name = f"q-{next(self._count)}" + (".fifo" if "FifoQueue" in attributes else "")
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def kept(self, name: str) -> list[dict[str, Any]]:
        """What a function was given, in order."""
        files = sorted((self._directory / name).glob("*.json"))
        for each in files:
            if each not in self._read:  # a file that has its name is whole, and stays as it is
                self._read[each] = json.loads(each.read_text())
        return [self._read[each] for each in files]

    def written(self, name: str, ending: str) -> list[str]:
        """What a function wrote into files of its own."""
        return [each.read_text() for each in (self._directory / name).glob(f"*.{ending}")]

    def killed(self, name: str, seconds: float = 60.0) -> None:
        """Kill a worker of a function of ``SOURCES`` in a batch: its work is done, and not yet answered."""
        directory = self._directory / name
        (directory / "hold").touch()
        held = self.until(lambda: next(directory.glob("*.held"), None), seconds)
        os.kill(int(held.stem), signal.SIGKILL)

    def records(self, name: str) -> list[list[dict[str, Any]]]:
        return [each["event"]["Records"] for each in self.kept(name)]

    def bodies(self, name: str) -> list[list[str]]:
        return [[each["body"] for each in batch] for batch in self.records(name)]

    def feed(self, url: str, function: str, **settings: Any) -> str:
        """A mapping that is enabled; its UUID."""
        made = self.functions.create_event_source_mapping(
            EventSourceArn=arn_of(url), FunctionName=function, **settings
        )
        self.twin.advance(1)
        return str(made["UUID"])

    def count(self, url: str) -> tuple[int, int]:
        """Messages of a queue that wait, and that are hidden."""
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        waiting, hidden = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        return int(found[waiting]), int(found[hidden])

    def until(self, holds: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait for what happens in real time, as the work of a function."""
        limit = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < limit, "it did not come"
            time.sleep(0.01)
        return found


def zipped(source: str, file: str = "app.py") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(file, source)
    return buffer.getvalue()


def arn_of(url: str) -> str:
    return "arn:aws:sqs:us-east-1:123456789012:" + url.rpartition("/")[2]


PYTHON = (
    KEEPS
    + """
def answer(event, context):
    hold = pathlib.Path(os.environ["OUT"]) / "hold"
    try:
        hold.rename(hold.with_name(f"{os.getpid()}.held"))
    except FileNotFoundError:
        return
    time.sleep(25)
"""
)
PYTHON_BAD = KEEPS + "def answer(event, context):\n    raise RuntimeError('bad')\n"
NODE = """
const fs = require("fs"), path = require("path");
exports.handler = async (event, context) => {
  const kept = JSON.stringify({event, version: context.functionVersion, arn: context.invokedFunctionArn});
  const name = path.join(process.env.OUT, `${process.hrtime.bigint()}-${context.awsRequestId}`);
  fs.writeFileSync(name + ".part", kept);
  fs.renameSync(name + ".part", name + ".json");
  ANSWER
};
"""
NODE_HOLDS = """
  const hold = path.join(process.env.OUT, "hold");
  try { fs.renameSync(hold, path.join(process.env.OUT, `${process.pid}.held`)); } catch { return; }
  await new Promise((resolve) => setTimeout(resolve, 25000));
"""
SOURCES = {
    "python3.13": ("app.py", PYTHON, PYTHON_BAD),
    "nodejs22.x": (
        "app.js",
        NODE.replace("ANSWER", NODE_HOLDS),
        NODE.replace("ANSWER", "throw new Error('bad');"),
    ),
}
"""By runtime: the file, what keeps an event and succeeds (see ``Place.killed``), and what keeps it and
fails.
"""


def released(place: Place, runtime: str, role: str, *, is_still: bool = False) -> str:
    """The name of a function with two good versions and a bad third one, and an alias on the first.

    ``is_still``: the twin's clock moves by hand alone.
    """
    file, fine, bad = SOURCES[runtime]
    name = place.function(fine, role, runtime=runtime, file=file, Timeout=30)
    for source in (fine, fine + "\n", bad):
        place.functions.update_function_code(FunctionName=name, ZipFile=zipped(source, file))
        if is_still:
            place.twin.advance(60)
        place.functions.get_waiter("function_updated_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 0.05}
        )
        place.functions.publish_version(FunctionName=name)
    place.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return name
