"""Pipelines: how they are started, and what their configuration gives away."""

from __future__ import annotations

import json

import pytest
from support.faults.guardrail_cases import resource, stack_of

from greenshift.guardrails import Resource, aws_types
from greenshift.guardrails.program import Program
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules.pipelines import (
    GITHUB_OAUTH_SOURCE,
    GITHUB_POLLING,
    GITHUB_WEBHOOK,
    _build_each_function,
)
from greenshift.guardrails.rules.texts import PLAIN_SECRET, PLAIN_SECRET_IN_BUILD

TOKEN = "ghp_" + "a1B2" * 9


def pipeline(provider: str = "GitHub", owner: str = "ThirdParty", **configuration: object) -> Resource:
    action = {"name": "Get", "owner": owner, "provider": provider, "configuration": configuration}
    stage = {"name": "Source", "actions": [action]}
    return resource(aws_types.PIPELINE, "pipeline", {"name": "p", "stages": [stage]})


def webhook(target: str = "p", authentication: str = "GITHUB_HMAC") -> Resource:
    return resource(aws_types.WEBHOOK, "hook", {"targetPipeline": target, "authentication": authentication})


def test_an_oauth_source_is_a_warning_and_a_connection_is_not() -> None:
    assert len(list(GITHUB_OAUTH_SOURCE.check(pipeline()))) == 1
    assert list(GITHUB_OAUTH_SOURCE.check(pipeline("CodeStarSourceConnection", "AWS"))) == []


@pytest.mark.parametrize("configuration", [{}, {"PollForSourceChanges": "true"}])
def test_an_oauth_source_that_polls_is_refused(configuration: dict[str, str]) -> None:
    assert list(GITHUB_POLLING.check(pipeline(**configuration))) == [
        'action Source/Get polls GitHub: PollForSourceChanges is not "false"'
    ]


@pytest.mark.parametrize("said", ["false", UNKNOWN])
def test_an_oauth_source_that_does_not_poll_passes(said: object) -> None:
    assert list(GITHUB_POLLING.check(pipeline(PollForSourceChanges=said))) == []


def test_other_sources_may_poll() -> None:
    assert list(GITHUB_POLLING.check(pipeline("S3", "AWS", PollForSourceChanges="true"))) == []


def hook_faults(*resources: Resource) -> list[tuple[str, str]]:
    return [(found.resource.name, found.reason) for found in GITHUB_WEBHOOK.check(stack_of(*resources))]


def test_an_oauth_source_without_a_webhook_is_refused() -> None:
    reason = "no webhook starts it, so a push to action Source/Get starts nothing"

    assert [("pipeline", reason)] == hook_faults(pipeline())
    assert [("pipeline", reason)] == hook_faults(pipeline(), webhook(target="another"))


def test_a_webhook_anyone_can_call_is_refused() -> None:
    assert hook_faults(pipeline(), webhook(authentication="UNAUTHENTICATED")) == [
        ("hook", "its authentication is UNAUTHENTICATED: others than GitHub can start the pipeline")
    ]


def test_a_signed_webhook_or_no_need_for_one_passes() -> None:
    assert hook_faults(pipeline(), webhook()) == []
    assert hook_faults(pipeline("CodeStarSourceConnection", "AWS")) == []


def variable(name: str, value: str = "v", type_: str | None = None) -> dict[str, str]:
    return {"name": name, "value": value, **({"type": type_} if type_ else {})}


def secret_faults(*variables: dict[str, str]) -> list[str]:
    build = pipeline("CodeBuild", "AWS", EnvironmentVariables=json.dumps(variables))
    project = resource(
        aws_types.BUILD_PROJECT, inputs={"environment": {"environmentVariables": list(variables)}}
    )
    own = list(PLAIN_SECRET.check(build))
    assert len(own) == len(list(PLAIN_SECRET_IN_BUILD.check(project)))
    return own


@pytest.mark.parametrize(
    "entry",
    [
        variable("GITHUB_TOKEN"),
        variable("db_password"),
        variable("ApiKey", type_="PLAINTEXT"),
        variable("X", TOKEN),
    ],
)
def test_a_secret_in_a_plain_variable_is_refused(entry: dict[str, str]) -> None:
    assert [f"action Source/Get has {entry['name']} as plain text"] == secret_faults(entry)


@pytest.mark.parametrize(
    "entry",
    [
        variable("GITHUB_TOKEN", "shop/github", "SECRETS_MANAGER"),
        variable("GITHUB_TOKEN", "/shop/github", "PARAMETER_STORE"),
        variable("SECRET_ARN", "arn:aws:secretsmanager:…"),
        variable("TOKEN", "#{SourceVariables.CommitId}"),
        variable("STAGE", "prod"),
    ],
)
def test_a_reference_or_a_plain_value_passes(entry: dict[str, str]) -> None:
    assert secret_faults(entry) == []


def test_a_token_anywhere_in_a_configuration_is_refused_without_being_repeated() -> None:
    [reason] = PLAIN_SECRET.check(pipeline("Lambda", "AWS", UserParameters=f'{{"t": "{TOKEN}"}}'))

    assert reason == "action Source/Get has a secret in UserParameters"


def test_the_oauth_token_is_where_the_api_wants_it() -> None:
    assert list(PLAIN_SECRET.check(pipeline(OAuthToken=TOKEN))) == []


def built(*commands: str) -> list[str]:
    listed = "".join(f"    - {command}\n" for command in commands)
    spec = f"version: 0.2\nphases:\n  build:\n    commands:\n{listed}"
    return list(_build_each_function(build_project(spec), Program(None)))


def build_project(spec: str) -> Resource:
    return resource(aws_types.BUILD_PROJECT, inputs={"source": {"type": "CODEPIPELINE", "buildspec": spec}})


@pytest.mark.parametrize("command", ["npm ci", "npm install", "npm test", "npm run build", "set -e; npm ci"])
def test_npm_at_the_top_of_the_repository_is_refused(command: str) -> None:
    assert built("echo hello", command) == [f"its buildspec runs '{command}' at the top of the repository"]


@pytest.mark.parametrize(
    "commands",
    [
        ("cd functions/charge && npm ci",),
        ("cd functions/charge", "npm ci", "npm test"),
        ("if [ -f package.json ]; then npm ci; fi",),
        ("for each in functions/*; do (cd $each; npm ci); done",),
        ("npm ci --prefix functions/charge",),
        ("python3 -m build_kit",),
        ("pip install -r requirements.txt",),
    ],
)
def test_a_build_that_looks_first_passes(commands: tuple[str, ...]) -> None:
    assert built(*commands) == []


@pytest.mark.parametrize("spec", ["buildspec.yml", "", "phases: [npm ci]", "a: b: c", "phases: {build: {}}"])
def test_a_buildspec_that_cannot_be_read_here_passes(spec: str) -> None:
    assert list(_build_each_function(build_project(spec), Program(None))) == []
