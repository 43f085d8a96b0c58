"""A twin that version 0.1 started, and that still runs: it wrote the file of today and held no lock on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support.people.shell import Shell

from greenshift.twin.machine import process

TWIN = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

class Twin(BaseHTTPRequestHandler):
    def answer(self, document):
        text = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        self.answer({"instance": "i-of-0-1", "account": "123456789012", "region": "us-east-1", "time": 1.0,
                     "speed": 60.0, "repositories": {}})

    def do_POST(self):
        self.answer({})
        threading.Thread(target=self.server.shutdown).start()

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Twin)
told = {"pid": os.getpid(), "endpoint": f"http://127.0.0.1:{server.server_port}", "instance": "i-of-0-1",
        "speed": 60.0, "account": "123456789012", "region": "us-east-1"}
with open(sys.argv[1], "w") as file:
    json.dump(told, file)
print("ready", flush=True)
server.serve_forever()
"""


@pytest.fixture
def older(project: Shell) -> Iterator[subprocess.Popen[str]]:
    project.home.mkdir(exist_ok=True)
    file = process.handle_file(project.home)
    twin = subprocess.Popen([sys.executable, "-c", TWIN, str(file)], stdout=subprocess.PIPE, text=True)
    assert twin.stdout is not None
    assert twin.stdout.readline() == "ready\n"
    yield twin
    twin.kill()
    twin.communicate()


@pytest.mark.parametrize("command", ["up", "status", "twin status"])
def test_it_is_named_with_its_process_and_how_to_end_it(
    project: Shell, older: subprocess.Popen[str], command: str
) -> None:
    ended = project.greenshift(*command.split(), ok=False)

    assert ended.code == 1
    assert f"error: the twin (pid {older.pid}) on http://127.0.0.1:" in ended.err
    assert "was started by an older Greenshift" in ended.err
    assert "next: end it with: greenshift twin stop; then greenshift up" in ended.err
    assert older.poll() is None, "nobody ended it"


def test_twin_stop_ends_it(project: Shell, older: subprocess.Popen[str]) -> None:
    told = project.greenshift("twin", "stop")

    assert told.out.startswith("stopped the twin on http://127.0.0.1:")
    assert older.wait(30) is not None
    assert "the twin is not running" in project.greenshift("twin", "status", ok=False).err


def test_a_file_whose_process_is_another_one_names_no_twin(project: Shell) -> None:
    """The pid of what wrote it was given to somebody else, who answers on no such port."""
    somebody = subprocess.Popen(["sleep", "60"])
    told: dict[str, Any] = {
        "pid": somebody.pid, "endpoint": "http://127.0.0.1:9", "instance": "i", "speed": 60.0,
        "account": "123456789012", "region": "us-east-1",
    }  # fmt: skip
    project.home.mkdir(exist_ok=True)
    process.handle_file(project.home).write_text(json.dumps(told))
    try:
        assert "the twin was not running" in project.greenshift("twin", "stop").out
        assert somebody.poll() is None, "it was left alone"
    finally:
        somebody.kill()
        somebody.wait()
