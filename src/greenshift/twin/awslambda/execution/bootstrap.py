"""The Python runtime: runs inside each worker process, started as a script, never imported.

Speaks the Runtime API over one kept-open socket, because a connection per call would double the time of a
warm invocation. Runs on every Python the twin offers (3.9 syntax) and imports as little as possible: its
start is part of every cold start. Behaves as AWS's Python runtime does where a handler can tell.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.util
import io
import json
import logging
import marshal
import os
import site
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], Any]
API = "/2018-06-01/runtime/"


class RuntimeApi:
    """The keep-alive connection to the twin; when it closes, this process has no reason to live."""

    def __init__(self, address: str) -> None:
        host, port = address.split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._input = self._socket.makefile("rb")

    def call(
        self, method: str, path: str, body: bytes = b"", extra: str = ""
    ) -> tuple[dict[str, str], bytes]:
        head = f"{method} {API}{path} HTTP/1.1\r\nHost: runtime\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        headers: dict[str, str] = {}
        if not self._input.readline():
            os._exit(0)
        while (line := self._input.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return headers, self._input.read(int(headers.get("content-length", "0")))


class RequestIdFormatter(logging.Formatter):
    """AWS's log line; a message of several lines stays one event, so its newlines become returns."""

    converter = staticmethod(time.gmtime)
    request_id = ""

    def format(self, record: logging.LogRecord) -> str:
        record.__dict__["aws_request_id"] = RequestIdFormatter.request_id
        return super().format(record).replace("\n", "\r")


class Context:
    """The second argument of a handler."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn", "")
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


class ClientContext:
    """What a caller passed in X-Amz-Client-Context."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.custom = value.get("custom")
        self.env = value.get("env")
        self.client = value.get("client")


def _client_context(text: str | None) -> ClientContext | None:
    return ClientContext(json.loads(text)) if text else None


class StartFailed(Exception):
    """The handler could not be loaded; ``kind`` is the errorType AWS reports."""

    def __init__(self, kind: str, message: str, stack: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.stack = stack or []


def load_handler(name: str) -> Handler:
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise StartFailed(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise StartFailed(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from None
    except SyntaxError as error:
        where = [f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}\n']
        raise StartFailed(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", where
        ) from None
    handler: Handler | None = getattr(module, function_name, None)
    if handler is None:
        raise StartFailed(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        )
    return handler


class KeptCode(importlib.machinery.SourceFileLoader):
    """Compiles a module of the task root once, for all processes that will import it: the root is read-only,
    so nothing can be kept in it.
    """

    folder = ""

    def get_code(self, fullname: str) -> Any:
        source = self.get_data(self.path)
        kept = os.path.join(self.folder, f"{_hash(self.path.encode())}-{_hash(source)}")  # noqa: PTH118 - as above
        with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
            return marshal.loads(self.get_data(kept))
        code = self.source_to_code(source, self.path)
        _write(kept, marshal.dumps(code))
        return code


def _hash(data: bytes) -> str:
    """As Python's own of a source; another for each version of its bytecode."""
    return importlib.util.source_hash(data).hex()


def _write(path: str, data: bytes) -> None:
    """In one step, for others may be reading it. Where that cannot be done, the next one compiles as well."""
    with contextlib.suppress(OSError):
        with open(f"{path}.{os.getpid()}", "wb") as file:  # noqa: PTH123 - as above
            file.write(data)
        os.replace(file.name, path)  # noqa: PTH105 - as above


def keep_code(root: str, folder: str) -> None:
    """From now on modules below the task root are imported by ``KeptCode``."""
    KeptCode.folder = folder
    machinery = importlib.machinery
    loaders = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (KeptCode, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )
    find = machinery.FileFinder.path_hook(*loaders)

    def find_in_root(path: str) -> Any:
        if path == root or path.startswith(root + os.sep):
            return find(path)
        raise ImportError(path)

    sys.path_hooks.insert(0, find_in_root)


def error_payload(kind: str, message: str, request_id: str, stack: list[str]) -> bytes:
    """Also writes the error to the log, as AWS's runtime does."""
    lines = [f"[ERROR] {kind}: {message}\n", "Traceback (most recent call last):\n", *stack]
    print("".join(lines).rstrip().replace("\n", "\r"), flush=True)
    payload = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": stack}
    return json.dumps(payload).encode()


def stack_of(error: BaseException) -> list[str]:
    """The frames of user code: the first ones are this file's and the importer's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename != __file__ and not f.filename.startswith("<frozen importlib")]
    importer = os.path.join(os.path.dirname(importlib.__file__ or ""), "")  # noqa: PTH118, PTH120 - pathlib costs 5 ms
    return traceback.format_list([f for f in own if not f.filename.startswith(importer)])


def to_json(result: object) -> bytes:
    return json.dumps(result, ensure_ascii=False, default=_decimal).encode()


def _decimal(value: object) -> object:
    """AWS's runtime writes Decimal, which DynamoDB items are full of, as a number."""
    if type(value).__name__ == "Decimal":
        return float(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def invoke(api: RuntimeApi, handler: Handler) -> None:
    headers, event = api.call("GET", "invocation/next")
    request_id = headers["lambda-runtime-aws-request-id"]
    RequestIdFormatter.request_id = request_id
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
    try:
        result = handler(json.loads(event), Context(headers))
    except Exception as error:
        body = error_payload(type(error).__name__, str(error), request_id, stack_of(error))
        api.call("POST", f"invocation/{request_id}/error", body)
        return
    try:
        body = to_json(result)
    except Exception as error:
        message = f"Unable to marshal response: {error}"
        body = error_payload("Runtime.MarshalError", message, request_id, [])
        api.call("POST", f"invocation/{request_id}/error", body)
        return
    sys.stdout.flush()
    api.call("POST", f"invocation/{request_id}/response", body)


class Unbuffered(io.TextIOWrapper):
    """As in AWS's runtime, each write is in the log at once, also one that ends no line."""

    def write(self, text: str) -> int:
        written = super().write(text)
        self.flush()
        return written


def _unbuffered(stream: Any) -> Unbuffered:
    return Unbuffered(stream.detach(), encoding="utf-8", errors="backslashreplace")


def prepare_process(sdk: str, bytecode: str) -> None:
    """Import from the task root first and the bundled SDK last, as on AWS; nothing of the twin's own."""
    extra = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], *extra]
    sys.path.append(sdk)
    keep_code(os.environ["LAMBDA_TASK_ROOT"], bytecode)
    sys.argv = ["bootstrap"]
    site.setquit()
    sys.stdout = sys.__stdout__ = _unbuffered(sys.stdout)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _unbuffered(sys.stderr)  # type: ignore[misc]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        RequestIdFormatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
    )
    logging.getLogger().addHandler(handler)


def main() -> None:
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    prepare_process(*sys.argv[1:])
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except StartFailed as error:
        api.call("POST", "init/error", error_payload(error.kind, str(error), "", error.stack))
        os._exit(1)
    except Exception as error:
        api.call("POST", "init/error", error_payload(type(error).__name__, str(error), "", stack_of(error)))
        os._exit(1)
    while True:
        invoke(api, handler)


main()
