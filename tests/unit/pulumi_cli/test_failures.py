"""What goes wrong on the way to AWS ends in one line with the next step."""

from __future__ import annotations

import pytest

from greenshift.engine import Step, StepFailed
from greenshift.pulumi_cli.failures import failure

TRACEBACK = """Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/x/__main__.py", line 5, in <module>
    greenshift.DeliveryPipeline.from_config()
{}
"""


@pytest.mark.parametrize(
    ("stderr", "message", "hint"),
    [
        ("error: no stack named 'prod' found", "no stack named 'prod' found", "pulumi stack init prod"),
        (
            "error: [409] Conflict: Another update is currently in progress.",
            "[409] Conflict: Another update is currently in progress.",
            "pulumi cancel --stack prod",
        ),
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "pulumi login",
        ),
        (
            "error: getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
            "getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
            "set PULUMI_CONFIG_PASSPHRASE",
        ),
        ("warning: x\nerror: something new", "something new", "run the same command again"),
        ("", "Pulumi failed and did not say why", "run the same command again"),
    ],
)
def test_what_pulumi_says_becomes_one_line_and_the_next_step(stderr: str, message: str, hint: str) -> None:
    error = failure("prod", stderr, [], [])

    assert error.message == message
    assert hint in error.hint
    assert "\n" not in error.message + error.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("* no valid credential sources for Terraform AWS Provider found", "aws sso login"),
        (
            "* AccessDenied: User: arn is not authorized to perform: iam:CreateRole",
            "greenshift permissions --stack prod",
        ),
        ("* Invalid AWS Region: ", "pulumi config set aws:region <region> --stack prod"),
    ],
)
def test_a_step_that_failed_goes_before_everything_else(text: str, hint: str) -> None:
    step = Step("urn", "aws:iam/role:Role", "pipeline", "create")
    failed = StepFailed(step, f"1 error occurred:\n\t{text}\n\n")

    error = failure("prod", "error: update failed", [failed], ["another"])

    assert error.message == f"pipeline (aws:iam/role:Role): create failed: {text.removeprefix('* ').strip()}"
    assert hint in error.hint


def test_an_error_of_ours_in_the_program_reads_as_without_pulumi() -> None:
    raised = "greenshift.errors.SettingsError: greenshift:rollout: 'x' is not allowed; Linear10Percent…"

    error = failure("prod", "error: update failed", [], [TRACEBACK.format(raised)])

    assert error.message == "greenshift:rollout: 'x' is not allowed; Linear10Percent…"


def test_a_programs_own_exception_is_named() -> None:
    error = failure("prod", "", [], [TRACEBACK.format("ModuleNotFoundError: No module named 'pulumi_aws'")])

    assert error.message == "the program failed: ModuleNotFoundError: No module named 'pulumi_aws'"
    assert "pip install" in error.hint


def test_a_refused_preview_does_not_speak_of_what_was_created() -> None:
    planned = failure("prod", "error: preview failed", [], [], planning=True)
    done = failure("prod", "error: update failed", [], [])

    assert "created" not in planned.hint
    assert "what was created is kept" in done.hint
