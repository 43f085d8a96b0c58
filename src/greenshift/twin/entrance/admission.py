"""The guard before all routing: judges each request by its head, and completes each answer.

Whoever is refused hears it in the protocol of the service asked. Nobody is told to share an answer with
another page (``Access-Control-*``), but the origins that were let in by name when the twin was started, and
the users of an address whose service has rules of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from greenshift import loopback
from greenshift.loopback import Objection
from greenshift.twin.entrance import forms, signature
from greenshift.twin.entrance.forms import Common
from greenshift.twin.entrance.hosts import Hosts, Place
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse

log = logging.getLogger("greenshift.twin")

_CORS = "access-control-"
_NAMED_STRANGERS = 100
_PREFLIGHT_SECONDS = "600"
# A document of the twin's own address has an origin of nobody: what somebody put into a bucket and opens in a
# browser must not speak as the twin.
_OWN_HEADERS = (("Content-Security-Policy", "sandbox"), ("X-Content-Type-Options", "nosniff"))


@dataclass(frozen=True)
class Visit:
    """A request that was judged: where it goes, or its answer; ``origin`` is one that was let in by name."""

    place: Place
    origin: str = ""
    answer: HttpResponse | None = None


class Admission:
    """Judges heads of requests; ``allowed`` are the origins let in by name."""

    def __init__(self, hosts: Hosts, allowed: Collection[str], endpoint: str) -> None:
        self._hosts = hosts
        self._allowed = frozenset(allowed)
        self._endpoint = endpoint
        self._strangers: set[str] = set()

    def judge(self, request: HttpRequest) -> Visit:
        """``request`` needs no body yet."""
        head = loopback.head(request.headers)
        place = self._hosts.find(head.host)
        if place.kind == "published":
            return Visit(place)
        objection = loopback.objection(head, place.own, self._allowed)
        if objection is not None:
            return Visit(place, answer=self._refused(request, self._reason(objection, head)))
        origin = head.origin if head.origin in self._allowed else ""
        if request.method == "OPTIONS":
            return Visit(place, origin, self._preflight(request, origin))
        if request.header("sec-fetch-mode") == "navigate" and _is_signed_for_others(request):
            # An address that somebody else's link, redirect or mail made a person open.
            return Visit(place, answer=self._refused(request, "a browser may open objects of S3 only"))
        return Visit(place, origin)

    def complete(self, visit: Visit, response: HttpResponse) -> HttpResponse:
        """The answer with what belongs to the visit, and without what does not."""
        if visit.place.kind == "published":
            return response
        headers = [(name, value) for name, value in response.headers if not name.lower().startswith(_CORS)]
        if visit.place.kind != "bucket":
            headers += _OWN_HEADERS
        if visit.origin:
            headers += _shared(visit.origin) if visit.answer is None else visit.answer.headers
        return HttpResponse(response.status, tuple(headers), response.body)

    def _reason(self, objection: Objection, head: loopback.Head) -> str:
        match objection:
            case Objection.HOST:
                reason = f"the twin has no name {head.host!r}; it is reached at {self._endpoint}"
                self._note(f"host {head.host!r}", reason)
            case Objection.ORIGIN:
                reason = (
                    f"a page of {head.origin!r} may not speak to the twin; "
                    "greenshift twin start --allow-origin lets one in"
                )
                self._note(f"origin {head.origin!r}", reason)
            case Objection.SITE:
                reason = f"a page of another site may not speak to the twin (Sec-Fetch-Site: {head.site!r})"
                self._note("site", reason)
        return reason

    def _note(self, stranger: str, reason: str) -> None:
        """Say it once in the log; a page may try for ever, under ever new names."""
        if stranger not in self._strangers and len(self._strangers) < _NAMED_STRANGERS:
            self._strangers.add(stranger)
            log.warning("refused: %s", reason)

    def _refused(self, request: HttpRequest, reason: str) -> HttpResponse:
        signed = signature.of(request)
        form = forms.of(request, signed.service if signed else "")
        return forms.refuse(Common.DENIED, reason, form, request)

    def _preflight(self, request: HttpRequest, origin: str) -> HttpResponse:
        if not origin:
            return self._refused(request, "the twin answers no OPTIONS: it shares nothing with other pages")
        asked = (
            ("Access-Control-Allow-Methods", request.header("access-control-request-method")),
            ("Access-Control-Allow-Headers", request.header("access-control-request-headers")),
            # Private Network Access: of a page from the internet, Chromium asks for this as well.
            (
                "Access-Control-Allow-Private-Network",
                request.header("access-control-request-private-network"),
            ),
            ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
            *_shared(origin),
        )
        return HttpResponse(204, tuple((name, value) for name, value in asked if value), b"")


def _is_signed_for_others(request: HttpRequest) -> bool:
    signed = signature.of(request)
    return signed is not None and signed.service != "s3"


def _shared(origin: str) -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", "*"),
        ("Vary", "Origin"),
    ]
