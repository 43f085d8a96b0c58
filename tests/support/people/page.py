"""The dashboard as a test meets it: served on a free port, spoken to over HTTP, its HTML as a tree."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from greenshift.dashboard import DashboardServer, WatchedStack
from support.people.shell import Shell, interrupt

_VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def tree(self) -> ElementTree.Element:
        return parse(self.text)


@dataclass(frozen=True)
class Visitor:
    """Somebody who has the token, unless told otherwise."""

    server: DashboardServer
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self._send("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Reply:
        """As the page's own script sends it."""
        ours = {
            "Origin": f"http://127.0.0.1:{self.server.port}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self._send("POST", path, urlencode(form), {**ours, **_named(headers)})

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            cookie = {"Cookie": f"{self.server.key.cookie}={self.server.key.token}"}
            sent = {
                name: value for name, value in {**cookie, **self.headers, **_named(headers)}.items() if value
            }
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[tuple[str, Any]]]:
        """The events of a stream, as (name, data)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            headers = {"Cookie": f"{self.server.key.cookie}={self.server.key.token}"}
            connection.request("GET", path, headers={**headers, "Accept": "text/event-stream"})
            answer = connection.getresponse()
            assert answer.headers["Content-Type"].startswith("text/event-stream"), answer.read()
            yield _events(answer)
        finally:
            connection.close()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _events(answer: http.client.HTTPResponse) -> Iterator[tuple[str, Any]]:
    name = ""
    while line := answer.readline().decode():
        if line.startswith("event: "):
            name = line.removeprefix("event: ").strip()
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


@contextmanager
def serving(stack: WatchedStack) -> Iterator[Visitor]:
    """The dashboard of a stack, in a thread, to the end of the block."""
    server = DashboardServer(stack)
    thread = threading.Thread(target=server.run, name="dashboard")
    thread.start()
    try:
        yield Visitor(server)
    finally:
        server.stop()
        thread.join(timeout=20)
        assert not thread.is_alive(), "the dashboard did not end"


class _Tree(HTMLParser):
    """HTML as an ElementTree; an element that is not closed, or closed twice, is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = ElementTree.TreeBuilder()
        self.builder.start("page", {})
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def parse(html: str) -> ElementTree.Element:
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert not tree.open, f"not closed: {tree.open}"
    tree.builder.end("page")
    return tree.builder.close()


def text(element: ElementTree.Element | None) -> str:
    """What a person reads, with single spaces."""
    assert element is not None, "there is no such element"
    return " ".join("".join(element.itertext()).split())


def texts(tree: ElementTree.Element, path: str) -> list[str]:
    return [text(each) for each in tree.findall(path)]


def page_of(shell: Shell, path: str) -> str:
    """What ``greenshift dashboard`` serves at a path of the stack in this directory."""
    command = shell.start("dashboard", "--no-open")
    try:
        assert command.stdout is not None
        address = command.stdout.readline().strip()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.open(address, timeout=30).read()
        return str(browser.open(f"{address.partition('?')[0]}{path}", timeout=30).read().decode())
    finally:
        interrupt(command)
