"""Which answers of a smoke test keep a version from traffic."""

from __future__ import annotations

import json

import pytest

from greenshift.release.services.smoke import Invocation, event_of, verdict
from greenshift.release.targets import Smoke


def failed(error: object, log: str = "") -> Invocation:
    return Invocation("Unhandled", json.dumps(error).encode(), log)


DEFAULT, CONFIGURED = Smoke(), Smoke(event='{"amount": 1}')


@pytest.mark.parametrize(
    "type_",
    [
        "Runtime.ImportModuleError",
        "Runtime.HandlerNotFound",
        "Runtime.UserCodeSyntaxError",
        "Runtime.ExitError",
        "Sandbox.Timedout",
        "Extension.Crash",
    ],
)
def test_a_version_that_cannot_start_fails_whatever_the_event(type_: str) -> None:
    invocation = failed({"errorType": type_, "errorMessage": "no module named x"})

    assert verdict(DEFAULT, invocation) == f"{type_}: no module named x"
    assert verdict(CONFIGURED, invocation) == f"{type_}: no module named x"


@pytest.mark.parametrize("type_", ["KeyError", "TypeError", "Runtime.MarshalError", "RuntimeWarningError"])
def test_an_error_of_the_handler_fails_only_a_configured_event(type_: str) -> None:
    invocation = failed({"errorType": type_, "errorMessage": "'amount'"})

    assert verdict(DEFAULT, invocation) is None
    assert verdict(CONFIGURED, invocation) == f"{type_}: 'amount'"


def test_an_exception_while_the_module_was_loaded_fails() -> None:
    log = "INIT_REPORT Init Duration: 12.00 ms\tPhase: init\tStatus: error\tError Type: KeyError"
    invocation = failed({"errorType": "KeyError", "errorMessage": "'STRIPE_KEY'"}, log)

    assert verdict(DEFAULT, invocation) == "KeyError: 'STRIPE_KEY'"


def test_an_old_time_out_has_no_type_and_still_fails() -> None:
    invocation = failed({"errorMessage": "2026-11-23T12:00:00.000Z 1234 Task timed out after 3.00 seconds"})

    assert "timed out" in (verdict(DEFAULT, invocation) or "")


def test_a_version_that_answers_passes() -> None:
    assert verdict(DEFAULT, Invocation(None, b"null")) is None
    assert verdict(CONFIGURED, Invocation(None, b'{"statusCode": 500}')) is None


def test_an_unreadable_error_fails_a_configured_event() -> None:
    assert verdict(CONFIGURED, Invocation("Unhandled", b"\xff")) == "Unhandled: \ufffd"


def test_the_event_is_ours_unless_configured() -> None:
    assert json.loads(event_of(DEFAULT)) == {"greenshift": {"smoke": True}}
    assert event_of(CONFIGURED) == b'{"amount": 1}'
