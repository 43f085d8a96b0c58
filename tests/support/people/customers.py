"""People who order through an API while something else goes on."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ORDER = {"lines": [{"article": "tea", "count": 2, "price": 450}]}
_PACE = 0.02
_LONGEST = 200.0


@dataclass(frozen=True)
class Answer:
    status: int
    version: str
    body: Any


class Api:
    """An API at its local address, as a program on this machine calls it."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        assert self._parts.port is not None
        connection = http.client.HTTPConnection("127.0.0.1", self._parts.port, timeout=60)
        headers = {"Host": self._parts.netloc, "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text, version = response.read(), response.getheader("version", "")
            return Answer(response.status, version, json.loads(text))
        finally:
            connection.close()


class Customers:
    """Order, and look at the order, from the start of a ``with`` block to its end."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._order) for _ in range(2)]
        self.placed: set[str] = set()
        self.versions: Counter[str] = Counter()
        """How many orders each version took."""
        self.refused: list[Answer] = []

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=120)
            assert not thread.is_alive()

    def _order(self) -> None:
        deadline = time.monotonic() + _LONGEST
        while not self._ended.wait(_PACE) and time.monotonic() < deadline:
            answer = self._api.ask("POST", "/orders", ORDER)
            if answer.status == 201:
                self.placed.add(answer.body["id"])
                self.versions[answer.version] += 1
                answer = self._api.ask("GET", f"/orders/{answer.body['id']}")
            if answer.status >= 400:
                self.refused.append(answer)
