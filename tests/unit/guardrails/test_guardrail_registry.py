"""The set of rules: complete, named alike, set to a level, and open to a user's own."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from greenshift.errors import SettingsError, UsageError
from greenshift.guardrails import MANDATORY, Rule, StackRule, rules
from greenshift.guardrails.levels import KEY, levels
from greenshift.guardrails.location import OWN_RULES, environment
from greenshift.guardrails.managed_policies import managed_policies
from greenshift.guardrails.program import PROJECT
from greenshift.guardrails.registry import our_own, rules_for
from greenshift.guardrails.rules.permissions import NEED_ALL, unscopable

ROOT = Path(__file__).parents[3]
RULE_FILES = [f"{rules.__name__}.{each.name}" for each in pkgutil.iter_modules(rules.__path__)]
OWN = """
from greenshift.guardrails import MANDATORY, Rule

def check(table):
    if not table.inputs.flag("deletionProtectionEnabled"):
        yield "anyone with a console can delete it"

RULE = Rule(name="table-protection", why="Tables hold what we cannot lose.",
            fix="set deletion_protection_enabled=True", level=MANDATORY,
            types=("aws:dynamodb/table:Table",), check=check)
"""


def test_every_rule_that_a_file_makes_is_one_of_ours() -> None:
    made = {
        value.name
        for module in map(import_module, RULE_FILES)
        for value in vars(module).values()
        if isinstance(value, Rule | StackRule)
    }

    assert made == {rule.name for rule in our_own()}


@pytest.mark.parametrize("rule", our_own(), ids=lambda rule: rule.name)
def test_each_rule_says_why_in_one_sentence_and_how_to_fix(rule: object) -> None:
    why, fix = rule.why, rule.fix  # type: ignore[attr-defined]  # either kind of rule has them

    assert why.endswith(".") and ". " not in why and "\n" not in why
    assert fix and not fix.endswith(".")


def test_the_rule_in_the_page_works_as_it_stands(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "guardrails.md").read_text(encoding="utf-8")
    text = page.split("```python\n")[1].split("```")[0]
    (tmp_path / "own.py").write_text(text)

    assert len(text.strip().splitlines()) <= 10
    assert "table-protection" in {rule.name for rule in rules_for({OWN_RULES: str(tmp_path)})}


def configured(value: object) -> dict[str, str]:
    return {KEY: json.dumps(value)}


def test_a_level_in_the_config_replaces_the_rules_own() -> None:
    found = levels(configured({"bucket-name": "advisory", "plain-secret": "disabled"}), our_own())

    assert (
        found["bucket-name"],
        found["plain-secret"],
        found["alarm-has-data"],
    ) == ("advisory", "disabled", "mandatory")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"bucket-nam": "advisory"}, "there is no such rule"),
        ({"bucket-name": "loud"}, "it must be one of advisory, mandatory, disabled"),
        (["bucket-name"], "it must be a mapping of rule to level"),
    ],
)
def test_a_rule_or_level_that_does_not_exist_is_refused(value: object, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        levels(configured(value), our_own())


def test_a_users_own_rule_joins_ours(tmp_path: Path) -> None:
    folder = tmp_path / "guardrails"
    folder.mkdir()
    (folder / "own.py").write_text(OWN)
    (folder / "_notes.py").write_text("no rule")

    names = [rule.name for rule in rules_for(environment(tmp_path))]

    assert [*(rule.name for rule in our_own()), "table-protection"] == names


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1", "has no RULE"),
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
        (OWN.replace("table-protection", "bucket-name"), "two guardrails are called 'bucket-name'"),
    ],
)
def test_a_broken_rule_of_the_users_own_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "own.py").write_text(text)

    with pytest.raises(UsageError, match=says):
        rules_for({OWN_RULES: str(tmp_path)})


def test_a_project_without_rules_of_its_own_needs_no_word(tmp_path: Path) -> None:
    assert environment(tmp_path) == {PROJECT: str(tmp_path)}


def test_the_list_of_managed_policies_is_motos() -> None:
    """moto ships AWS's own answer; when it is newer than our list, take it over (name and path only)."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    documents = json.loads(aws_managed_policies_data)
    paths = {f"{policy.get('Path', '/')}{name}" for name, policy in documents.items()}

    assert paths == managed_policies().paths


def test_exceptions_to_the_data_are_no_part_of_the_data() -> None:
    listed = {f"{service}:{action}" for service, actions in unscopable().items() for action in actions}

    assert set() == listed & set(NEED_ALL)


def test_a_rule_written_when_fix_was_called_mend_goes_on_working() -> None:
    mine = Rule(name="n", why="w", mend="set it", level=MANDATORY, types=("t",), check=lambda _: ())
    about_all = StackRule(name="n", why="w", mend="add it", level=MANDATORY, check=lambda _: ())

    assert (mine.fix, about_all.fix) == ("set it", "add it")
