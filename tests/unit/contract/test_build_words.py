"""CodePipeline's account of a build, said in words; and the kit's own, found in a log."""

from __future__ import annotations

import pytest

from greenshift.buildkit.failure import FAILED
from greenshift.contract.build_words import SAID, build_in_words, kit_said
from greenshift.contract.reasons import in_words

STATE = "Build terminated with state: "
COMMAND = "Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command: "


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (
            f"{STATE}FAILED. Phase: BUILD, {COMMAND}python3 -m build_kit. Reason: exit status 1",
            "the build failed; its log says why",
        ),
        (
            f"{STATE}FAILED. Phase: DOWNLOAD_SOURCE, Code: CLIENT_ERROR, Message: no such bucket",
            "the build failed in phase DOWNLOAD_SOURCE: no such bucket",
        ),
        (f"{STATE}FAILED", "the build failed"),
        (f"{STATE}STOPPED", "the build was stopped"),
        (
            f"{STATE}TIMED_OUT. Phase: BUILD, Code: BUILD_TIMED_OUT, Message: Build has timed out.",
            "the build took longer than it may",
        ),
        (f"{STATE}FAULT", "the build was ended by a fault of CodeBuild's"),
        ("nothing was published: page: no handler", "nothing was published: page: no handler"),
    ],
)
def test_an_account_of_a_build_is_said_in_words(account: str, words: str) -> None:
    assert build_in_words(account) == words
    assert in_words(f"Build failed: {account}") == f"Build failed: {words}"


def test_the_kits_last_word_on_it_is_found_in_the_log() -> None:
    lines = [
        "[hello] npm ci",
        "npm error 404",
        f"{SAID}[hello] npm ci: exit status 1\r",
        "Phase complete: BUILD",
    ]

    assert kit_said(lines) == "[hello] npm ci: exit status 1"
    assert kit_said(["npm error 404"]) == ""
    assert SAID == FAILED, "the kit has its own: it imports nothing of ours"
