"""Who may speak to a server of ours on this machine: one pure judgement, on what a request's head tells.

127.0.0.1 keeps other machines out, and lets in every page that this machine's browser shows. Such a page is
told by what browsers add to its requests and its scripts cannot change: ``Host``, the name it reached us by
(a foreign one that resolves to 127.0.0.1 is DNS rebinding); ``Origin``, whose page it is (Fetch standard,
"origin header": with every request that can change something, and every one whose answer a script may
read); ``Sec-Fetch-Site`` (Fetch Metadata Request Headers: with every request to a loopback name). A program
sends no Origin and no Sec-Fetch-Site. Nothing here knows what is served.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

HOST = "127.0.0.1"
HTTP_PORT = 80
_OWN_SITES = ("none", "same-origin")


class Objection(Enum):
    """What speaks against a request."""

    HOST = "it asks for a name that is not ours"
    ORIGIN = "it comes from a page of somebody else"
    SITE = "a page of somebody else caused it"


@dataclass(frozen=True)
class Head:
    """What a request's headers say of where it comes from; empty where they say nothing.

    A header that stands twice is kept as both, joined by a comma, so that it equals nothing that is allowed.
    """

    host: str
    origin: str = ""
    site: str = ""


def names(port: int) -> frozenset[str]:
    """What a server on this port is called."""
    return names_of(HOST, port) | names_of("localhost", port)


def names_of(name: str, port: int) -> frozenset[str]:
    """One name as a Host header tells it: ``name:port``, or without the port where it is HTTP's own."""
    return frozenset({f"{name}:{port}", name} if port == HTTP_PORT else {f"{name}:{port}"})


def head(headers: Iterable[tuple[str, str]]) -> Head:
    """Read from the headers of a request, whose names may be in any case."""
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if lowered in ("host", "origin", "sec-fetch-site"):
            found[lowered] = f"{found[lowered]},{value}" if lowered in found else value
    return Head(
        found.get("host", "").lower(),
        found.get("origin", "").lower(),
        found.get("sec-fetch-site", "").lower(),
    )


def objection(asked: Head, own: Collection[str], allowed: Collection[str] = ()) -> Objection | None:
    """What speaks against a request to one of our ``own`` names; None when nothing does.

    ``own`` are names of one and the same place, whose pages may speak to each other. ``allowed`` are the
    origins of somebody else's pages that were let in by name.
    """
    if asked.host not in own:
        return Objection.HOST
    if asked.origin and asked.origin in allowed:
        return None
    if asked.origin and not _is_own(asked.origin, own):
        return Objection.ORIGIN
    if asked.site and asked.site not in _OWN_SITES:
        return Objection.SITE
    return None


def _is_own(origin: str, own: Collection[str]) -> bool:
    scheme, _, name = origin.partition("://")
    return scheme == "http" and name in own
