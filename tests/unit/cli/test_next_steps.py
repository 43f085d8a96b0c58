"""How an `up` ends."""

from __future__ import annotations

import pytest

from greenshift.actions.decision import State
from greenshift.cli.words.next_steps import cut_off, is_console, next_steps


def test_what_is_under_way_and_the_three_commands_that_matter_next() -> None:
    assert next_steps(["0123456789ab"], "local") == [
        "under way: the pipeline releases what is committed already (01234567)",
        "  watch:   greenshift release --follow",
        "  page:    greenshift dashboard",
        "  release: git commit, then greenshift release",
    ]


def test_an_execution_that_has_not_read_its_commit_is_under_way() -> None:
    assert next_steps([""], "local")[0] == "under way: the pipeline releases what is committed already"


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (State.LIVE, "nothing is under way; the latest commit, 01234567, is live"),
        (State.PENDING, "the latest commit, 01234567, is live; what `up` changed waits for a release"),
        (State.NEW, "nothing is under way; the latest commit, 01234567, can be released"),
        (State.REPLACED, "nothing is under way; the latest commit, 01234567, can be released"),
        (State.TAKEN_BACK, "nothing is under way; the latest commit, 01234567, went back: commit a fix"),
    ],
)
def test_when_nothing_is_under_way_it_is_said_what_a_release_would_do(stands: State, said: str) -> None:
    told = next_steps([], "local", "0123456789ab", stands)
    assert told[0] == said
    assert told[1] == "  watch:   greenshift status --watch"


def test_where_nobody_can_say_how_the_latest_commit_does_nothing_is_said_of_it() -> None:
    assert next_steps([], "local")[0] == "nothing is under way"


def test_settings_that_wait_for_a_release_need_no_commit() -> None:
    told = next_steps([], "local", "0123456789ab", State.PENDING)

    assert told[-1] == "  release: greenshift release"


def test_on_aws_the_commands_name_the_stack_and_a_push_releases() -> None:
    assert next_steps([], "acme/prod")[1:] == [
        "  watch:   greenshift status --stack acme/prod --watch",
        "  page:    greenshift dashboard --stack acme/prod",
        "  release: git push",
    ]


@pytest.mark.parametrize("host", ["us-east-1.console.aws.amazon.com", "cn-north-1.console.amazonaws.cn"])
def test_an_address_of_the_console_is_known_as_one(host: str) -> None:
    console = f"https://{host}/codesuite"

    assert is_console(console)
    assert not any(is_console(value) for value in ("shop-local", {"d": 1}, None))


def test_a_destroy_says_what_it_cuts_off() -> None:
    assert cut_off([], "local") == []
    assert cut_off(["0123456789ab", ""], "acme/prod") == [
        "a release is under way (01234567): it ends wherever it is, and nobody is told of its end",
        "  to stop it and take it back first: greenshift abort --stack acme/prod",
    ]
