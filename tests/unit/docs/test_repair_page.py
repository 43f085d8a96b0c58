"""docs/repair.md tells every fault that repair fixes, in its order, with its times, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from greenshift.checks.deployed.endless import ABANDONED, GRACE
from greenshift.checks.deployed.hangs import HOOKS, SILENT
from greenshift.checks.deployed.reading import OPERATIONS
from greenshift.repair import RULES, runner

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "repair.md").read_text()


def rows() -> dict[str, str]:
    return dict(re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", PAGE, re.MULTILINE))


def test_every_rule_has_its_line_in_the_order_of_fixing() -> None:
    assert list(rows()) == list(RULES)
    assert all(line.count("|") == 2 for line in rows().values())


def test_the_page_of_releases_has_a_line_for_each_as_well() -> None:
    page = (DOCS / "releases.md").read_text().split("## What is found afterwards", 1)[1]

    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == set(RULES)


def test_the_times_are_those_of_the_rules() -> None:
    minutes = {name: round(span.total_seconds() / 60) for name, span in TIMES.items()}

    assert f"ended {minutes['grace']} minutes ago" in rows()["release-without-end"]
    assert f"ran out {minutes['abandoned']} minutes ago" in rows()["release-without-end"]
    assert f"ended {minutes['grace']} minutes ago" in rows()["missed-event"]
    assert f"silent for {minutes['silent']} minutes" in rows()["deployment-hanging"]
    assert minutes["hooks"] == 2 * 60 and "an hour for each hook" in rows()["deployment-hanging"]


TIMES = {"grace": GRACE, "abandoned": ABANDONED, "silent": SILENT, "hooks": HOOKS}


def test_what_doctor_asks_of_aws_is_listed_for_the_person_who_may_only_look() -> None:
    page = (DOCS / "aws.md").read_text()

    looking = page.split("Those who only look need less.", 1)[1].split("`repair` changes", 1)[0]
    assert set(OPERATIONS) <= set(listed(looking))


def test_what_repair_asks_of_aws_is_listed_for_the_person_who_may_repair() -> None:
    assert listed(PAGE.split("## What it must be allowed to do", 1)[1]) == runner.OPERATIONS


def listed(text: str) -> tuple[str, ...]:
    """The operations named before the next heading."""
    part = text.split("\n## ", 1)[0]
    return tuple(re.findall(r"^- `([a-z0-9-]+:[A-Za-z]+)`$", part, re.MULTILINE))
