"""How fast is a warm Invoke? One and eight callers, Python and Node, through the twin's own port.

    python bench/invoke.py [--requests 2000]

The twin runs as a process of its own, as it does for a user. The callers speak plain HTTP over kept-open
connections, so that it is the twin that is measured and not an SDK (boto3 adds some 0.7 ms a call). Prints a
table; asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

from greenshift.twin.machine import process

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
FUNCTIONS = {
    "python": ("python3.11", "app.py", "def handler(event, context):\n    return event\n", "app.handler"),
    "node": ("nodejs22.x", "index.mjs", "export const handler = async (event) => event\n", "index.handler"),
}


def deploy(endpoint: str) -> None:
    """One function for each runtime, version 1 behind the alias ``live``."""

    def client(service: str):  # type: ignore[no-untyped-def]  # boto3's clients have no static type
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"total_max_attempts": 1}),
        )

    role = client("iam").create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("iam").attach_role_policy(RoleName="bench", PolicyArn=LOGS)
    functions = client("lambda")
    for name, (runtime, file, source, handler) in FUNCTIONS.items():
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(file, source)
        functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler=handler,
            Role=role["Role"]["Arn"],
            Code={"ZipFile": package.getvalue()},
            Publish=True,
        )
        functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")


async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200") or b"x-amz-function-error" in head.lower():
        raise SystemExit(f"unexpected answer: {head!r} {body!r}")


async def caller(port: int, function: str, calls: int) -> list[float]:
    """One connection that calls again as soon as it is answered; the seconds each call took."""
    body = b'{"order": 17}'
    request = (
        f"POST /2015-03-31/functions/{function}/invocations?Qualifier=live HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    try:
        for _ in range(calls):
            began = time.perf_counter()
            await call(reader, writer, request)
            times.append(time.perf_counter() - began)
    finally:
        writer.close()
        await writer.wait_closed()
    return times


async def measure(port: int, function: str, callers: int, requests: int) -> str:
    await asyncio.gather(*(caller(port, function, 50) for _ in range(callers)))
    began = time.perf_counter()
    spans = await asyncio.gather(*(caller(port, function, requests // callers) for _ in range(callers)))
    seconds = time.perf_counter() - began
    times = sorted(span for one in spans for span in one)
    median, worst = statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000
    return f"{function:8} {callers:7} {median:10.2f} {worst:8.2f} {len(times) / seconds:9.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2000)
    requests = parser.parse_args().requests
    with tempfile.TemporaryDirectory(prefix="greenshift-bench-") as home:
        handle = process.start(Path(home))
        try:
            deploy(handle.endpoint)
            print(f"{'runtime':8} {'callers':>7} {'median ms':>10} {'p99 ms':>8} {'req/s':>9}")
            for function in FUNCTIONS:
                for callers in (1, 8):
                    print(asyncio.run(measure(handle.port, function, callers, requests)))
                    sys.stdout.flush()
        finally:
            process.stop(Path(home))


if __name__ == "__main__":
    main()
