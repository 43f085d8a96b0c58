"""Sends to what feeds a function: a message, a record, an item or a request each time."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.cli.calls.answers import in_all, percentile
from greenshift.cli.calls.feeds import Feed, resource_of
from greenshift.cli.calls.pacing import Paced
from greenshift.cli.calls.requests import name_of
from greenshift.cli.following.narrate import shown
from greenshift.cli.words.icons import BAD, OK

NUMBER = "{n}"
"""Stands in an event for the number of its request."""
_SECONDS = 35.0
_LOOPBACK, _LOCAL = "127.0.0.1", ".localhost"

Send = Callable[[str, int], str]
"""Sends a text, the nth; what came of it, in a word: ``sent``, or a status of HTTP."""


def sender(clients: Callable[[str], Any], feed: Feed) -> Send:
    """What sends to this feed."""
    match feed.kind:
        case "queue":
            return _to_queue(clients("sqs"), feed)
        case "stream":
            return _to_stream(clients("kinesis"), feed)
        case "table":
            return _to_table(clients("dynamodb"), feed)
        case "route":
            method, _, path = feed.name.partition(" ")
            return _to_address(method, feed.place + path)
    return _to_address("POST", f"{feed.place}/")


def _to_queue(client: Any, feed: Feed) -> Send:
    account = feed.place.split(":")[4]
    name = resource_of(feed.place)
    url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    is_fifo = name.endswith(".fifo")

    def send(text: str, number: int) -> str:
        group = {"MessageGroupId": "traffic", "MessageDeduplicationId": str(uuid.uuid4())} if is_fifo else {}
        client.send_message(QueueUrl=url, MessageBody=text, **group)
        return "sent"

    return send


def _to_stream(client: Any, feed: Feed) -> Send:
    name = resource_of(feed.place)

    def send(text: str, number: int) -> str:
        client.put_record(StreamName=name, Data=text.encode(), PartitionKey=str(number))
        return "sent"

    return send


def _to_table(client: Any, feed: Feed) -> Send:
    from boto3.dynamodb.types import TypeSerializer

    serialize, name = TypeSerializer().serialize, resource_of(feed.place)

    def send(text: str, number: int) -> str:
        item = json.loads(text, parse_float=Decimal)
        client.put_item(TableName=name, Item={key: serialize(item[key]) for key in item})
        return "sent"

    return send


def _to_address(method: str, url: str) -> Send:
    """Over HTTP; a name below ``localhost`` is this machine, which not every resolver knows (RFC 6761)."""
    parts = urlsplit(url)
    host = _LOOPBACK if (parts.hostname or "").endswith(_LOCAL) else str(parts.hostname)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Host": parts.netloc, "Content-Type": "application/json"}

    def send(text: str, number: int) -> str:
        connection = make(host, parts.port, timeout=_SECONDS)
        try:
            connection.request(method, parts.path, None if method == "GET" else text, headers)
            response = connection.getresponse()
            response.read()
            return str(response.status)
        finally:
            connection.close()

    return send


@dataclass(frozen=True)
class Outcome:
    """Requests that ended alike; ``was_taken``: nothing speaks against them."""

    word: str
    requests: int
    was_taken: bool


@dataclass(frozen=True)
class Fed:
    """What came of everything that was sent; latencies are milliseconds, of the sending alone."""

    function: str
    source: str
    seconds: float
    sent: int
    outcomes: tuple[Outcome, ...]
    median_ms: float
    p95_ms: float
    max_ms: float


class Feeding(Paced[Feed]):
    """Sends one event to a feed again and again; counts what came of it."""

    def __init__(self, send: Send, feed: Feed, event: Any, *, per_second: float, at_once: int) -> None:
        super().__init__([feed], per_second=per_second, at_once=at_once)
        self._to = send
        self._feed = feed
        self._text = json.dumps(event)
        self.words: Counter[str] = Counter()
        """What came of it -> requests: ``sent``, a status, or the name of an error."""
        self.seconds: list[float] = []

    @property
    def sent(self) -> int:
        with self._lock:
            return self.words.total()

    def _send(self, target: Feed, number: int) -> None:
        text, began = self._text.replace(NUMBER, str(number)), time.monotonic()
        try:
            word = self._to(text, number)
        except (ClientError, BotoCoreError, OSError, http.client.HTTPException) as error:
            word = name_of(error)
        with self._lock:
            self.words[word] += 1
            self.seconds.append(time.monotonic() - began)

    def told(self, seconds: float) -> Fed:
        """What is known so far."""
        with self._lock:
            words, ordered = dict(self.words), sorted(1000 * each for each in self.seconds)
        outcomes = tuple(
            Outcome(word, count, word == "sent" or word[:1] in ("1", "2", "3"))
            for word, count in sorted(words.items())
        )
        return Fed(
            self._feed.function, self._feed.name, round(seconds, 3), sum(words.values()), outcomes,
            percentile(ordered, 50), percentile(ordered, 95), percentile(ordered, 100),
        )  # fmt: skip


def lines(found: Fed) -> Iterator[str]:
    """How many, and a line for each outcome."""
    yield in_all(found.sent, found.seconds)
    if not found.sent:
        return
    for each in found.outcomes:
        mark = OK if each.was_taken else BAD
        yield f"{mark.markup} {shown(found.source)}  {shown(each.word)}: {each.requests}"
    yield f"[dim]median {found.median_ms:g} ms, p95 {found.p95_ms:g} ms, max {found.max_ms:g} ms[/]"
