"""Two releases beside one another."""

from __future__ import annotations

from dataclasses import replace

from support.stacks.told_stack import went_back

from greenshift.dashboard.comparison import (
    Between,
    Pair,
    before,
    beside,
    by_function,
    commit_of,
    left_live,
    pairs,
    went,
)
from greenshift.view import FunctionTraffic, ReleaseView, SettingChange, VersionTraffic

TOLD = went_back()
BACK, GOOD, *_ = TOLD.ledger.releases


def test_a_release_that_went_back_left_live_what_was_live_before_it() -> None:
    assert left_live(BACK) == dict.fromkeys(("charge", "refund", "settle"), "3")
    assert left_live(GOOD) == dict.fromkeys(("charge", "refund", "settle"), "4")


def test_every_function_of_either_release_is_told_with_its_files() -> None:
    fewer = replace(GOOD, functions=GOOD.functions[:1])
    changed = (SettingChange("memory", "512 MB", "256 MB"),)
    told = beside(fewer, BACK, Between(True, files={"charge": ("charge/index.js",)}), {"charge": changed})

    assert [(each.key, each.before, each.after, each.files) for each in told] == [
        ("charge", "4", "3", ("charge/index.js",)),
        ("refund", "", "3", ()),
        ("settle", "", "3", ()),
    ]
    assert [each.settings for each in told] == [changed, None, None]
    assert [each.tried for each in told] == ["4", "4", "4"], "what went back is named beside what is live"
    assert {each.tried for each in beside(BACK, GOOD, Between(), {})} == {""}


def test_settings_are_asked_about_where_two_versions_were_left_live() -> None:
    same = replace(BACK.functions[2], from_version="4")
    told = pairs(
        replace(GOOD, functions=GOOD.functions[1:]), replace(BACK, functions=(*BACK.functions[:2], same))
    )

    assert told == (Pair("refund", "shop-local-refund", "4", "3"),)


def test_how_it_went_is_counted_over_the_new_versions_alone() -> None:
    result = went(TOLD.traffic)

    assert (result.requests, result.errors, result.p99) == (108, 60, 91)
    assert went([FunctionTraffic("charge", 60, None, (VersionTraffic("1", ()),))]).error_percent == 0


def test_a_release_is_compared_with_the_last_good_one_before_it() -> None:
    def at(minute: int, status: str) -> ReleaseView:
        return replace(GOOD, id=str(minute), status=status, started_at=f"2026-11-01T10:{minute:02}:00.000Z")

    releases = [at(40, "SUCCEEDED"), at(30, "ROLLED_BACK"), at(20, "SUCCEEDED"), at(10, "FAILED")]

    assert before(releases, releases[0]) == releases[2]
    assert before(releases, releases[2]) == releases[3], "none went well: the one before"
    assert before(releases, releases[3]) is None


def test_a_rollback_has_the_commit_that_it_made_live_again() -> None:
    def at(minute: int, commit: str, versions: tuple[str, str], mode: str = "normal") -> ReleaseView:
        part = replace(GOOD.functions[0], from_version=versions[0], to_version=versions[1], state="SHIFTED")
        moment = f"2026-11-01T10:{minute:02}:00.000Z"
        return replace(
            GOOD,
            id=str(minute),
            commit=commit,
            mode=mode,
            functions=(part,),
            started_at=moment,
            ended_at=moment,
        )

    later = at(40, "c3", ("2", "4"))
    back, bad, good = at(30, "", ("3", "2"), "rollback"), at(20, "c2", ("2", "3")), at(10, "c1", ("1", "2"))

    assert commit_of(back, [later, back, bad, good]) == "c1"
    assert commit_of(bad, [later, back, bad, good]) == "c2"
    assert commit_of(back, [back]) == "", "the release before it is on another page of the ledger"


def test_a_file_belongs_to_the_deepest_folder_it_lies_in() -> None:
    folders = {"charge": "functions/charge", "deep": "functions/charge/deep", "all": "functions"}
    files = [
        "functions/charge/a.js",
        "functions/charge/deep/b.js",
        "functions/x.js",
        "README.md",
        "functionsx/c",
    ]

    assert by_function(files, folders) == {
        "charge": ("functions/charge/a.js",),
        "deep": ("functions/charge/deep/b.js",),
        "all": ("functions/x.js",),
        "": ("README.md", "functionsx/c"),
    }
