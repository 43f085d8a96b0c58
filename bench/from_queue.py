"""How many messages a second go through a queue to a warm function, and how many through a poller outside?

    python bench/from_queue.py [--messages 10000]

Both in one run, on the twin as a process of its own: Lambda's own poller, batches of ten; and a program that
receives ten messages with boto3, invokes the same function, and deletes them, in eight threads. Prints a
table; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from invoke import deploy

from greenshift.twin.machine import process

POLLERS = 8


class Place:
    """A twin with the functions of invoke.py."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        deploy(endpoint)
        may = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
        self.client("iam").attach_role_policy(RoleName="bench", PolicyArn=may)

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self._endpoint, region_name="us-east-1", aws_access_key_id="local",
            aws_secret_access_key="local", config=Config(max_pool_connections=2 * POLLERS),
        )  # fmt: skip

    def filled(self, name: str, count: int) -> str:
        sqs = self.client("sqs")
        url = str(sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "600"})["QueueUrl"])

        def send(start: int) -> None:
            entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
            sqs.send_message_batch(QueueUrl=url, Entries=entries)

        with ThreadPoolExecutor(POLLERS) as pool:
            list(pool.map(send, range(0, count, 10)))
        return url

    def left(self, url: str) -> int:
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(found[name]) for name in names)


def by_lambda(place: Place, function: str, count: int) -> float:
    url = place.filled(f"lambda-{function}", count)
    arn = f"arn:aws:sqs:us-east-1:123456789012:lambda-{function}"
    began = time.perf_counter()
    place.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName=f"{function}:live", BatchSize=10
    )
    while place.left(url):
        time.sleep(0.05)
    return time.perf_counter() - began


def from_outside(place: Place, function: str, count: int) -> float:
    url, sqs, functions = (
        place.filled(f"outside-{function}", count),
        place.client("sqs"),
        place.client("lambda"),
    )

    def poll(_: int) -> None:
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            event = {"Records": [{"messageId": each["MessageId"], "body": each["Body"]} for each in found]}
            functions.invoke(FunctionName=function, Qualifier="live", Payload=json.dumps(event).encode())
            done = [{"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in found]
            sqs.delete_message_batch(QueueUrl=url, Entries=done)

    began = time.perf_counter()
    with ThreadPoolExecutor(POLLERS) as pool:
        list(pool.map(poll, range(POLLERS)))
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000)
    count = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as directory:
        twin = process.start(Path(directory), speed=60)
        try:
            place = Place(twin.endpoint)
            for function in ("python", "node"):
                for name, measure in (("Lambda's poller", by_lambda), ("a poller outside", from_outside)):
                    seconds = measure(place, function, count)
                    print(f"{function:8} {name:18} {count / seconds:8,.0f} messages/s", flush=True)
        finally:
            process.stop(Path(directory))


if __name__ == "__main__":
    sys.exit(main())
