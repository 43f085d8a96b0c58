"""What the components create is all priced, or known to be free; and the page says what it costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greenshift.cost import Assumptions, Resource, estimate, read_prices, read_stack
from greenshift.cost.estimate import total

pytestmark = pytest.mark.filterwarnings(
    r"ignore:(aws\.)?(s3|lambda)\S+ has been deprecated in favor of:DeprecationWarning"
)
PAGE = (Path(__file__).parents[3] / "docs" / "cost.md").read_text()
Deploy = Callable[..., Any]


def resources(run: Any) -> list[Resource]:
    """With URNs as the engine makes them, as far as they matter: whose part a resource is."""
    of = {each.name for each in run.of(":ServiceFunction")}
    parts = [
        ("greenshift:index:ServiceFunction$" if each.parent in of else "", each) for each in run.resources
    ]
    return [Resource(f"{part}{each.type}::{each.name}", each.type, each.inputs) for part, each in parts]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"source": {"provider": "github", "repository": "me/app"}, "githubToken": "x"},
        {"notifications": {"emails": ["a@example.org"], "chatWebhook": "https://chat.example.org/x"}},
        {"functions": {"charge": {"vpc": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}}},
    ],
)
def test_everything_a_stack_creates_is_priced_or_known_to_be_free(deploy: Deploy, changes: Any) -> None:
    assert read_stack(resources(deploy(changes))).not_priced == {}


@pytest.mark.parametrize("functions", [2, 20, 100])
def test_the_page_tells_what_the_default_settings_cost(deploy: Deploy, functions: int) -> None:
    stack = read_stack(resources(deploy()))

    found = estimate(stack, Assumptions(shift_minutes=9), read_prices(), functions)

    some = [f"{total(lines):.3f}" for lines in (found.at_rest, found.per_release, found.stored)]
    assert f"| {functions} | {' | '.join(some)} | {found.month:.2f} |" in PAGE


def test_the_page_tells_the_day_and_region_of_the_prices_and_what_is_assumed() -> None:
    table, usual = read_prices(), Assumptions(shift_minutes=9)

    assert f"public prices for {table.region}, read on {table.as_of}" in PAGE
    assert f"assumed: {usual.releases}, and {usual.build_minutes:g}; `--releases`, `--build-minutes`" in PAGE
    assert f"assumed: {usual.package_mb:g} MB; `--package-mb`" in PAGE
