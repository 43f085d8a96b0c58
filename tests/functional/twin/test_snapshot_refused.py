"""Where there is no snapshot, and no twin from one: what hinders it is said, and nothing half is left."""

from __future__ import annotations

import json
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.stacks import inhabited

from greenshift.errors import TwinError, UsageError
from greenshift.testing import restore_twin, start_twin
from greenshift.twin.moto import kept
from greenshift.twin.snapshot import archive
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.reading import Reader


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


def test_lines_that_are_on_their_way_to_a_log_arrive_before(tmp_path: Path) -> None:
    with start_twin(speed=60, enforce_iam=False) as twin:
        role = inhabited.roles(twin)
        code = "def handler(event, context):\n    print('said')\n"
        twin.client("lambda").create_function(
            FunctionName="says", Runtime="python3.11", Handler="app.handler", Role=role,
            Code={"ZipFile": inhabited.packed(app_py=code)},
        )  # fmt: skip
        twin.client("lambda").invoke(FunctionName="says")
        assert twin.twin.world.logs.is_waiting
        twin.snapshot(tmp_path / "a.twin", seconds=0)
    with restore_twin(tmp_path / "a.twin") as twin:
        lines = twin.client("logs").filter_log_events(logGroupName="/aws/lambda/says")["events"]
        assert "said" in "".join(each["message"] for each in lines)


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


def test_a_state_that_was_changed_anywhere_is_refused_or_read_and_does_nothing_else(tmp_path: Path) -> None:
    with start_twin(clock="manual") as twin:
        role = inhabited.roles(twin)
        inhabited.functions(twin, role)
        inhabited.queues(twin)
        inhabited.tables(twin)
        inhabited.on_time(twin, role)
        twin.advance(60)
        twin.snapshot(tmp_path / "a.twin")
    chance = Random(7)
    refused = 0
    with archive.opened(tmp_path / "a.twin") as found:
        text = json.dumps(found.state())
        for _ in range(300):
            document = json.loads(text)
            for _ in range(chance.randint(1, 3)):
                spoil(document, chance)
            try:
                Reader(found.blob, kept.backend_at).roots(document)
            except Unreadable:
                refused += 1
    assert refused > 100


def spoil(document: dict[str, Any], chance: Random) -> None:
    """Put something else into a place of some node."""
    node = chance.choice(document["nodes"])
    others: list[Any] = [
        None, 7, -1, "os:system", [10**9], [chance.randrange(len(document["nodes"]))], {}, ["a"], "object",
        "dict", "method", "outside", "moto/s3", 1.5, "",
    ]  # fmt: skip
    if node[0] == "object" and chance.random() < 0.5 and node[3]:
        node[3][chance.choice(list(node[3]))] = chance.choice(others)
    else:
        node[chance.randrange(len(node))] = chance.choice(others)
