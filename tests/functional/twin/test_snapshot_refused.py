"""Where there is no snapshot, and no twin from one: what hinders it is said, and nothing half is left."""

from __future__ import annotations

import json
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.stacks import inhabited

from greenshift.errors import TwinError, UsageError
from greenshift.testing import restore_twin, start_twin


def test_a_function_that_runs_is_named_and_the_twin_goes_on_without_a_snapshot(tmp_path: Path) -> None:
    with start_twin(speed=60, enforce_iam=False) as twin, ThreadPoolExecutor(1) as pool:
        role = inhabited.roles(twin)
        code = "import time\ndef handler(event, context):\n    time.sleep(3)\n    return 'done'\n"
        twin.client("lambda").create_function(
            FunctionName="slow", Runtime="python3.11", Handler="app.handler", Role=role, Timeout=30,
            Code={"ZipFile": inhabited.packed(app_py=code)},
        )  # fmt: skip
        running = pool.submit(twin.client("lambda").invoke, FunctionName="slow")
        while not twin.twin.services["lambda"].under_way():
            assert not running.done()
        with pytest.raises(TwinError, match="1 of function slow"):
            twin.snapshot(tmp_path / "a.twin", seconds=0)
        assert list(tmp_path.iterdir()) == []

        # Whoever waits gets one, as soon as it is quiet.
        twin.snapshot(tmp_path / "a.twin", seconds=60)
        assert running.done()
        assert json.load(running.result()["Payload"]) == "done"


def test_whoever_waits_for_a_message_hinders_nobody(tmp_path: Path) -> None:
    with start_twin(clock="manual") as twin, ThreadPoolExecutor(1) as pool:
        url = twin.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        waiting = pool.submit(twin.client("sqs").receive_message, QueueUrl=url, WaitTimeSeconds=20)
        while not twin.twin.services["sqs"].waiting:
            assert not waiting.done()
        twin.snapshot(tmp_path / "a.twin", seconds=0.5)
        twin.advance(30)
        assert "Messages" not in waiting.result()


def test_what_no_file_can_hold_is_named(tmp_path: Path) -> None:
    with start_twin(clock="manual") as twin:
        twin.client("sqs").create_queue(QueueName="q", tags={"a": "b"})
        twin.twin.services["sqs"]._queues["q"].tags["a"] = lambda: None  # as a service of tomorrow might
        with pytest.raises(TwinError, match=r"sqs\._queues/q/tags/a holds builtins:function"):
            twin.snapshot(tmp_path / "a.twin")
        assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_and_another_one_may_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.twin"
    with start_twin(clock="manual") as twin:
        twin.client("s3").create_bucket(Bucket="kept")
        twin.snapshot(file)
        port = twin.twin.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(UsageError, match=f"port {port} .* is taken"), restore_twin(file):
            pass
        with restore_twin(file, port=0, clock="manual") as twin:
            assert twin.twin.port != port
            assert [each["Name"] for each in twin.client("s3").list_buckets()["Buckets"]] == ["kept"]
    with pytest.raises(UsageError, match="cannot be restored"), restore_twin(tmp_path / "none"):
        pass


def test_a_state_of_a_stranger_is_refused_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.twin"
    with start_twin(clock="manual") as twin:
        twin.client("s3").create_bucket(Bucket="kept")
        twin.snapshot(file)
    mark = tmp_path / "ran"
    for state in (
        {"roots": {"lambda/functions._functions": [0]}, "nodes": [["object", "os:system", None, {}]]},
        {
            "roots": {"moto/s3/1/aws": [0]},
            "nodes": [["object", "subprocess:Popen", None, {"args": str(mark)}]],
        },
        {"roots": {}, "nodes": []},
        {"roots": {"moto/os/1": 7}, "nodes": []},
    ):
        with zipfile.ZipFile(file) as found:
            contents = {name: found.read(name) for name in found.namelist()}
        contents["state.json"] = json.dumps(state).encode()
        with zipfile.ZipFile(file, "w") as other:
            for name, content in contents.items():
                other.writestr(name, content)
        with pytest.raises(UsageError, match="cannot be restored"), restore_twin(file, clock="manual"):
            pass
        assert not mark.exists()
    with start_twin(clock="manual") as twin:
        assert twin.resources() == {}
