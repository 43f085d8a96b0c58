"""What a person at a screen is told of a deployment: what was created together, all else one by one."""

from __future__ import annotations

import io
from dataclasses import replace

from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.console.printing import ScreenPrinter
from greenshift.cli.words.creations import told
from greenshift.engine import (
    Diagnostic,
    PropertyChange,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
    progress_line,
)

BUCKET, ROLE = "aws:s3/bucket:Bucket", "aws:iam/role:Role"
PIPELINE, SERVICE = "shop:index:Pipeline", "shop:index:Service"


def created(name: str, *types: str) -> StepDone:
    """One of these types, the last of them its own."""
    return StepDone(Step(f"urn:pulumi:s::p::{'$'.join(types)}::{name}", types[-1], name, "create"), 0.1)


MANY = [
    created("shop", PIPELINE),
    created("assets", BUCKET),
    *(created(f"service-{n}", PIPELINE, SERVICE) for n in range(6)),
    *(created(f"role-{n}", PIPELINE, SERVICE, ROLE) for n in range(18)),
    created("artifacts", PIPELINE, BUCKET),
]


def test_a_few_are_told_one_by_one() -> None:
    few = [created(f"role-{n}", SERVICE, ROLE) for n in range(12)]

    assert told(few) == [progress_line(each) for each in few]
    assert told([]) == []


def test_of_many_each_component_is_told_with_the_count_of_its_parts() -> None:
    assert [" ".join(line.split()) for line in told(MANY)] == [
        "+ shop:index:Pipeline shop (1 part)",
        "+ aws:s3:Bucket assets",
        "+ shop:index:Service service-0, service-1, service-2, service-3 and 2 more (18 parts)",
    ]


def deleted(done: StepDone) -> StepDone:
    return replace(done, step=replace(done.step, op="delete"))


def test_many_that_are_deleted_are_told_the_same_way() -> None:
    """They go in the other order, parts before their components."""
    assert [" ".join(line.split()) for line in told([deleted(each) for each in reversed(MANY)])] == [
        "- shop:index:Service service-0, service-1, service-2, service-3 and 2 more (18 parts)",
        "- aws:s3:Bucket assets",
        "- shop:index:Pipeline shop (1 part)",
    ]


def test_what_fails_to_be_deleted_is_told_by_name_among_many_that_are() -> None:
    on = LegibleConsole(file=io.StringIO(), force_terminal=True, width=80, color_system=None, soft_wrap=True)
    failing = StepFailed(Step("urn:f", BUCKET, "failing", "delete"), "BucketNotEmpty: no\nsecond line")
    with ScreenPrinter(on, "delete") as printer:
        for event in [*(deleted(each) for each in MANY), failing]:
            printer(event)
    assert isinstance(on.file, io.StringIO)
    written = " ".join(on.file.getvalue().split())

    assert "failing failed: BucketNotEmpty: no" in written and "second line" in written
    assert "26 deleted, 0 under way" in written
    assert "role-7" not in written
    assert written.rstrip().endswith("2 more (18 parts)")


def test_parts_of_what_was_there_already_are_told_as_well() -> None:
    more = [created(f"role-{n}", PIPELINE, SERVICE, ROLE) for n in range(20)]

    assert [" ".join(line.split()) for line in told(more)] == ["+ shop:index:Service 20 parts"]


def test_what_changes_goes_or_fails_is_told_by_name_among_many_that_are_created() -> None:
    on = LegibleConsole(file=io.StringIO(), force_terminal=True, width=80, color_system=None, soft_wrap=True)
    changed = (PropertyChange("name", "change", "a", "b", replaces=True),)
    others = [
        StepDone(Step("urn:u", ROLE, "updated", "update"), 1),
        StepDone(Step("urn:r", ROLE, "replaced", "replace", changed), 1),
        StepDone(Step("urn:d", ROLE, "deleted", "delete"), 1),
        StepFailed(Step("urn:f", ROLE, "failing", "create"), "AccessDenied: no\nsecond line"),
    ]
    with ScreenPrinter(on) as printer:
        for event in [StepStarted(MANY[0].step), *MANY, *others, Diagnostic("warning", "[b]old[/b]")]:
            printer(event)
    assert isinstance(on.file, io.StringIO)
    written = " ".join(on.file.getvalue().split())

    for words in (
        "updated updated",
        "replaced replaced",
        "deleted deleted",
        "failing failed: AccessDenied",
    ):
        assert words in written
    assert "second line" in written and "warning: [b]old[/b]" in written
    assert "1 under way: shop" in written, "what is under way is on the line that comes and goes"
    assert "role-7" not in written
    assert written.rstrip().endswith("2 more (18 parts)"), "what was created comes last, once"
