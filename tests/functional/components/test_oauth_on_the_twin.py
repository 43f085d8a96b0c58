"""A GitHub source with an OAuth token: where the token comes from, and where it never shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TOKEN = "gho-very-secret-token"
GITHUB = {"functions": {"charge": {}}, "source": {"provider": "github", "repository": "me/app"}}


def shown(stack: Any, result: Any) -> str:
    """Everything a person or a log could see of a run, and what it left on disk."""
    return repr(stack.events) + repr(result) + (stack.root / "state.json").read_text()


@pytest.fixture(autouse=True)
def no_token_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)


def test_without_a_token_the_twin_is_deployed_with_a_warning(deployed: Callable[..., Any]) -> None:
    stack = deployed(GITHUB, project="tokenless")

    stack.engine().preview()
    previewed = list(stack.warnings)
    stack.up()

    for warnings in (previewed, stack.warnings):
        assert [line for line in warnings if "greenshift:githubToken is not set" in line]
    stack.engine().destroy()


@pytest.mark.parametrize("origin", ["config", "environment"])
def test_the_token_is_a_secret_in_the_state_and_in_everything_that_is_said(
    deployed: Callable[..., Any], origin: str
) -> None:
    in_config = {"githubToken": TOKEN} if origin == "config" else {}
    stack = deployed(
        {**GITHUB, **in_config},
        project=f"by-{origin}",
        secret_keys=frozenset({"greenshift:githubToken"} if in_config else ()),
    )
    environment = {} if in_config else {"GITHUB_TOKEN": TOKEN}

    result = stack.up(environment)

    assert TOKEN not in shown(stack, result)
    secret = result.outputs["webhookSecret"]
    assert secret.secret and result.outputs["webhookUrl"].secret
    assert secret.value not in shown(stack, result)
    (webhook,) = [
        each["definition"]
        for each in stack.twin.client("codepipeline").list_webhooks()["webhooks"]
        if each["definition"]["targetPipeline"] == stack.name()
    ]
    assert webhook["authentication"] == "GITHUB_HMAC"
    stack.engine(environment).destroy()


def test_polling_is_off(deployed: Callable[..., Any]) -> None:
    stack = deployed({**GITHUB, "githubToken": TOKEN}, project="polled")

    stack.up()

    pipeline = stack.twin.client("codepipeline").get_pipeline(name=stack.name())["pipeline"]
    configuration = pipeline["stages"][0]["actions"][0]["configuration"]
    assert (configuration["PollForSourceChanges"], configuration["OAuthToken"]) == ("false", "****")
    stack.engine().destroy()
