"""Which functions serve bootstrap code, and what it costs to know."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from botocore.exceptions import ClientError

from greenshift.reading.functions import Alias
from greenshift.view import FunctionOutputs, FunctionRelease, LedgerPage, ReleaseView
from greenshift.view.published import Published

KEYS = ("charge", "refund", "audit")
FUNCTIONS = [FunctionOutputs(key, f"shop-{key}", f"arn:{key}:live", "", "g") for key in KEYS]


@dataclass
class FakeLambda:
    """Versions by their description; what is not here is gone."""

    versions: dict[tuple[str, str], str]
    asked: list[str] = field(default_factory=list)

    def get_function_configuration(self, FunctionName: str, Qualifier: str) -> dict[str, str]:
        self.asked.append(f"{FunctionName} {Qualifier}")
        if (FunctionName, Qualifier) not in self.versions:
            error = {"Error": {"Code": "ResourceNotFoundException", "Message": "no such version"}}
            raise ClientError(error, "GetFunctionConfiguration")
        return {"Version": Qualifier, "Description": self.versions[FunctionName, Qualifier]}


def page(*parts: FunctionRelease, more: str = "") -> LedgerPage:
    row = ReleaseView("r1", "SUCCEEDED", "", "", "", "", "", "", "", parts, ())
    return LedgerPage((row,) if parts else (), more)


def part(key: str, *, is_first: bool) -> FunctionRelease:
    return FunctionRelease(key, f"shop-{key}", "1", "2", "SHIFTED", is_first=is_first)


@pytest.fixture
def client() -> FakeLambda:
    return FakeLambda({("shop-charge", "1"): "made by up", ("shop-refund", "4"): "greenshift r0"})


def test_the_ledger_tells_it_of_the_functions_it_names(client: FakeLambda) -> None:
    published = Published(client, 10)
    told = page(part("charge", is_first=True), part("refund", is_first=False), part("audit", is_first=True))
    aliases = {"charge": Alias("1"), "refund": Alias("1"), "audit": Alias("2")}

    assert published.bootstrap(FUNCTIONS, aliases, told) == {"charge"}
    assert client.asked == []


def test_of_the_others_lambda_is_asked_and_each_version_once(client: FakeLambda) -> None:
    published = Published(client, 10)
    aliases = {"charge": Alias("1"), "refund": Alias("4"), "audit": None}

    assert [published.bootstrap(FUNCTIONS, aliases, page()) for _ in range(3)] == [{"charge"}] * 3
    assert client.asked == ["shop-charge 1", "shop-refund 4"]


def test_of_a_version_that_is_gone_nothing_is_said(client: FakeLambda) -> None:
    aliases = dict.fromkeys(KEYS, Alias("9"))

    assert Published(client, 10).bootstrap(FUNCTIONS, aliases, page()) == frozenset()


def test_where_the_page_is_not_all_of_the_ledger_nothing_is_asked(client: FakeLambda) -> None:
    """A function that an older page names was released, and to ask about 200 of them takes a while."""
    aliases = dict.fromkeys(KEYS, Alias("1"))

    assert Published(client, 10).bootstrap(FUNCTIONS, aliases, page(more="next")) == frozenset()
    assert client.asked == []


def test_a_look_asks_about_so_many_and_no_more(client: FakeLambda) -> None:
    published = Published(client, 1)
    aliases = {"charge": Alias("4"), "refund": Alias("4"), "audit": Alias("1")}

    for asked in (1, 2, 3, 3):
        published.bootstrap(FUNCTIONS, aliases, page())
        assert len(client.asked) == asked
