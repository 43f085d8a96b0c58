"""`provided.al2023`: an executable of the package, started as Lambda does, speaks the Runtime API itself."""

from __future__ import annotations

import io
import zipfile
from typing import Any

# Any language will do: what is asked of it is two HTTP calls (developer guide, "Building a custom runtime").
BOOTSTRAP = """\
#!/usr/bin/env python3
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        request, body = event.headers["Lambda-Runtime-Aws-Request-Id"], json.load(event)
    said = {"got": body, "in": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"], "as": os.environ["_HANDLER"]}
    path = "/error" if body == "fail" else "/response"
    if body == "fail":
        said = {"errorMessage": "as asked", "errorType": "Asked"}
    urllib.request.urlopen(urllib.request.Request(api + request + path, json.dumps(said).encode())).close()
"""


def made(bench: Any, mode: int, text: str = BOOTSTRAP, file: str = "bootstrap") -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(file)
        entry.external_attr = (0o100000 | mode) << 16
        archive.writestr(entry, text)
    name = f"executable-{mode:o}-{file}"
    bench.client.create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Handler="anything",
        Role=bench.role,
        Code={"ZipFile": buffer.getvalue()},
    )
    return name


def test_an_executable_answers_and_fails_in_its_own_words(bench: Any) -> None:
    name = made(bench, 0o755)

    assert bench.call(name, {"a": 1}) == ({"got": {"a": 1}, "in": True, "as": "anything"}, None)
    failed, kind = bench.call(name, "fail")
    assert (failed["errorType"], kind) == ("Asked", "Unhandled")
    assert bench.call(name, 2)[0]["got"] == 2


def test_a_bootstrap_that_is_missing_or_may_not_be_executed_fails_and_says_so(bench: Any) -> None:
    for mode, file in ((0o644, "bootstrap"), (0o755, "other")):
        said, kind = bench.call(made(bench, mode, file=file), {})

        assert kind == "Unhandled"
        assert said["errorType"] == "Runtime.ExitError"
