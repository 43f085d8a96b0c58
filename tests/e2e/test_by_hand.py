"""An alias that somebody moved past Greenshift is said to be, wherever it is said what is live."""

from __future__ import annotations

from support.people.shell import Shell, wait_until

TOLD = "page was moved by hand to version {}; releases left it on {}"


def page_at(project: Shell) -> str:
    alias = project.client("lambda").get_alias(FunctionName="my-app-local-page", Name="live")
    return str(alias["FunctionVersion"])


def test_an_alias_that_was_moved_to_a_version_of_a_release_is_not_what_a_rollback_did(
    released: Shell,
) -> None:
    project, before = released, page_at(released)
    project.edit("functions/page/page.py", "it works", "it works well")
    project.commit("Well")
    project.greenshift("release")
    after = page_at(project)
    assert "by hand" not in project.greenshift("status").out

    project.client("lambda").update_alias(
        FunctionName="my-app-local-page", Name="live", FunctionVersion=before
    )
    told = TOLD.format(before, after)
    wait_until(lambda: told in project.greenshift("status").out)
    status = project.greenshift("status")
    assert "page moved by hand)" in status.out
    assert [each["kind"] for each in project.greenshift("status", "--json").json["attention"]] == [
        "moved-by-hand"
    ]
    for command in (("rollback", "--yes"), ("release",)):
        ended = project.greenshift(*command)
        assert told in ended.out + ended.err, command
        assert "greenshift repair" in ended.out + ended.err, command
        assert page_at(project) == before

    project.greenshift("repair", "--yes")
    assert page_at(project) == after
    assert "by hand" not in project.greenshift("status").out + project.greenshift("release").out


def test_an_abort_that_comes_too_late_says_how_it_ended_what_is_live_and_what_next(released: Shell) -> None:
    project = released
    project.edit("functions/page/page.py", "it works", "it works well")
    project.commit("Well")
    project.greenshift("release")
    live = page_at(project)
    newest, first = (each["id"][:8] for each in project.greenshift("history", "--json").json[:2])

    late = project.greenshift("abort", "--yes", ok=False)
    assert (late.code, late.out) == (1, "")
    assert f"release {newest} (" in late.err and "“Well”) ended at" in late.err
    assert "succeeded, and it is live" in late.err
    assert f"undo it with: greenshift rollback --undo {newest}" in late.err

    back = project.greenshift("rollback", "--yes", "--json").json["id"]
    late = project.greenshift("abort", "--yes", ok=False)
    assert f"{back[:17]} ended at" in late.err and f"release {first}" in late.err
    forward = late.err.partition("goes live again with: greenshift ")[2].split()
    assert forward == ["rollback", "--to", newest]

    for arguments in ((), ("--undo", back), ("--undo", newest)):
        refused = project.greenshift("rollback", "--yes", *arguments, ok=False)
        assert f"it undid release {newest}" in refused.err, arguments
        assert f"live again came with release {first}" in refused.err, arguments
    assert "back:" in project.greenshift(*forward, "--yes").out
    assert page_at(project) == live
