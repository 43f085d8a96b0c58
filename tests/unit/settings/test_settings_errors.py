"""Every mistake a user can make in the config, and the exact sentence it is answered with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenshift.errors import SettingsError, UsageError
from greenshift.settings import RUNTIMES, load_project
from greenshift.settings.model import parse_settings

KNOWN_RUNTIMES = ", ".join(RUNTIMES)
STRATEGIES = "AllAtOnce, Canary<N>Percent<M>Minutes or Linear<N>PercentEvery<M>Minute(s)"
AT_LEAST_ONE = "name at least one function, for example {charge: {directory: functions/charge}}"
KEY_RULE = (
    "a function key starts with a lower-case letter, holds lower-case letters, digits, '-' and '_', "
    "and has at most 40 characters"
)
RETENTION = (
    "CloudWatch Logs knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
    "1096, 1827, 2192, 2557, 2922, 3288, 3653"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "functions" / "charge").mkdir(parents=True)
    (tmp_path / "functions" / "charge" / "index.mjs").touch()
    (tmp_path / "functions" / "empty").mkdir()
    return tmp_path


def complaint(root: Path, key: str, value: object) -> str:
    """What is said about one key, all others being right."""
    config: dict[str, object] = {"functions": {"charge": {}}, "source": {"repository": "me/app"}, key: value}
    texts = {
        f"greenshift:{name}": each if isinstance(each, str) else json.dumps(each)
        for name, each in config.items()
    }
    with pytest.raises(SettingsError) as caught:
        parse_settings(texts, root)
    assert caught.value.exit_code == 2
    return str(caught.value)


def charge(**settings: object) -> dict[str, object]:
    return {"charge": settings}


MISTAKES = [
    # unknown keys
    ("rolout", "AllAtOnce", "rolout: 'AllAtOnce'", "did you mean 'rollout'?"),
    ("zebra", {"a": 1}, "zebra: {'a': 1}", "there is no such key"),
    ("functions", charge(timout=3), "functions.charge.timout: 3", "did you mean 'timeout'?"),
    ("alarm", {"treshold": 3}, "alarm.treshold: 3", "did you mean 'threshold'?"),
    (
        "functions",
        charge(smoke={"enable": True}),
        "functions.charge.smoke.enable: True",
        "did you mean 'enabled'?",
    ),
    # waves and the hard cases of a shift
    ("waves", [["charge"], []], "waves.1: []", "a wave names at least one function"),
    (
        "rollout",
        "Linear1PercentEvery15Minutes",
        "rollout: 'Linear1PercentEvery15Minutes'",
        "1485 minutes of rollout and 0 of watching are 1485: CodePipeline ends an action after 1440 minutes, "
        "and a healthy release would go back",
    ),
    ("waves", [["refund"]], "waves.0: ['refund']", "there is no function 'refund'"),
    ("waves", [["charge"], ["charge"]], "waves.1: ['charge']", "'charge' is in two waves"),
    (
        "shift",
        {"whenNobodyCalls": "synthetic"},
        "functions.charge.smoke.event: None",
        "shift.whenNobodyCalls is synthetic, so this function needs an event that it answers",
    ),
    # functions
    ("functions", {}, "functions: {}", AT_LEAST_ONE),
    ("functions", [], "functions: []", AT_LEAST_ONE),
    ("functions", {"Charge": {}}, "functions.Charge: {}", KEY_RULE),
    ("functions", {"a" * 41: {}}, f"functions.{'a' * 41}: {{}}", KEY_RULE),
    ("functions", {"charge-": {}}, "functions.charge-: {}", KEY_RULE),
    (
        "functions",
        {"controller": {}},
        "functions.controller: {}",
        "controller and recorder are Greenshift's own functions",
    ),
    ("functions", {"charge": None}, "functions.charge: None", "it must be a mapping of settings"),
    (
        "functions",
        charge(timeout=901),
        "functions.charge.timeout: 901",
        "a whole number of seconds from 1 to 900",
    ),
    (
        "functions",
        charge(timeout="10"),
        "functions.charge.timeout: '10'",
        "a whole number of seconds from 1 to 900",
    ),
    (
        "functions",
        charge(memory=64),
        "functions.charge.memory: 64",
        "a whole number of MB from 128 to 10240",
    ),
    (
        "functions",
        charge(runtime="nodejs16.x"),
        "functions.charge.runtime: 'nodejs16.x'",
        f"known runtimes are {KNOWN_RUNTIMES}",
    ),
    (
        "functions",
        charge(handler="index"),
        "functions.charge.handler: 'index'",
        "write <file>.<function>, for example index.handler",
    ),
    (
        "functions",
        charge(architecture="arm"),
        "functions.charge.architecture: 'arm'",
        "x86_64 or arm64",
    ),
    (
        "functions",
        charge(rollout="Canary0Percent5Minutes"),
        "functions.charge.rollout: 'Canary0Percent5Minutes'",
        "the percentage must be 1 to 99, not 0",
    ),
    (
        "functions",
        charge(environment={"AWS_REGION": "x"}),
        "functions.charge.environment.AWS_REGION: 'x'",
        "Lambda reserves this name",
    ),
    (
        "functions",
        charge(environment={"DEPLOYMENT_TABLE_NAME": "x"}),
        "functions.charge.environment.DEPLOYMENT_TABLE_NAME: 'x'",
        "Greenshift itself sets DEPLOYMENT_TABLE_NAME",
    ),
    (
        "functions",
        charge(environment={"LIMIT": 3}),
        "functions.charge.environment.LIMIT: 3",
        "a mapping of names to text",
    ),
    (
        "functions",
        charge(smoke={"event": 3}),
        "functions.charge.smoke.event: 3",
        "a JSON object",
    ),
    (
        "functions",
        charge(directory="../elsewhere"),
        "functions.charge.directory: '../elsewhere'",
        "it must be a path inside the project, with '/' and without '..'",
    ),
    # rollout
    (
        "rollout",
        "Canary0Percent5Minutes",
        "rollout: 'Canary0Percent5Minutes'",
        "the percentage must be 1 to 99, not 0",
    ),
    (
        "rollout",
        "Canary100Percent5Minutes",
        "rollout: 'Canary100Percent5Minutes'",
        "the percentage must be 1 to 99, not 100",
    ),
    (
        "rollout",
        "Linear10PercentEvery0Minutes",
        "rollout: 'Linear10PercentEvery0Minutes'",
        "the interval must be at least 1 minute, not 0",
    ),
    (
        "rollout",
        "Canary10Percent2881Minutes",
        "rollout: 'Canary10Percent2881Minutes'",
        "it takes 2881 minutes, and CodeDeploy allows 2880",
    ),
    (
        "rollout",
        "Linear1PercentEvery30Minutes",
        "rollout: 'Linear1PercentEvery30Minutes'",
        "it takes 2970 minutes, and CodeDeploy allows 2880",
    ),
    ("rollout", "slowly", "rollout: 'slowly'", STRATEGIES),
    # source
    ("source", {}, "source.repository: None", "provider 'connection' needs the repository as \"owner/name\""),
    ("source", {"repository": "app"}, "source.repository: 'app'", 'write it as "owner/name"'),
    (
        "source",
        {"provider": "gitlab", "repository": "me/app"},
        "source.provider: 'gitlab'",
        "connection, github or s3",
    ),
    (
        "source",
        {"repository": "me/app", "connectionArn": "arn:aws:s3:::x"},
        "source.connectionArn: 'arn:aws:s3:::x'",
        "it must be the ARN of a CodeConnections connection",
    ),
    # the smaller groups
    ("alarm", 5, "alarm: 5", "a mapping of settings"),
    ("alarm", "five", "alarm: 'five'", "a mapping of settings"),
    ("alarm", {"threshold": 0}, "alarm.threshold: 0", "a number above 0 and up to 100"),
    ("alarm", {"period": 90}, "alarm.period: 90", "a multiple of 60 seconds from 60 to 3600"),
    (
        "alarm",
        {"datapointsToAlarm": 2},
        "alarm.datapointsToAlarm: 2",
        "it is at most evaluationPeriods, or the alarm never fires",
    ),
    ("build", {"timeout": 4}, "build.timeout: 4", "a whole number of minutes from 5 to 2160"),
    (
        "build",
        {"computeType": "SMALL"},
        "build.computeType: 'SMALL'",
        "BUILD_GENERAL1_SMALL, _MEDIUM, _LARGE, _XLARGE or _2XLARGE",
    ),
    (
        "build",
        {"environment": {"CODEBUILD_X": "1"}},
        "build.environment.CODEBUILD_X: '1'",
        "CodeBuild reserves names that start with CODEBUILD_",
    ),
    ("artifacts", {"expireDays": 0}, "artifacts.expireDays: 0", "a whole number of days from 1 to 3650"),
    (
        "ledger",
        {"retentionDays": True},
        "ledger.retentionDays: True",
        "a whole number of days from 1 to 3650",
    ),
    ("logs", {"retentionDays": 31}, "logs.retentionDays: 31", RETENTION),
    (
        "notifications",
        {"emails": ["a@b.org", "bob"]},
        "notifications.emails.1: 'bob'",
        "it must be an e-mail address",
    ),
    ("pipeline", {"executionMode": "PARALLEL"}, "pipeline.executionMode: 'PARALLEL'", "QUEUED or SUPERSEDED"),
    (
        "tags",
        {"aws:x": "y"},
        "tags.aws:x: 'y'",
        "a tag name has 1 to 128 characters and no aws: prefix, a value at most 256",
    ),
    (
        "tags",
        {"team": "R&D"},
        "tags.team: 'R&D'",
        "a tag has letters, digits, spaces and _ . : / = + - @ (IAM's pattern), not '&'",
    ),
    (
        "tags",
        {"who(ever)": "x"},
        "tags.who(ever): 'x'",
        "a tag has letters, digits, spaces and _ . : / = + - @ (IAM's pattern), not '(' ')'",
    ),
]


@pytest.mark.parametrize(("key", "value", "where", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_full_key_its_value_and_what_is_allowed(
    root: Path, key: str, value: object, where: str, said: str
) -> None:
    assert complaint(root, key, value) == f"greenshift:{where} is not allowed; {said}"


def test_a_missing_directory_is_told_with_the_project_it_was_looked_for_in(root: Path) -> None:
    said = complaint(root, "functions", {"refund": {}})

    assert said == (
        "greenshift:functions.refund.directory: 'functions/refund' is not allowed; "
        f"there is no such directory in {root}"
    )


def test_a_missing_buildspec_is_told(root: Path) -> None:
    said = complaint(root, "build", {"buildspec": "ci/build.yml"})

    assert (
        said == f"greenshift:build.buildspec: 'ci/build.yml' is not allowed; there is no such file in {root}"
    )


def test_a_directory_that_tells_no_language_needs_a_runtime(root: Path) -> None:
    said = complaint(root, "functions", {"empty": {}})

    assert said.startswith(
        "greenshift:functions.empty.runtime: None is not allowed; functions/empty holds neither"
    )
    assert said.endswith(f"so name one of {KNOWN_RUNTIMES}")


def test_without_functions_the_config_is_refused(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"greenshift:source": '{"repository": "me/app"}'}, root)

    assert str(caught.value) == f"greenshift:functions: None is not allowed; {AT_LEAST_ONE}"


def test_without_a_source_the_config_is_refused(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"greenshift:functions": '{"charge": {}}'}, root)

    assert str(caught.value) == (
        "greenshift:source: None is not allowed; say where the code is, "
        'for example {repository: "owner/name"}'
    )


def test_a_misspelt_key_is_told_before_the_missing_one_it_causes(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"greenshift:function": '{"charge": {}}', "greenshift:source": "{}"}, root)

    assert caught.value.key == "greenshift:function"
    assert caught.value.allowed == "did you mean 'functions'?"
    assert "(2 more)" in caught.value.hint


def test_an_unknown_key_is_answered_with_the_known_ones(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(
            {"greenshift:functions": '{"charge": {"smoke": {"x": 1}}}', "greenshift:source": "{}"}, root
        )

    assert caught.value.hint.startswith("known keys: enabled, event")


@pytest.mark.parametrize(
    ("key", "text", "secret_keys"),
    [
        ("githubTokens", "hunter2", []),
        ("webhookSecret", "hunter2", ["greenshift:webhookSecret"]),
        ("tags", '{"aws:x": "hunter2"}', ["greenshift:tags"]),
        ("alarm", "hunter2", ["greenshift:alarm"]),
        ("notifications", '{"chatWebhook": "http://chat.example.org/hunter2"}', []),
        ("notifications", '{"chatWebhok": "https://chat.example.org/hunter2"}', []),
        ("notifications", '[{"chatWebhook": "https://chat.example.org/hunter2"}]', []),
    ],
)
def test_a_secret_never_stands_in_an_error(root: Path, key: str, text: str, secret_keys: list[str]) -> None:
    config = {"greenshift:functions": '{"charge": {}}', "greenshift:source": '{"provider": "s3"}'}

    with pytest.raises(SettingsError) as caught:
        parse_settings({**config, f"greenshift:{key}": text}, root, secret_keys)

    assert "hunter2" not in str(caught.value)
    assert "[secret]" in str(caught.value)


def test_variables_of_more_than_4_kb_are_refused(root: Path) -> None:
    said = complaint(root, "functions", charge(environment={"BIG": "x" * 4096}))

    assert said.endswith("all variables of a function together have at most 4 KB")


def test_a_directory_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_project(tmp_path, "local")

    assert str(caught.value) == f"{tmp_path}: not a Greenshift project, there is no Pulumi.yaml here or above"
    assert "greenshift new" in caught.value.hint
    assert "“Functions that exist already” of the documentation" in caught.value.hint


def test_broken_yaml_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: payments\nruntime: python\nconfig:\n  a: [1, 2\n")

    with pytest.raises(UsageError) as caught:
        load_project(tmp_path, "local")

    assert str(caught.value).startswith(f"{tmp_path / 'Pulumi.yaml'}, line 5: not valid YAML: ")


def test_a_structured_value_of_the_project_file_stands_below_value(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nconfig:\n  greenshift:functions: {charge: {}}\n")

    with pytest.raises(SettingsError) as caught:
        load_project(tmp_path, "local")

    assert str(caught.value) == (
        "greenshift:functions: {'charge': {}} is not allowed; "
        "in Pulumi.yaml a structured value stands below 'value:'"
    )


@pytest.mark.parametrize("document", ["- a\n", "just text\n"])
def test_a_project_file_that_is_no_mapping_is_refused(tmp_path: Path, document: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(document)

    with pytest.raises(UsageError, match="it must be a mapping of keys to values"):
        load_project(tmp_path, "local")


def test_a_project_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\n")

    with pytest.raises(UsageError, match="it must be the name of the project"):
        load_project(tmp_path, "local")
