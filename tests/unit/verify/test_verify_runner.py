"""Running a suite: order, one read a call, what cannot be read, and the report in each of its forms."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from greenshift.cli.commands.verify import tell, verify
from greenshift.cli.console.terminal import Terminal
from greenshift.errors import UsageError
from greenshift.reading.absence import unless_absent
from greenshift.verify import GROUPS, REHEARSAL, Report, Result, Stack, junit_xml, run, select
from greenshift.verify.aws import Absent, Aws
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.rehearsal.pace import Pace, Unmet
from greenshift.verify.result import failed, passed
from greenshift.view import StackOutputs

OUTPUTS = StackOutputs("shop-prod", "", "table", "bucket", "arn:aws:sns:us-east-1:1:t", ())
BAD = Result(
    "roles", "no-inline", "role [r]", "failed", "managed only", "inline <policy> \x1b", "remove & go"
)
REPORT = Report(
    (
        Result("outputs", "account", "outputs", "passed", "ours", "1", "", 0.25),
        BAD,
        Result("roles", "one-service", "role r", "skipped", "one", "no role", ""),
    )
)


class Client:
    """Answers any operation, and counts."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lock = threading.Lock()

    def get_thing(self, **parameters: Any) -> dict[str, Any]:
        with self.lock:
            self.calls.append(("get_thing", parameters))
        return {"Thing": parameters}

    def get_nothing(self, **parameters: Any) -> dict[str, Any]:
        raise refusal("NoSuchThing", "there is none")


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetThing")


def stack(client: Any = None) -> Stack:
    return Stack(OUTPUTS, Aws(lambda service: client))


def group(name: str, *subjects: Subject[Any]) -> Group:
    check: Check[str] = Check(
        name="is-good",
        expected="good",
        judge=lambda seen: passed(seen) if seen == "good" else failed(seen),
        fix="make it good",
    )

    def listed(stack: Stack) -> Iterable[Subject[Any]]:
        return subjects

    return Group(name=name, title=name, sections=(Section(subjects=listed, checks=(check,)),))


def raising(problem: Exception) -> Any:
    def read() -> str:
        raise problem

    return read


def test_results_come_in_the_order_of_groups_and_subjects() -> None:
    groups = [
        group("one", Subject("a", lambda: "good"), Subject("b", lambda: "bad")),
        group("two", Subject("c", lambda: "good")),
    ]

    report = run(stack(), groups)

    assert [(r.id, r.subject, r.status, r.found) for r in report.results] == [
        ("one.is-good", "a", "passed", "good"),
        ("one.is-good", "b", "failed", "bad"),
        ("two.is-good", "c", "passed", "good"),
    ]
    assert [result.fix for result in report.results] == ["", "make it good", ""]


@pytest.mark.parametrize(
    ("problem", "found", "fix"),
    [
        (
            refusal("NoSuchBucket", "gone"),
            "GetThing was refused: NoSuchBucket: gone",
            "deploy the stack again",
        ),
        (refusal("AccessDeniedException", "no"), "AccessDeniedException", "let the credentials"),
        (Absent("there is no project"), "there is no project", "deploy the stack again"),
        (EndpointConnectionError(endpoint_url="http://x"), "Could not connect", "AWS can be reached"),
    ],
)
def test_what_cannot_be_read_is_a_failure_and_stops_nothing_else(
    problem: Exception, found: str, fix: str
) -> None:
    report = run(stack(), [group("one", Subject("a", raising(problem)), Subject("b", lambda: "good"))])

    first, second = report.results
    assert (first.id, first.status) == ("one.there", "failed")
    assert found in first.found
    assert fix in first.fix
    assert second.status == "passed"


def test_subjects_that_cannot_be_listed_are_one_failure() -> None:
    def listed(stack: Stack) -> Iterable[Subject[Any]]:
        raise refusal("PipelineNotFoundException", "no pipeline")

    broken = Group(name="one", title="Title", sections=(Section(subjects=listed, checks=()),))

    report = run(stack(), [broken, group("two", Subject("c", lambda: "good"))])

    assert [(r.id, r.subject, r.status) for r in report.results] == [
        ("one.there", "Title", "failed"),
        ("two.is-good", "c", "passed"),
    ]


def test_our_own_mistakes_are_not_taken_for_faults_of_the_stack() -> None:
    with pytest.raises(ZeroDivisionError):
        run(stack(), [group("one", Subject("a", raising(ZeroDivisionError())))])


def read_thing(client: Client, name: str) -> dict[str, Any]:
    return client.get_thing(Name=name)


def test_each_thing_is_read_once_whoever_asks() -> None:
    client = Client()
    aws = Aws(lambda service: client)
    barrier = threading.Barrier(4)

    def ask() -> None:
        barrier.wait(timeout=5)
        assert aws.read(read_thing, "s3", "a") == {"Thing": {"Name": "a"}}

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    aws.read(read_thing, "s3", "b")

    assert client.calls == [("get_thing", {"Name": "a"}), ("get_thing", {"Name": "b"})]


def test_only_the_named_errors_mean_that_there_is_none() -> None:
    with unless_absent("NoSuchThing"):
        Client().get_nothing()
    with pytest.raises(ClientError), unless_absent("NoSuchKey"):
        Client().get_nothing()


def test_groups_are_chosen_by_name_in_their_own_order() -> None:
    assert select(()) == GROUPS
    assert [each.name for each in select(["roles", "outputs"])] == ["outputs", "roles"]
    with pytest.raises(UsageError, match="there is no group 'rolls'") as refused:
        select(["rolls"])
    assert "roles, notifications" in refused.value.hint


def test_every_group_the_suite_is_made_of_is_there() -> None:
    names = [
        "outputs",
        "pipeline",
        "artifacts",
        "build",
        "ledger",
        "functions",
        "traffic",
        "alarms",
        "roles",
        "notifications",
    ]

    assert [each.name for each in GROUPS] == names


def test_junit_is_xml_with_counts_and_the_whole_failure() -> None:
    root = ElementTree.fromstring(junit_xml(REPORT, "verify shop").encode())

    assert root.attrib == {
        "name": "verify shop", "tests": "3", "failures": "1", "skipped": "1", "errors": "0", "time": "0.250",
    }  # fmt: skip
    assert [suite.attrib["name"] for suite in root] == ["outputs", "roles"]
    case = root.findall("testsuite")[1].findall("testcase")[0]
    assert case.attrib["classname"] == "greenshift.roles"
    assert case.attrib["name"] == "no-inline: role [r]"
    failure = case.find("failure")
    assert failure is not None and failure.attrib["type"] == "roles.no-inline"
    assert failure.text == (
        "expected: managed only\nfound: inline <policy> \N{REPLACEMENT CHARACTER}\nfix: remove & go"
    )
    skips = [case.attrib["name"] for case in root.iter("testcase") if case.find("skipped") is not None]
    assert skips == ["one-service: role r"]


def test_json_has_the_counts_and_every_result() -> None:
    value = json.loads(json.dumps(REPORT.to_json()))

    assert (value["passed"], value["failed"], value["skipped"]) == (1, 1, 1)
    assert value["results"][1]["found"] == BAD.found
    assert value["results"][1]["fix"] == value["results"][1]["mend"] == "remove & go"


def test_a_person_is_told_expected_found_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    tell(REPORT, "shop-prod", Terminal())

    out = capsys.readouterr().out
    assert "✔ Outputs: what the stack says about itself (outputs: 1 of 1 checks passed)" in out
    assert "✖ Roles: who may do what (roles: 0 of 1 checks passed, 1 not checked)" in out
    assert "role [r] (roles.no-inline)" in out
    for line in ("expected  managed only", "found     inline <policy>", "fix       remove & go"):
        assert line in out
    assert "  · one\n      not checked: no role (roles.one-service: role r)\n" in out
    assert "✖ 1 passed, 1 failed, 1 not checked" in out


def test_what_was_not_checked_of_many_for_one_reason_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    why = "the last deployment had no hooks"
    skips = [Result("traffic", "hook-names", f"f{n}:live", "skipped", "hooks", why, "") for n in range(5)]
    tell(Report(tuple(skips)), "shop", Terminal())

    out = capsys.readouterr().out
    assert (
        "not checked: the last deployment had no hooks (traffic.hook-names: f0:live, f1:live, f2:live and"
        in out
    )
    assert out.count(why) == 1 and "f2:live and 2 more)" in out and "5 not checked" in out


def test_waiting_looks_again_and_gives_up() -> None:
    waited: list[float] = []
    answers = iter([None, None, "done"])
    pace = Pace(seconds=2, wait=waited.append)

    assert pace.until(lambda: next(answers), "it", 60) == "done"
    assert waited == [2, 2]
    with pytest.raises(Unmet, match="it did not come to an end within 1 minutes"):
        pace.until(lambda: None, "it", 60)
    assert len(waited) == 2 + 31


def test_the_help_says_exactly_what_a_rehearsal_does() -> None:
    assert REHEARSAL in (verify.__doc__ or "")
    assert "Reads only, unless --release is given." in (verify.__doc__ or "")


def test_a_function_is_chosen_for_a_release_alone() -> None:
    with pytest.raises(UsageError, match="--function is for --release"):
        verify(function="charge")
