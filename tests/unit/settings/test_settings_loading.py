"""What the files of a project become, and that a Pulumi program sees the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pulumi
import pytest

from greenshift.errors import SettingsError
from greenshift.rollout import AllAtOnce, Canary, text
from greenshift.settings import RUNTIMES, Settings, load_project
from greenshift.settings.model import parse_settings
from greenshift.settings.rollouts import read_rollout
from greenshift.settings.source import PLACEHOLDER_TOKEN

PROJECT = """\
name: payments
runtime: python
config:
  aws:region: {value: eu-west-1}
  limit: {value: 3}
  greenshift:source:
    value: {repository: me/app, branch: trunk}
  greenshift:rollout: {value: AllAtOnce}
  greenshift:functions:
    value:
      charge: {memory: 512, exclude: ["*.md"], smoke: {event: {ping: true}}}
      send-receipt: {directory: functions/send, rollout: Canary10Percent5Minutes}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for file in ("charge/package.json", "send/handler.py"):
        path = tmp_path / "functions" / file
        path.parent.mkdir(parents=True)
        path.touch()
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    return tmp_path


@pytest.fixture
def pulumi_config() -> Iterator[None]:
    """Leaves the SDK's config as it was found: it is kept per process."""
    yield
    pulumi.runtime.set_all_config({}, [])


def test_what_is_left_out_is_told_by_the_files(root: Path) -> None:
    functions = load_project(root, "local").settings.functions

    assert (functions["charge"].directory, functions["charge"].runtime, functions["charge"].handler) == (
        "functions/charge",
        "nodejs22.x",
        "index.handler",
    )
    assert (functions["send-receipt"].runtime, functions["send-receipt"].handler) == (
        "python3.13",
        "handler.handler",
    )


@pytest.mark.parametrize(
    ("file", "runtime"),
    [
        ("package.json", "nodejs22.x"),
        ("index.mjs", "nodejs22.x"),
        ("a.js", "nodejs22.x"),
        ("a.py", "python3.13"),
        ("pom.xml", "java21"),
        ("Gemfile", "ruby3.4"),
        ("a.rb", "ruby3.4"),
        ("a.csproj", "dotnet10"),
        ("go.mod", "provided.al2023"),
    ],
)
def test_the_language_is_told_by_one_file(tmp_path: Path, file: str, runtime: str) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / file).touch()

    settings = parse_settings(
        {"greenshift:functions": '{"a": {"directory": "code"}}', "greenshift:source": '{"provider": "s3"}'},
        tmp_path,
    )

    assert settings.functions["a"].runtime == runtime


@pytest.mark.parametrize(
    ("runtime", "handler"),
    [
        ("ruby3.4", "lib/app.Orders::Handler.process"),
        ("ruby3.4", "handler.handler"),
        ("dotnet8", "Shop::Shop.Orders.Function::Handle"),
        ("java21", "example.Handler::handle"),
    ],
)
def test_a_handler_is_written_as_its_runtime_reads_it(tmp_path: Path, runtime: str, handler: str) -> None:
    (tmp_path / "code").mkdir()
    function = {"directory": "code", "runtime": runtime, "handler": handler}

    settings = parse_settings(
        {"greenshift:functions": json.dumps({"a": function}), "greenshift:source": '{"provider": "s3"}'},
        tmp_path,
    )

    assert settings.functions["a"].handler == handler


def test_what_is_said_is_kept(root: Path) -> None:
    settings = load_project(root, "local").settings

    assert settings.functions["charge"].memory == 512
    assert settings.functions["charge"].exclude == ("*.md",)
    assert settings.functions["charge"].smoke.event == {"ping": True}
    assert settings.source.branch == "trunk"
    assert settings.rollout_of("charge") == AllAtOnce()
    assert settings.rollout_of("send-receipt") == Canary(10, 5)


def test_defaults_are_the_documented_ones(root: Path) -> None:
    settings = load_project(root, "local").settings

    assert (settings.alarm.threshold, settings.alarm.period) == (5.0, 60)
    assert (settings.alarm.evaluation_periods, settings.alarm.datapoints_to_alarm) == (1, 1)
    assert settings.build.image == "aws/codebuild/standard:7.0"
    assert settings.build.compute_type == "BUILD_GENERAL1_SMALL"
    assert (settings.artifacts.expire_days, settings.artifacts.force_destroy) == (30, True)
    assert (settings.ledger.retention_days, settings.ledger.point_in_time_recovery) == (365, True)
    assert settings.logs.retention_days == 30
    assert settings.pipeline.execution_mode == "QUEUED"
    assert settings.notifications.emails == ()
    assert settings.functions["send-receipt"].memory == 256
    assert settings.functions["send-receipt"].timeout == 10
    assert settings.functions["send-receipt"].smoke.enabled


def test_a_stack_replaces_the_projects_whole_value(root: Path) -> None:
    (root / "Pulumi.prod.yaml").write_text(
        "config:\n  greenshift:functions: {charge: {timeout: 30}}\n  aws:region: us-east-2\n"
    )

    project = load_project(root, "prod")

    assert list(project.settings.functions) == ["charge"]
    assert project.settings.functions["charge"].memory == 256
    assert project.config["aws:region"] == "us-east-2"
    assert project.settings.source.branch == "trunk"


def test_the_config_map_is_what_pulumi_passes_to_a_program(root: Path) -> None:
    config = load_project(root, "local").config

    assert config["aws:region"] == "eu-west-1"
    assert config["payments:limit"] == "3"
    assert config["greenshift:rollout"] == "AllAtOnce"
    assert json.loads(config["greenshift:source"]) == {"repository": "me/app", "branch": "trunk"}


def test_a_project_is_found_from_a_directory_inside_it(root: Path) -> None:
    project = load_project(root / "functions" / "send", "local")

    assert project.directory == root
    assert (project.name, project.stack) == ("payments", "local")


def test_encrypted_values_stay_encrypted_and_are_noted(root: Path) -> None:
    (root / "Pulumi.prod.yaml").write_text(
        "encryptionsalt: v1:abc\n"
        "config:\n"
        "  greenshift:githubToken: {secure: v1:cipher}\n"
        "  greenshift:functions: {charge: {environment: {API_KEY: {secure: v1:other}}}}\n"
    )

    project = load_project(root, "prod")

    assert project.config["greenshift:githubToken"] == "v1:cipher"
    assert project.secret_keys == {"greenshift:githubToken", "greenshift:functions"}
    assert project.settings.is_secret("functions")
    assert not project.settings.is_secret("source")
    assert project.settings.functions["charge"].environment == {"API_KEY": "v1:other"}
    assert project.notes[1] == (
        "greenshift:githubToken of stack 'prod' is encrypted: only the Pulumi CLI can decrypt it, "
        "so here it keeps its encrypted text and is treated as a secret"
    )


@pytest.mark.usefixtures("pulumi_config")
def test_a_program_and_the_files_give_the_same_settings(root: Path) -> None:
    project = load_project(root, "local")
    pulumi.runtime.set_all_config(project.config, [])

    assert Settings.from_pulumi(root) == project.settings


@pytest.mark.usefixtures("pulumi_config")
def test_a_program_refuses_an_unknown_key_too(root: Path) -> None:
    project = load_project(root, "local")
    pulumi.runtime.set_all_config({**project.config, "greenshift:zebra": "1"}, [])

    with pytest.raises(SettingsError, match="greenshift:zebra"):
        Settings.from_pulumi(root)


@pytest.mark.usefixtures("pulumi_config")
def test_a_program_knows_what_is_secret(root: Path) -> None:
    project = load_project(root, "local")
    pulumi.runtime.set_all_config(
        {**project.config, "greenshift:githubToken": "t"}, ["greenshift:githubToken"]
    )

    settings = Settings.from_pulumi(root)

    assert settings.is_secret("githubToken")
    assert "github_token=SecretStr('**********')" in repr(settings)


def with_token(root: Path, token: str | None) -> Settings:
    config = load_project(root, "local").config
    return parse_settings({**config, "greenshift:githubToken": token} if token else config, root)


@pytest.mark.parametrize(
    ("configured", "environment", "value", "origin"),
    [
        ("from-config", {"GITHUB_TOKEN": "from-env"}, "from-config", "config"),
        (None, {"GITHUB_TOKEN": "from-env"}, "from-env", "environment"),
        (None, {}, PLACEHOLDER_TOKEN, "missing"),
        (None, {"GITHUB_TOKEN": ""}, PLACEHOLDER_TOKEN, "missing"),
    ],
)
def test_the_github_token_is_the_configured_one_then_the_environments_then_a_placeholder(
    root: Path, configured: str | None, environment: dict[str, str], value: str, origin: str
) -> None:
    token = with_token(root, configured).token(environment)

    assert (token.value.get_secret_value(), token.origin) == (value, origin)
    assert (token.warning is not None) == (origin == "missing")


def test_settings_cannot_be_changed(root: Path) -> None:
    settings = load_project(root, "local").settings

    with pytest.raises(ValueError, match="frozen"):
        settings.rollout = AllAtOnce()


def test_a_runtime_knows_its_dates() -> None:
    node = RUNTIMES["nodejs20.x"]

    assert node.is_deprecated(date(2026, 4, 30)) and not node.is_deprecated(date(2026, 4, 29))
    assert node.can_be_created(date(2027, 1, 31)) and not node.can_be_created(date(2027, 2, 1))
    assert RUNTIMES["nodejs22.x"].bundled_sdk == "@aws-sdk/* v3"


@pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=lambda runtime: runtime.identifier)
def test_a_runtime_is_deprecated_before_it_is_blocked(runtime: object) -> None:
    assert runtime.deprecated < runtime.block_create < runtime.block_update  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CodeDeployDefault.LambdaLinear10PercentEvery1Minute", "Linear10PercentEvery1Minute"),
        ("CodeDeployDefault.LambdaAllAtOnce", "AllAtOnce"),
        ("Canary20Percent1Minutes", "Canary20Percent1Minute"),
    ],
)
def test_a_rollout_is_what_codedeploy_calls_it(written: str, meant: str) -> None:
    """AWS's own names for its configurations are taken as they stand in its documents."""
    assert text(read_rollout(written)) == meant
