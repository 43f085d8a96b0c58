"""Real Python and Node functions: what a handler sees, and what its caller sees of its errors."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

RAISES = "def handler(event, context):\n    raise ValueError('boom')\n"


def test_a_python_handler_sees_awss_environment_and_context(bench: Any) -> None:
    name = bench.python(
        """
import os, sys
def handler(event, context):
    return {
        "event": event,
        "env": dict(os.environ),
        "path": sys.path,
        "cwd": os.getcwd(),
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
        "custom": context.client_context.custom,
    }
""",
        Environment={"Variables": {"COLOUR": "blue", "TZ": "Europe/Berlin"}},
        Timeout=20,
        Publish=True,
    )
    client_context = base64.b64encode(json.dumps({"custom": {"a": "b"}}).encode()).decode()
    seen, error = bench.call(name, {"x": [1, "ü"]}, Qualifier="1", ClientContext=client_context)
    env = seen["env"]

    assert error is None
    assert seen["event"] == {"x": [1, "ü"]}
    assert (env["COLOUR"], env["TZ"]) == ("blue", "Europe/Berlin")
    assert env["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert env["AWS_LAMBDA_FUNCTION_VERSION"] == "1"
    assert env["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"
    assert env["AWS_ENDPOINT_URL"] == bench.twin.endpoint
    assert env["_HANDLER"] == "app.handler"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[1\][0-9a-f]{32}", env["AWS_LAMBDA_LOG_STREAM_NAME"])
    assert env["AWS_ACCESS_KEY_ID"].startswith("ASIA") or env["AWS_SESSION_TOKEN"]
    assert "VIRTUAL_ENV" not in env
    assert seen["path"][0] == seen["cwd"] == env["LAMBDA_TASK_ROOT"]
    assert seen["arn"].endswith(f":{name}:1")
    assert seen["memory"] == "128"
    assert 0 < seen["left"] <= 20_000
    assert seen["custom"] == {"a": "b"}


def test_a_function_cannot_import_the_twins_own_packages(bench: Any) -> None:
    name = bench.python(
        """
def handler(event, context):
    import boto3
    found = []
    for module in ("moto", "greenshift", "uvicorn", "pytest"):
        try:
            __import__(module)
            found.append(module)
        except ImportError:
            pass
    return [boto3.__name__, found]
"""
    )

    assert bench.call(name) == (["boto3", []], None)


def test_a_functions_own_modules_come_before_the_bundled_ones(bench: Any) -> None:
    name = bench.function(
        {
            "app.py": "import six\ndef handler(e, c):\n    return six.MINE\n",
            "six.py": "MINE = 'mine'\n",
        },
        "python3.11",
        "app.handler",
    )

    assert bench.call(name) == ("mine", None)


def test_a_python_error_is_told_with_its_stack(bench: Any) -> None:
    payload, error = bench.call(bench.python(RAISES))

    assert error == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "boom")
    assert payload["requestId"]
    assert len(payload["stackTrace"]) == 1
    assert "in handler\n    raise ValueError('boom')" in payload["stackTrace"][0]


@pytest.mark.parametrize(
    ("source", "handler", "kind", "words"),
    [
        ("import nowhere\n", "app.handler", "Runtime.ImportModuleError", "Unable to import module 'app'"),
        ("x = 1\n", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("def (:\n", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("1 / 0\n", "app.handler", "ZeroDivisionError", "division by zero"),
        ("x = 1\n", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
        ("import os\nos._exit(3)\n", "app.handler", "Runtime.ExitError", "exit status 3"),
        (
            "def handler(e, c):\n    return object()\n",
            "app.handler",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type object is not JSON serializable",
        ),
        (
            "import sys\ndef handler(e, c):\n    sys.exit(1)\n",
            "app.handler",
            "Runtime.ExitError",
            "exit status 1",
        ),
        (
            "import os\ndef handler(e, c):\n    os.kill(os.getpid(), 9)\n",
            "app.handler",
            "Runtime.ExitError",
            "signal: killed",
        ),
    ],
)
def test_each_way_a_python_function_can_fail(
    bench: Any, source: str, handler: str, kind: str, words: str
) -> None:
    payload, error = bench.call(bench.python(source, handler))

    assert error == "Unhandled"
    assert payload["errorType"] == kind
    assert words in payload["errorMessage"]


def test_a_decimal_is_written_as_a_number(bench: Any) -> None:
    name = bench.python("import decimal\ndef handler(e, c):\n    return {'n': decimal.Decimal('1.5')}\n")

    assert bench.call(name) == ({"n": 1.5}, None)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("index.js", "exports.handler = async (event) => ({ got: event.x })"),
        ("index.js", "exports.handler = (event, context, callback) => callback(null, { got: event.x })"),
        ("index.js", "exports.handler = (event, context) => context.succeed({ got: event.x })"),
        (
            "index.js",
            "exports.handler = (event, context, callback) =>"
            " setTimeout(() => callback(null, { got: event.x }), 20)",
        ),
        ("index.cjs", "exports.handler = async (event) => ({ got: event.x })"),
        (
            "index.mjs",
            "const x = await Promise.resolve(1); export const handler = async (e) => ({ got: e.x })",
        ),
        ("index.mjs", "export default { handler: async (e) => ({ got: e.x }) }"),
    ],
)
def test_every_shape_of_node_handler_runs(bench: Any, file: str, source: str) -> None:
    assert bench.call(bench.node(source, file), {"x": 5}) == ({"got": 5}, None)


def test_a_package_of_type_module_is_loaded_as_es_module(bench: Any) -> None:
    name = bench.function(
        {
            "package.json": '{"type": "module"}',
            "src/lib.js": "export const answer = 42",
            "src/index.js": "import { answer } from './lib.js'; export const handler = async () => answer",
        },
        "nodejs22.x",
        "src/index.handler",
    )

    assert bench.call(name) == (42, None)


def test_a_callback_waits_for_the_event_loop_unless_told_otherwise(bench: Any) -> None:
    source = """
let ticks = 0
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.wait
  ticks = 0
  setTimeout(() => { ticks += 1 }, 50)
  callback(null, { get ticks() { return ticks } })
}
"""
    name = bench.node(source)

    assert bench.call(name, {"wait": True}) == ({"ticks": 1}, None)
    assert bench.call(name, {"wait": False}) == ({"ticks": 0}, None)


def test_a_node_handler_sees_awss_environment_and_context(bench: Any) -> None:
    name = bench.node(
        "exports.handler = async (e, c) => ({ env: process.env, arn: c.invokedFunctionArn,"
        " id: c.awsRequestId, left: c.getRemainingTimeInMillis() })"
    )
    seen, _ = bench.call(name)

    assert seen["env"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_nodejs22.x"
    assert seen["env"]["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert seen["arn"].endswith(f":function:{name}")
    assert re.fullmatch(r"[0-9a-f-]{36}", seen["id"])
    assert 0 < seen["left"] <= 3000


@pytest.mark.parametrize(
    ("file", "source", "kind", "words"),
    [
        ("index.js", "exports.handler = async () => { throw new TypeError('boom') }", "TypeError", "boom"),
        ("index.js", "exports.handler = (e, c, cb) => cb(new RangeError('far'))", "RangeError", "far"),
        ("index.js", "exports.handler = (e, c, cb) => cb('text')", "string", "text"),
        ("index.js", "exports.handler = async () => { throw null }", "string", "null"),
        (
            "index.js",
            "exports.handler = async () => { process.exit(4) }",
            "Runtime.ExitError",
            "exit status 4",
        ),
        ("index.js", "require('nowhere')", "Runtime.ImportModuleError", "Cannot find module 'nowhere'"),
        ("index.mjs", "import 'nowhere'", "Runtime.ImportModuleError", "Cannot find package 'nowhere'"),
        ("other.js", "exports.handler = 1", "Runtime.ImportModuleError", "Cannot find module"),
        ("index.js", "exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError"),
        (
            "index.js",
            "exports.else = 1",
            "Runtime.HandlerNotFound",
            "index.handler is undefined or not exported",
        ),
        ("index.js", "throw new Error('at start')", "Error", "at start"),
        (
            "index.js",
            "exports.handler = async () => { setTimeout(() => { throw new Error('late') }, 5);"
            " await new Promise((r) => setTimeout(r, 500)) }",
            "Error",
            "late",
        ),
        (
            "index.js",
            "exports.handler = async () => { Promise.reject(new Error('lost'));"
            " await new Promise((r) => setTimeout(r, 500)) }",
            "Runtime.UnhandledPromiseRejection",
            "Error: lost",
        ),
        (
            "index.js",
            "exports.handler = async () => new Promise(() => {})",
            "Runtime.NodeJsExit",
            "never settled",
        ),
        (
            "index.js",
            "exports.handler = async () => { const a = {}; a.a = a; return a }",
            "Runtime.MarshalError",
            "Unable to stringify response body",
        ),
    ],
)
def test_each_way_a_node_function_can_fail(bench: Any, file: str, source: str, kind: str, words: str) -> None:
    payload, error = bench.call(bench.node(source, file))

    assert error == "Unhandled"
    assert payload["errorType"] == kind
    assert words in payload["errorMessage"]


def test_a_node_error_is_told_with_its_trace(bench: Any) -> None:
    payload, _ = bench.call(bench.node("exports.handler = async () => { throw new TypeError('boom') }"))

    assert payload["trace"][0] == "TypeError: boom"
    assert "index.js:1" in payload["trace"][1]


def test_a_callback_handler_is_refused_from_node_24_on(bench: Any) -> None:
    source = {"index.js": "exports.handler = (event, context, callback) => callback(null, 1)"}
    name = bench.function(source, "nodejs24.x", "index.handler")
    payload, error = bench.call(name)

    assert (payload["errorType"], error) == ("Runtime.CallbackHandlerDeprecated", "Unhandled")


def test_a_process_serves_again_after_an_error_of_the_handler(bench: Any) -> None:
    sources = [
        "import os\ndef handler(e, c):\n    if e: raise ValueError\n    return os.getpid()\n",
        "exports.handler = async (e) => { if (e.fail) throw new Error(); return process.pid }",
    ]
    for name in (bench.python(sources[0]), bench.node(sources[1])):
        first, _ = bench.call(name)
        assert bench.call(name, {"fail": True})[1] == "Unhandled"
        assert bench.call(name) == (first, None)


def test_a_process_that_broke_is_replaced(bench: Any) -> None:
    source = "exports.handler = async (e) => { if (e.fail) process.exit(1); return process.pid }"
    name = bench.node(source)
    first, _ = bench.call(name)

    assert bench.call(name, {"fail": True})[0]["errorType"] == "Runtime.ExitError"
    second, error = bench.call(name)
    assert error is None
    assert second != first


def test_the_tail_of_the_log_holds_what_the_function_printed(bench: Any) -> None:
    sources = [
        bench.python(
            "import logging\ndef handler(e, c):\n    print('one')\n    logging.warning('two\\nthree')\n"
        ),
        bench.node("exports.handler = async () => { console.log('one'); console.warn('two\\nthree') }"),
    ]
    for name in sources:
        response = bench.client.invoke(FunctionName=name, LogType="Tail", Payload=b"{}")
        lines = base64.b64decode(response["LogResult"]).decode().split("\n")

        assert lines[0].startswith("START RequestId: ") and lines[0].endswith(" Version: $LATEST")
        assert lines[1].endswith("one")
        assert lines[2].endswith("two\rthree")
        assert lines[3].startswith("END RequestId: ")
        assert re.search(r"\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t.*Init Duration", lines[4])


def test_the_log_reaches_cloudwatch_logs_in_order(bench: Any) -> None:
    name = bench.python("print('starting')\ndef handler(e, c):\n    print('working', e['n'])\n")
    for number in range(3):
        bench.call(name, {"n": number})
    lines = bench.log(name)

    assert lines[0].startswith("INIT_START Runtime Version: Python 3.11")
    assert lines[1] == "starting"
    words = [line.split()[0] for line in lines[2:]]
    assert words == ["START", "working", "END", "REPORT"] * 3
    assert [line for line in lines if line.startswith("working")] == ["working 0", "working 1", "working 2"]


def test_another_python_than_the_machine_has_is_said_in_the_log(bench: Any) -> None:
    name = bench.function({"app.py": "def handler(e, c):\n    return 1\n"}, "python3.9", "app.handler")

    assert bench.call(name) == (1, None)
    assert "Python 3." in bench.log(name)[0]
