"""A real Chromium, and a real stack on a real twin whose releases ask before they shift."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from playwright.sync_api import Browser, Page, sync_playwright
from support.people.chromium import FLAGS, executable
from support.people.page import Visitor, serving
from support.stacks.shop import GOOD, Deployed, deploy

from greenshift.dashboard import WatchedStack
from greenshift.dashboard.watched import Head
from greenshift.testing import start_twin
from greenshift.view import EAGER, Hours, StackView


# Of a file, not of the session: while Playwright runs, the process has a running event loop, and the files
# after this one may want their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield chromium
        chromium.close()


class Shop:
    """A deployed stack, its repository, and its customers."""

    def __init__(self, deployed: Deployed) -> None:
        self.twin, self.outputs, self.client = deployed.twin, deployed.outputs, deployed.client
        self.repository = deployed.repository
        self.visitor: Visitor

    def commit(self, message: str, **handlers: str) -> None:
        self.repository.edit(**handlers)
        self.repository.commit(message)

    def head(self) -> Head:
        """The latest commit, as the command line would tell the page."""
        command = ["git", "-C", str(self.repository.directory), "log", "-1", "--format=%H%n%s"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return Head(told[0], told[1], "Ada Lovelace <ada@example.invalid>")

    def watched(self) -> WatchedStack:
        return WatchedStack(
            "local", self.outputs, self.client, EAGER,
            read_only=False, is_near=True, hours=self.hours(),
            by=lambda: "Grace Hopper <grace@example.invalid>",
            head=self.head,
        )  # fmt: skip

    def hours(self) -> Hours:
        """As the command line asks for them; here in one zone on every machine."""
        with urllib.request.urlopen(f"{self.twin.endpoint}/_twin/health", timeout=30) as answer:
            told = json.load(answer)
        return Hours.of_twin(told["speed"], told["time"], told["wall"], UTC)

    def serves(self) -> list[str]:
        """The version each alias points to."""
        names = [function.name for function in self.outputs.functions]
        client = self.client("lambda")
        return [client.get_alias(FunctionName=name, Name="live")["FunctionVersion"] for name in names]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Served by a dashboard, and visited by customers all the time."""
    executable()
    with start_twin(speed=60) as twin:
        stack = deploy(twin, tmp_path_factory.mktemp("stack"), "Linear25PercentEvery10Minutes", asks=True)
        end_first_release(stack)
        shop = Shop(stack)
        shop.commit("Second", charge=GOOD + "# 2", refund=GOOD + "# 2")
        shop.client("codepipeline").start_pipeline_execution(name=shop.outputs.pipeline)
        with customers(shop), serving(shop.watched()) as shop.visitor:
            yield shop


def end_first_release(stack: Deployed, seconds: float = 120) -> None:
    """It moves everything at once, before there are customers; the story is of releases that go in steps."""
    view = StackView(stack.outputs, stack.client, EAGER)
    deadline = time.monotonic() + seconds
    while not ((release := view.snapshot().release) and release.has_ended):
        assert time.monotonic() < deadline, release
        for asked in view.approvals():
            stack.client("codepipeline").put_approval_result(
                pipelineName=stack.outputs.pipeline,
                stageName=asked.stage,
                actionName=asked.action,
                token=asked.token,
                result={"status": "Approved", "summary": ""},
            )
        time.sleep(0.1)
    assert release.status == "SUCCEEDED", release


class customers:
    """Requests to every alias, one after the other, to the end of the block."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send, name="customers")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def _send(self) -> None:
        client: Any = self._shop.client("lambda")
        while not self._ended.wait(0.05):
            for function in self._shop.outputs.functions:
                try:
                    client.invoke(FunctionName=function.alias_arn, Payload=b'{"customer": 1}')
                except (ClientError, BotoCoreError):
                    continue  # throttled, say: customers come back


@pytest.fixture(scope="module")
def themes(browser: Browser, shop: Shop) -> Iterator[dict[str, Page]]:
    """The first page in two browsers, one of somebody who likes it dark."""
    pages, troubles = {}, []
    for theme in ("light", "dark"):
        context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: troubles.append(asked.url) if not is_ours(asked.url, shop) else None)
        page.goto(shop.visitor.server.url)
        page.wait_for_url(shop.visitor.server.address)
        pages[theme] = page
    yield pages
    assert troubles == [], "errors in the browser, or something fetched from elsewhere"


def is_ours(address: str, shop: Shop) -> bool:
    return address.startswith(shop.visitor.server.address)
