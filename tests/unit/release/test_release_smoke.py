"""Which answers of a smoke test keep a version from traffic."""

from __future__ import annotations

import json

import pytest

from greenshift.release.services.smoke import Invocation, event_of, verdict
from greenshift.release.targets import Smoke


def failed(error: object, log: str = "") -> Invocation:
    return Invocation("Unhandled", json.dumps(error).encode(), log)


DEFAULT, CONFIGURED = Smoke(), Smoke(event='{"amount": 1}')
PATIENT = Smoke(lets_code_fail=True)
HINT = "when the code refuses an event it does not know, give it one with smoke.event"


@pytest.mark.parametrize(
    "type_",
    [
        "Runtime.ImportModuleError",
        "Runtime.HandlerNotFound",
        "Runtime.UserCodeSyntaxError",
        "Runtime.ExitError",
        "Runtime.MarshalError",
        "Runtime.UnhandledPromiseRejection",
        "Sandbox.Timedout",
        "Extension.Crash",
    ],
)
@pytest.mark.parametrize("smoke", [DEFAULT, CONFIGURED, PATIENT])
def test_a_version_that_cannot_run_fails_whatever_the_settings(smoke: Smoke, type_: str) -> None:
    invocation = failed({"errorType": type_, "errorMessage": "no module named x", "requestId": "r"})

    assert verdict(smoke, invocation) == f"{type_}: no module named x"


@pytest.mark.parametrize("type_", ["KeyError", "TypeError", "RuntimeWarningError"])
def test_an_error_of_the_code_fails_with_its_answer_shown_unless_it_may(type_: str) -> None:
    invocation = failed({"errorType": type_, "errorMessage": "'amount'", "requestId": "r"})

    for smoke in (DEFAULT, CONFIGURED):
        assert (verdict(smoke, invocation) or "").startswith(f"{type_}: 'amount' ({HINT}")
    assert verdict(PATIENT, invocation) is None


LOADING = [
    ("", "INIT_REPORT Init Duration: 12.00 ms\tPhase: init\tStatus: error\tError Type: KeyError"),
    ("", "REPORT RequestId: 1\tDuration: 1.00 ms\tStatus: error\tError Type: Runtime.Unknown"),
    ("no request", ""),
]


@pytest.mark.parametrize(("request_id", "log"), LOADING)
def test_an_exception_while_the_module_was_loaded_fails_whatever_the_settings(
    request_id: str, log: str
) -> None:
    named = {"requestId": ""} if request_id else {}
    invocation = failed({"errorType": "KeyError", "errorMessage": "'STRIPE_KEY'", **named}, log)

    assert verdict(PATIENT, invocation) == "KeyError: 'STRIPE_KEY'"


def test_an_old_time_out_has_no_type_and_still_fails() -> None:
    invocation = failed({"errorMessage": "2026-11-23T12:00:00.000Z 1234 Task timed out after 3.00 seconds"})

    assert "timed out" in (verdict(PATIENT, invocation) or "")


def test_a_version_that_answers_passes() -> None:
    assert verdict(DEFAULT, Invocation(None, b"null")) is None
    assert verdict(CONFIGURED, Invocation(None, b'{"statusCode": 500}')) is None


def test_an_unreadable_error_fails_a_configured_event() -> None:
    assert (verdict(CONFIGURED, Invocation("Unhandled", b"\xff")) or "").startswith("Unhandled: \ufffd")


def test_the_event_is_ours_unless_configured() -> None:
    assert json.loads(event_of(DEFAULT)) == {"greenshift": {"smoke": True}}
    assert event_of(CONFIGURED) == b'{"amount": 1}'
