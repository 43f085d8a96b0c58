"""Right programs that no rule may refuse, and faulty ones in forms a rule must know: raw programs, run.

One preview of each program; every row below is one resource of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from support.stacks.guarded import Guarded

from greenshift.engine import PolicyError
from greenshift.errors import EngineError
from greenshift.guardrails.registry import our_own
from greenshift.testing import RunningTwin, start_twin

PROGRAMS = Path(__file__).parent / "variants"


@dataclass(frozen=True)
class Judged:
    refused: frozenset[tuple[str, str]]
    advised: frozenset[tuple[str, str]]
    reasons: dict[tuple[str, str], str]

    def of(self, resource: str) -> set[str]:
        return {rule for name, rule in self.refused | self.advised if name == resource}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Judged]]:
    """What the pack says of a program, each run once."""
    with start_twin() as twin:

        @cache
        def judge(program: str) -> Judged:
            return _judge(twin, program, tmp_path_factory.mktemp(program))

        yield judge


def _judge(twin: RunningTwin, program: str, folder: Path) -> Judged:
    (folder / "state").mkdir()
    shutil.copy(PROGRAMS / f"{program}.py", folder / "__main__.py")
    guarded = Guarded(twin, folder)
    found: tuple = ()
    try:
        guarded.engine().preview()
    except PolicyError as error:
        found = error.violations
    except EngineError as error:
        # A resource the engine does not make is told only when no rule has anything to refuse.
        assert "not supported" in error.message, error.message
    rules = {rule.name for rule in our_own()}
    heads = [(message.splitlines() or [""])[0] for message in guarded.warnings]
    warned = [(head.split(" ")[0], head.rpartition(": ")[2]) for head in heads]
    advised = dict(zip(warned, guarded.warnings, strict=True))
    refused = {(item.urn.rsplit("::", 1)[-1], item.policy): item.message for item in found}
    of_rules = frozenset(each for each in advised if each[1] in rules)
    return Judged(frozenset(refused), of_rules, {**advised, **refused})


def test_no_rule_refuses_anything_that_is_right(judged: Callable[[str], Judged]) -> None:
    assert judged("right").refused == frozenset()
    assert judged("ledger_right").refused == frozenset()


@pytest.mark.parametrize(
    ("resource", "rules"),
    [
        ("v05-layer", {"node-sdk-v2-in-layer"}),
        ("v11-data", {"bucket-keeps-data"}),
        ("v01-metrics", set()),
        ("v02-tagged", set()),
        ("v02-all-tagged", set()),
        ("v03-named", set()),
        ("v03-account", set()),
        ("v04-comment", set()),
        ("v04-jsdoc", set()),
        ("v04-string", set()),
        ("v07-dead-man", set()),
        ("v08-or", set()),
        ("v08-root", set()),
        ("v09-ttl", set()),
        ("v10-ecs", set()),
        ("v10-lambda", set()),
        ("v12-partition", set()),
        ("w01-namespace", set()),
        ("w02-network", set()),
        ("w03-bundled", set()),
        ("w04-template", set()),
        ("w05-regex", set()),
        ("w06-looks-first", set()),
        ("w07-prefix", set()),
        ("w08-pointers", set()),
        ("w09-stack", set()),
        ("w10-alias", set()),
        ("w11-alias", set()),
        ("w12-latency", set()),
    ],
)
def test_what_is_right_is_advised_at_most(
    judged: Callable[[str], Judged], resource: str, rules: set[str]
) -> None:
    assert judged("right").of(resource) == rules


def test_a_function_that_may_only_read_the_ledger_is_told_nothing(judged: Callable[[str], Judged]) -> None:
    assert judged("ledger_right").of("v06-reader") == set()


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ("v13-second", "deployment-group-alias"),
        ("v14-partition", "codedeploy-role"),
        ("v14-enum", "codedeploy-role"),
        ("v14-literal", "codedeploy-role"),
        ("v15-group", "codedeploy-platform"),
        ("v16-directory", "node-sdk-v2"),
        ("v16-zip", "node-sdk-v2"),
        ("v16-around", "node-sdk-v2"),
        ("v16-file", "node-sdk-v2"),
        ("v16-output", "node-sdk-v2"),
        ("v17-accident", "bucket-name"),
        ("v17-output", "bucket-name"),
        ("v18-text", "build-each-function"),
        ("v18-yarn", "build-each-function"),
        ("v18-cd", "build-each-function"),
        ("v18-json", "build-each-function"),
        ("v19-rate", "alarm-missing-data"),
        ("v21-output", "wildcard-action"),
        ("v21-output", "wildcard-resource"),
        ("v21-any", "wildcard-action"),
        ("v21-not", "wildcard-action"),
        ("v21-everywhere", "wildcard-resource"),
        ("v22-data", "bucket-name"),
        ("v22-logs", "bucket-name"),
        ("v23-key", "plain-secret-in-function"),
        ("v23-password", "written-secret"),
        ("v23-token", "written-secret"),
        ("v23-oauth", "written-secret"),
        ("v23-oauth-hook", "written-secret"),
        ("v24-true", "github-polling"),
        ("v24-flag", "github-polling"),
        ("v24-absent", "github-polling"),
        ("v25-node16", "runtime-blocked"),
        ("v25-python38", "runtime-blocked"),
        ("v26-queue", "invoked-past-alias"),
        ("v26-group", "deployment-group-alias"),
        ("w01-if-exists", "wildcard-resource"),
        ("w02-by-whom", "wildcard-resource"),
        ("w03-any-tag", "wildcard-resource"),
        ("w04-buckets", "wildcard-resource"),
        ("w05-pnpm", "build-each-function"),
        ("w06-and", "build-each-function"),
        ("w07-finally", "build-each-function"),
        ("w08-date", "bucket-name"),
        ("w09-jwt", "plain-secret-in-function"),
        ("w10-url", "invoked-past-alias"),
        ("w11-target", "invoked-past-alias"),
        ("w12-several", "codedeploy-role"),
    ],
)
def test_what_is_wrong_is_refused_whatever_its_form(
    judged: Callable[[str], Judged], resource: str, rule: str
) -> None:
    assert (resource, rule) in judged("wrong").refused


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ("v17-prefix", "bucket-prefix"),
        ("v19-ignore", "alarm-ignores-silence"),
        ("v23-arn", "hard-coded-place"),
        ("v25-node18", "runtime-deprecated"),
        ("v26-api", "invoked-without-alias"),
    ],
)
def test_what_may_be_meant_so_is_an_advice(judged: Callable[[str], Judged], resource: str, rule: str) -> None:
    assert (resource, rule) in judged("wrong").advised


def test_an_alarm_that_ignores_silence_is_told_what_that_does(judged: Callable[[str], Judged]) -> None:
    assert "keeps the state it had" in judged("wrong").reasons["v19-ignore", "alarm-ignores-silence"]


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ("v20-empty", "function-table-name"),
        ("v20-other", "function-table-name"),
        ("v20-literal", "function-table-name"),
        ("v20-writes-other", "function-table-access"),
    ],
)
def test_a_function_that_is_told_or_given_another_table_is_refused(
    judged: Callable[[str], Judged], resource: str, rule: str
) -> None:
    assert (resource, rule) in judged("ledger_wrong").refused


def test_a_table_that_is_exported_as_the_ledger_has_the_ledgers_key(judged: Callable[[str], Judged]) -> None:
    assert ("v20-exported", "ledger-key") in judged("ledger_exported").refused
