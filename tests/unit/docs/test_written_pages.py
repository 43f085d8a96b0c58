"""Pages written by hand: their links lead somewhere, and the numbers and names in them are the code's."""

from __future__ import annotations

import re
import typing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic.alias_generators import to_camel
from support.people.documents import NAMING, blocks

from greenshift.cli.project.home import HOME
from greenshift.contract.release import Lease, Release, ReleasedFunction
from greenshift.contract.rows import function_values, release_values
from greenshift.contract.statuses import State, Status
from greenshift.release.comparison.findings import HARM, Kind
from greenshift.release.machine.decide import BUSY_GROUP
from greenshift.release.record.prune import MOST_OF_ONE, MOST_SECONDS
from greenshift.settings import Settings
from greenshift.settings.shifting import ShiftSettings
from greenshift.twin import departures
from greenshift.twin.alarms.engine import Timing as AlarmTiming
from greenshift.twin.awslambda.execution.pool import PoolLimits
from greenshift.twin.codebuild import engine as codebuild_engine
from greenshift.twin.codedeploy.deployments import SHORTEST_REAL_HOOK_SECONDS, SHORTEST_REAL_POLL_SECONDS
from greenshift.twin.codedeploy.progress import HOOK_TIMEOUT_SECONDS, POLL_SECONDS
from greenshift.twin.codepipeline.action_types import ACTION_TYPES
from greenshift.twin.codepipeline.actions.contract import Timing as ActionTiming
from greenshift.twin.machine.options import TwinOptions
from greenshift.twin.machine.process import DEFAULT_SPEED

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ROOT = DOCS.parent
LINKING = (*NAMING, ROOT / "CHANGELOG.md")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))


def named(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    """What a page links to or shows, in Markdown or in HTML; code is left out, and so are other sites."""
    prose = re.sub(r"^ *```.*?^ *```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(
        r"\]\(([^)\s]+)\)|(?:href|src|srcset)=\"([^\"]+)\"|^\[[^\]]+\]: (\S+)", prose, re.MULTILINE
    )
    return [target for each in found for target in each if target and "://" not in target]


def dead(page: Path) -> list[str]:
    """The links of a page that lead nowhere: no such file here, or no such heading in it."""
    found = []
    for target in links(page.read_text()):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
            found.append(target)
    return found


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    assert dead(page) == []


def test_there_are_links_to_look_at() -> None:
    counted = {page.relative_to(ROOT).as_posix(): len(links(page.read_text())) for page in LINKING}

    assert counted["README.md"] >= 8
    assert sum(counted.values()) > 250


@pytest.mark.parametrize(
    "link",
    [
        "[a](gone.md)",
        "[a](page.md#gone)",
        "[a](#gone)",
        '<img src="gone.png">',
        '<source srcset="gone.png">',
        "[a]: gone.md",
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path, link: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        f"# A heading\n\n[Here](page.md#a-heading), [there](https://example.com/x), `[no](x.md)`.\n\n{link}\n"
    )

    assert len(dead(page)) == 1


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_a_machine_or_a_registry(page: Path) -> None:
    found = re.findall(r"/(?:home|work|tmp|Users)/\S*|\b(?:pypi|npmjs)\.\w+", page.read_text())

    assert found == []


def test_the_index_lists_every_page() -> None:
    index = (DOCS / "README.md").read_text()
    listed = set(re.findall(r"\]\(([^)#]+\.md)\)", index))

    assert listed == {named(page) for page in PAGES} - {"README.md"}, "docs/README.md lists every page"


QUESTIONS = {
    "promotion and accounts": "how-to/accounts.md",
    "an API in front": "how-to/add-an-api.md",
    "an event source": "how-to/feeds.md",
    "grants": "how-to/grants.md",
    "secrets": "how-to/secrets.md",
    "migrations during a shift": "how-to/migration.md",
    "flags": "how-to/feature-flags.md",
    "cost": "cost.md",
    "upgrading": "how-to/upgrade.md",
    "private repositories": "how-to/private-repositories.md",
    "GitHub Enterprise": "how-to/private-repositories.md",
    "troubleshooting by symptom": "troubleshooting.md",
    "uninstalling": "how-to/uninstall.md",
    "questions people ask": "faq.md",
}


@pytest.mark.parametrize(("question", "page"), QUESTIONS.items(), ids=str)
def test_every_question_has_a_page_that_the_index_names(question: str, page: str) -> None:
    assert f"]({page})" in (DOCS / "README.md").read_text(), question
    assert len((DOCS / page).read_text().split()) > 100, question


def test_the_settings_begin_with_those_that_matter() -> None:
    first, second, *_ = re.findall(r"^## (.+)$", (DOCS / "settings.md").read_text(), re.MULTILINE)

    assert (first, second) == ("The ten that matter first", "How to write a setting")


def test_the_page_of_the_first_deployment_has_no_long_block() -> None:
    assert max(text.count("\n") for _, text in blocks(DOCS / "aws.md")) < 20


@pytest.mark.parametrize("page", DECISIONS, ids=named)
def test_a_decision_says_why_what_instead_of_what_and_what_follows(page: Path) -> None:
    text = page.read_text()
    parts = ("**Context.**", "**Decision.**", "**Rejected.**", "**Consequences.**")

    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert [text.count(part) for part in parts] == [1, 1, 1, 1]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


# --- twin.md --------------------------------------------------------------------------------------------

TWIN = (DOCS / "twin.md").read_text()
DEPARTURES = [each for section in departures.sections() for each in section.departures]


def row(subject: str) -> str:
    """What is said of a departure's subject."""
    (found,) = [each.here for each in DEPARTURES if each.subject == subject]
    return found


def test_every_departure_has_a_reason() -> None:
    assert len(DEPARTURES) > 40
    for each in DEPARTURES:
        assert each.subject, each
        assert each.here, each
        assert each.reason, each
        assert "|" not in each.subject + each.here + each.reason, each


def test_the_numbers_of_the_twins_time_are_the_codes() -> None:
    assert f"`--speed {DEFAULT_SPEED:g}`" in TWIN
    assert HOOK_TIMEOUT_SECONDS == 3600
    assert SHORTEST_REAL_HOOK_SECONDS == 60
    assert (ActionTiming().silence, ActionTiming().real_silence) == (20 * 60, 60)
    assert "at least 60 real seconds" in TWIN
    assert "20 twin minutes, but not before 60 real seconds" in row("a Lambda action that never answers")
    assert "one twin hour, but not before 60 real seconds" in row("a hook that never reports")


def test_the_numbers_of_functions_and_builds_are_the_codes() -> None:
    limits = PoolLimits()

    assert f"at most {limits.processes_per_version} for a version" in row("processes")
    assert f"up to {limits.queue_seconds:g} real seconds" in row("processes")
    assert codebuild_engine._AT_ONCE == 2
    assert "two builds" in row("at once")


def test_the_numbers_of_alarms_and_deployments_are_the_codes() -> None:
    assert f"{AlarmTiming().delay:g} twin seconds after a minute closes" in row("when judged")
    assert AlarmTiming.at_speed(240).late_periods == AlarmTiming().late_periods == 2
    assert AlarmTiming.at_speed(241).late_periods == 3
    assert "two periods more" in row("evaluation range")
    assert "above 240" in row("evaluation range")
    assert f"every {POLL_SECONDS:g} twin seconds" in row("alarms of a deployment")
    assert f"{1 / SHORTEST_REAL_POLL_SECONDS:g} times a real second" in row("alarms of a deployment")


def test_the_action_types_named_are_those_the_twin_runs() -> None:
    for action in ACTION_TYPES:
        assert action.provider in row("action types")


def test_account_region_and_home_are_the_codes() -> None:
    assert TwinOptions().account in TWIN
    assert TwinOptions().region in TWIN
    assert f"`{HOME}/twin.json`" in TWIN


# --- concepts.md ----------------------------------------------------------------------------------------

CONCEPTS = (DOCS / "concepts.md").read_text()
NOW = datetime(2026, 11, 23, 16, 50, 57, 123_000, UTC)
FUNCTION = ReleasedFunction(
    "charge", "payments-local-charge", "1", "2", State.SHIFTED, "d-1", "d-2", 1, "why"
)
RELEASE = Release(
    "id", "payments", Status.SUCCEEDED, NOW, NOW, (FUNCTION,), NOW, commit="c", message="m", author="p",
    trigger="t", by="q", why="w", open_waves=1, reason="r", alarm="a", abort="b", job="j", notified="n",
    lease=Lease("me", NOW),
)  # fmt: skip


def names(values: dict[str, object]) -> set[str]:
    return set(values)


def section(start: str, end: str) -> str:
    return CONCEPTS.split(start, 1)[1].split(end, 1)[0]


def test_every_attribute_of_a_release_row_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", CONCEPTS))
    values = release_values(RELEASE, timedelta(days=1))
    functions = typing.cast("dict[str, dict[str, object]]", values["functions"])

    assert names(values) | {"transitions", "events"} <= described
    assert names(functions["charge"]) <= described


def test_every_attribute_of_a_function_row_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", section("**A function of a release**", "Two indexes"))) | {"kind"}

    assert names(function_values(RELEASE, FUNCTION, timedelta(days=1))) - {"expiresAt"} <= described


def test_every_status_and_state_is_named() -> None:
    words = set(re.findall(r"\b[A-Z][A-Z_]+\b", section("## What the ledger holds", "**A function of")))

    assert {status.value for status in Status} <= words
    assert {state.value for state in State} <= words


def test_every_hard_case_has_its_line_and_each_of_its_values() -> None:
    page = (DOCS / "releases.md").read_text()
    for name, field in ShiftSettings.model_fields.items():
        words = {to_camel(name), *(str(value) for value in typing.get_args(field.annotation))}
        if type(None) in typing.get_args(field.annotation) or field.annotation is int:
            words = {to_camel(name)}
        assert {word for word in words if f"`{word}`" not in page} == set()


def default(group: str) -> typing.Any:
    """A group of settings, with everything as it is when a user says nothing."""
    return Settings.model_fields[group].get_default(call_default_factory=True)


def test_the_numbers_of_settings_are_the_defaults() -> None:
    assert f"over `alarm.threshold` ({default('alarm').threshold:g})" in CONCEPTS
    assert f"`ledger.retentionDays` ({default('ledger').retention_days})" in CONCEPTS
    assert f"for {BUSY_GROUP.total_seconds() / 60:g} minutes" in CONCEPTS


def test_the_execution_modes_named_are_those_offered() -> None:
    annotation = type(default("pipeline")).model_fields["execution_mode"].annotation

    assert set(typing.get_args(annotation)) == {"QUEUED", "SUPERSEDED"}
    assert "`pipeline.executionMode` QUEUED or SUPERSEDED" in CONCEPTS


# --- releases.md ----------------------------------------------------------------------------------------

RELEASES = (DOCS / "releases.md").read_text()


def test_every_finding_has_its_line_and_says_whether_it_stops_a_release() -> None:
    lines = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| (yes|no)\b", RELEASES, re.MULTILINE))

    assert lines == {kind.value: "yes" if kind in HARM else "no" for kind in Kind}


def test_the_numbers_of_what_is_kept_are_the_codes() -> None:
    versions = default("versions")

    assert f"`versions.keep` ({versions.keep})" in RELEASES
    assert f"`versions.keepDays` ({versions.keep_days})" in RELEASES
    assert f"at most {MOST_OF_ONE} versions of one function and takes at most {MOST_SECONDS:g} s" in (
        " ".join(RELEASES.split())
    )


# --- troubleshooting.md ---------------------------------------------------------------------------------

CHECKS = DOCS.parent / "src/greenshift/checks"


def test_every_finding_that_troubleshooting_names_can_be_found() -> None:
    page = (DOCS / "troubleshooting.md").read_text()
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", page)) - {kind.value for kind in Kind}
    source = "\n".join(file.read_text() for file in CHECKS.rglob("*.py"))

    assert len(named) >= 8
    assert {name for name in named if f'"{name}"' not in source} == set()
