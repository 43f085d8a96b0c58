"""A page of somebody else: where it comes from, what it tries, and what there is to steal."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from greenshift.testing import RunningTwin
from support.people.chromium import FLAGS, executable

ATTACK = (Path(__file__).parent / "attack.js").read_text()
"""A function of the twin's address; answers with what each attempt got."""
EVIL = "evil.example"
SERVICES = ("codebuild", "lambda")


class _EvilPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><body>nothing to see</body>")

    def log_message(self, *_: object) -> None:
        """Not into the test's output."""


@contextmanager
def evil_server() -> Iterator[str]:
    """The origin of a page that is not ours; its name leads to this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _EvilPage)
    thread = threading.Thread(target=server.serve_forever, name="evil")
    thread.start()
    try:
        yield f"http://{EVIL}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@contextmanager
def deceived_browser() -> Iterator[Browser]:
    """The evil name leads to this machine, as after DNS rebinding.

    What newer Chromiums keep off the local network by themselves is let through: other browsers do not.
    """
    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {EVIL} 127.0.0.1"
        unguarded = "--disable-features=LocalNetworkAccessChecks"
        chromium = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, rules, unguarded])
        yield chromium
        chromium.close()


def furnish(twin: RunningTwin) -> None:
    """Something to steal, and something to run."""
    s3, iam, functions = twin.client("s3"), twin.client("iam"), twin.client("lambda")
    s3.create_bucket(Bucket="private")
    s3.put_object(Bucket="private", Key="secret", Body=b"hunter2")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="ours", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("index.py", "def handler(event, context):\n    return 1\n")
    functions.create_function(
        FunctionName="ours", Runtime="python3.13", Handler="index.handler", Role=role,
        Code={"ZipFile": archive.getvalue()},
    )  # fmt: skip


def calls(twin: RunningTwin) -> list[dict[str, Any]]:
    """What was performed or refused by a service, but for what the twin does by itself."""
    told: list[dict[str, Any]] = twin.request("GET", "/_twin/calls")["calls"]
    return [call for call in told if call["principal"].endswith(":root") or call["principal"] == "anonymous"]
