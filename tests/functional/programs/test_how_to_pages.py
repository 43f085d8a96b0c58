"""The programs of docs/how-to, read from the pages: each is deployed, released, broken, rolled back; in the
end everything is destroyed. They are one stack, which becomes one page after the other; `make sweep` gives
each a stack of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.stacks.taught import ACCEPTS, HANDLER, NOBODY_FINDS_IT, Taught, releases

from greenshift.engine import Engine, Program, Result, StateFile, Target
from greenshift.testing import RunningTwin, start_twin

ALONE = os.environ.get("GREENSHIFT_SWEEP") == "full"
Check = Callable[[Taught], None]


@pytest.fixture(scope="module")
def quick() -> Iterator[RunningTwin]:
    with start_twin(speed=300) as running:
        yield running


@pytest.fixture(scope="module")
def shared(quick: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    stack = begun(quick, tmp_path_factory.mktemp("taught"), ACCEPTS)
    yield stack
    ended(stack)


@pytest.fixture
def taught(request: pytest.FixtureRequest, quick: RunningTwin, tmp_path: Path) -> Iterator[Taught]:
    if not ALONE:
        yield request.getfixturevalue("shared")
        return
    stack = begun(quick, tmp_path)
    yield stack
    ended(stack)


def begun(twin: RunningTwin, root: Path, accepts: str = "") -> Taught:
    """Deployed and released once, with the simplest program of all."""
    stack = Taught(twin, root / "shop", accepts=accepts)
    stack.begin(releases("per-stack.md")[0])
    stack.up()
    assert stack.first_release() == "Succeeded"
    return stack


def ended(stack: Taught) -> None:
    stack.engine().destroy()
    assert not stack.engine().snapshot().resources
    assert stack.twin.client("lambda").list_functions()["Functions"] == []
    assert stack.twin.client("dynamodb").list_tables()["TableNames"] == []
    for holds in stack.others:
        holds(stack)


@dataclass(frozen=True)
class Page:
    """``after[n]`` must hold after the nth release of the page, ``back`` after the rollback (else the last of
    ``after``)."""

    name: str
    after: tuple[Check, ...]
    back: Check | None = None
    before: Check = lambda stack: None
    deployed: Callable[[Result], None] = lambda result: None


def answers(event: Any, answer: Any) -> Check:
    def check(stack: Taught) -> None:
        assert stack.ask(event) == answer

    return check


def made_by_others(stack: Taught) -> None:
    """What the page says exists already; ``still_there`` asks for it when the stack is gone."""
    stack.others.append(still_there)
    stack.twin.client("sqs").create_queue(QueueName="jobs")
    stack.twin.client("s3").create_bucket(Bucket="company-uploads")
    stack.twin.client("ssm").put_parameter(Name="/shop/limit", Type="String", Value="5")
    network = stack.directory.parent / "network"
    network.mkdir()
    (network / "Pulumi.yaml").write_text("name: network\nruntime: python\n")
    (network / "__main__.py").write_text('import pulumi\npulumi.export("zone", "example.com")\n')
    Engine(
        Program(network, "network", "network", {}),
        Target(stack.twin.endpoint, stack.twin.region, "one"),
        StateFile(stack.directory.parent / "network.json"),
        lambda event: None,
        "correct horse",
    ).up()


def still_there(stack: Taught) -> None:
    assert stack.twin.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    assert stack.twin.client("s3").head_bucket(Bucket="company-uploads")
    assert stack.twin.client("ssm").get_parameter(Name="/shop/limit")["Parameter"]["Value"] == "5"


def name_is_known(stack: Taught) -> None:
    """Written and read by the version that is live."""
    assert stack.ask({"id": "1", "name": "Ada Lovelace"}) == "Dear Ada Lovelace"
    assert stack.ask({"id": "1"}) == "Dear Ada Lovelace"


def flag_turns_the_tax(stack: Taught) -> None:
    """Off and on without a release; an `up` in between leaves it."""
    parameters = stack.twin.client("ssm")
    parameters.put_parameter(Name="/shop/new-tax", Value="off", Overwrite=True)
    stack.until(lambda: stack.ask({}) == {"tax": 19})
    parameters.put_parameter(Name="/shop/new-tax", Value="on", Overwrite=True)
    stack.until(lambda: stack.ask({}) == {"tax": 21})
    assert set(stack.up().changes) == {"same"}
    assert parameters.get_parameter(Name="/shop/new-tax")["Parameter"]["Value"] == "on"


def reports_stand_in(result: Result) -> None:
    assert result.stand_ins == ("reports (aws:athena/workgroup:Workgroup)",)


EXISTING = {"jobs": "jobs", "uploads": "company-uploads", "zone": "example.com"}
PAGES = (
    Page("table-access.md", (answers({"id": "7"}, {"id": "7", "paid": True}),)),
    Page("secrets.md", (answers({}, {"letters": len("not set yet")}),)),
    Page("per-stack.md", (answers({}, {"limit": "100", "currency": "EUR"}),)),
    Page("existing.md", (answers({}, EXISTING),), before=made_by_others),
    Page("migration.md", (name_is_known,) * 4, back=answers({"id": "1"}, "Dear Ada Lovelace")),
    Page("feature-flags.md", (flag_turns_the_tax,)),
    Page("leave-out.md", (answers({}, {"mail": "off"}),), deployed=reports_stand_in),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_teaches_is_deployed_released_broken_and_rolled_back(taught: Taught, page: Page) -> None:
    shown = releases(page.name)
    assert len(shown) == len(page.after)
    page.before(taught)
    for files, holds in zip(shown, page.after, strict=True):
        taught.write(files)
        page.deployed(taught.up())
        taught.commit()
        assert taught.release() == "Succeeded", taught.told()
        holds(taught)
    before = taught.live()

    good = (taught.directory / HANDLER).read_text()
    taught.write({HANDLER: NOBODY_FINDS_IT + good})
    taught.commit()
    assert taught.release() == "Failed"
    assert taught.live() == before
    page.after[-1](taught)

    if len(shown) == 1:  # once more, so that there is something of this page to go back to
        taught.write({HANDLER: good})
        taught.commit()
        assert taught.release() == "Succeeded"
    taught.roll_back()
    assert (taught.live() == before) == (len(shown) == 1)
    (page.back or page.after[-1])(taught)


def test_one_variable_differs_in_prod(quick: RunningTwin, tmp_path: Path) -> None:
    stack = Taught(quick, tmp_path / "shop", "prod")
    stack.begin(releases("per-stack.md")[0])
    stack.up()
    found = quick.client("lambda").get_function_configuration(FunctionName="shop-prod-charge")
    variables = found["Environment"]["Variables"]
    assert (variables["LIMIT"], variables["CURRENCY"]) == ("500", "EUR")
    stack.engine().destroy()
