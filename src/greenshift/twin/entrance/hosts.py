"""The names the twin answers to, all of them on its own port.

``127.0.0.1`` and ``localhost`` are the twin. Below ``localhost``, which browsers and most systems resolve to
the loopback (RFC 6761, 6.3), are places of their own, each with its own origin: buckets under the names that
SDKs give them (``BUCKET.localhost``, ``BUCKET.s3.localhost``), and whatever a service publishes under a
suffix of its own. Only the latter are reached without a signature, by any page, under their own rules of
CORS: such an address is somebody's API, not AWS's.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from greenshift import loopback
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse

Answer = Callable[[str, HttpRequest], Awaitable[HttpResponse]]
"""Answers a request to a published name; the text is the name without suffix, ``localhost`` and port."""

_BELOW = ".localhost"
_S3 = "s3"
_S3_CONTROL = "/v20180820/"
# User guide, "Bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Place:
    """What a name stands for; ``own`` are all names of the same place, as ``host:port``."""

    kind: Literal["twin", "bucket", "published", "nowhere"]
    own: frozenset[str]
    name: str = ""
    answer: Answer | None = field(default=None, compare=False)


_NOWHERE = Place("nowhere", frozenset())


class Hosts:
    """Finds the place behind a Host header."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._twin = Place("twin", loopback.names(port) | loopback.names_of(f"{_S3}{_BELOW}", port))
        self._published: dict[str, Answer] = {}

    def publish(self, suffix: str, answer: Answer) -> None:
        """Hand out ``NAME.suffix.localhost`` for every NAME; ``answer`` judges itself who may come."""
        self._published[suffix] = answer

    def find(self, host: str) -> Place:
        """``host`` is in lower case; a name that is not ours is nowhere."""
        if host in self._twin.own:
            return self._twin
        name, colon, port = host.partition(":")
        if port != str(self._port) and (colon or self._port != loopback.HTTP_PORT):
            return _NOWHERE
        own = loopback.names_of(name, self._port)
        below = name.removesuffix(_BELOW)
        if below == name or not below:
            return _NOWHERE
        for suffix, answer in self._published.items():
            if below.endswith(f".{suffix}"):
                return Place("published", own, below.removesuffix(f".{suffix}"), answer)
        bucket = below.removesuffix(f".{_S3}")
        return Place("bucket", own, bucket) if _BUCKET.fullmatch(bucket) else _NOWHERE


def by_path(request: HttpRequest, bucket: str) -> HttpRequest:
    """A request to a bucket's own name as the same request to the twin: one form for all that follows.

    S3 Control puts the account where S3 puts the bucket, and tells its requests by their path.
    """
    if request.raw_path.startswith(_S3_CONTROL):
        return request
    headers = tuple(
        (name, loopback.HOST if name.lower() == "host" else value) for name, value in request.headers
    )
    return HttpRequest(request.method, f"/{bucket}{request.target}", headers, request.body)
