"""The pure specs: buildspec, stages, manifests, alarm, configs, life cycle, events, bootstrap code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from greenshift.components.bootstrap import bootstrap_files
from greenshift.components.build_project import credentials_type, environment_type
from greenshift.components.buildspec import buildspec
from greenshift.components.deployment_configs import config_names, custom_configs, traffic_routing
from greenshift.components.event_patterns import event_patterns
from greenshift.components.lifecycle import lifecycle_rules
from greenshift.components.manifests import functions_json, targets_json
from greenshift.components.source_connection import webhook_secret
from greenshift.components.stages import SourceSpec, stages
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.release.targets import Versions, parse_targets
from greenshift.rollout.strategy import AllAtOnce, Canary, Linear
from greenshift.settings.rollouts import read_rollout
from greenshift.settings.sections import ArtifactsSettings

NAMES = Names("payments", "prod")
ARNS = Arns("123456789012", "us-east-1")


@pytest.mark.parametrize(
    ("runtimes", "versions"),
    [
        (["nodejs22.x"], {"nodejs": "22", "python": "3.13"}),
        (["python3.12"], {"python": "3.12"}),
        (["nodejs20.x", "nodejs22.x", "python3.9", "python3.14"], {"nodejs": "22", "python": "3.14"}),
        (["python3.9", "python3.10"], {"python": "3.10"}),
        (["java17", "java21"], {"python": "3.13", "java": "corretto21"}),
        (["ruby3.3", "ruby3.4", "dotnet8"], {"python": "3.13", "ruby": "3.4", "dotnet": "8.0"}),
        (["provided.al2023"], {"python": "3.13"}),
    ],
)
def test_the_build_sets_up_the_newest_version_of_each_language(
    runtimes: list[str], versions: dict[str, str]
) -> None:
    assert yaml.safe_load(buildspec(runtimes))["phases"]["install"]["runtime-versions"] == versions


def test_the_build_runs_the_build_kit_and_reads_its_reports_after_a_failure_too() -> None:
    spec = yaml.safe_load(buildspec(["nodejs22.x"]))

    assert spec["version"] == 0.2
    assert spec["phases"]["build"] == {
        "commands": ['export PYTHONPATH="$CODEBUILD_SRC_DIR_BuildKit"', "python3 -m build_kit"],
    }
    assert spec["reports"] == {"tests": {"base-directory": ".greenshift-build/reports", "files": ["*.xml"]}}
    assert spec["artifacts"] == {"base-directory": ".greenshift-build", "files": ["**/*"]}


@pytest.mark.parametrize(
    ("image", "environment", "credentials"),
    [
        ("aws/codebuild/standard:7.0", "LINUX_CONTAINER", "CODEBUILD"),
        ("aws/codebuild/amazonlinux-aarch64-standard:3.0", "ARM_CONTAINER", "CODEBUILD"),
        ("public.ecr.aws/docker/library/node:22", "LINUX_CONTAINER", "SERVICE_ROLE"),
    ],
)
def test_an_image_tells_its_machine_and_who_pulls_it(image: str, environment: str, credentials: str) -> None:
    assert (environment_type(image), credentials_type(image)) == (environment, credentials)


def all_stages() -> list[Any]:
    source = SourceSpec(owner="AWS", provider="S3", configuration={"S3Bucket": "b"})
    return list(stages(source, bucket="artifacts", build_project="build", controller="controller", waves=1))


def test_the_stages_are_source_build_publish_shift() -> None:
    found = [(stage["name"], [action["name"] for action in stage["actions"]]) for stage in all_stages()]

    assert found == [
        ("Source", ["Source", "BuildKit"]),
        ("Build", ["Build"]),
        ("Publish", ["Publish"]),
        ("Shift", ["Shift"]),
    ]


def test_every_artifact_read_was_written_by_an_earlier_stage() -> None:
    written: set[str] = set()
    for stage in all_stages():
        actions = stage["actions"]
        assert all(set(action.get("input_artifacts", [])) <= written for action in actions), stage["name"]
        produced = [name for action in actions for name in action.get("output_artifacts", [])]
        assert len(set(produced)) == len(produced)
        written |= set(produced)
    assert written == {"SourceOutput", "BuildKit", "BuildOutput"}


def test_the_controller_is_told_step_and_execution() -> None:
    publish, shift = (stage["actions"][0] for stage in all_stages()[2:])

    assert json.loads(publish["configuration"]["UserParameters"]) == {
        "step": "publish",
        "pipelineExecutionId": "#{codepipeline.PipelineExecutionId}",
    }
    assert json.loads(shift["configuration"]["UserParameters"])["step"] == "shift"
    assert (publish["input_artifacts"], shift["input_artifacts"]) == (["BuildOutput"], [])


def test_every_configuration_value_is_a_text() -> None:
    for stage in all_stages():
        for action in stage["actions"]:
            assert all(isinstance(value, str) for value in action["configuration"].values())
            assert action["version"] == "1"


def test_functions_json_tells_the_build_what_to_package(settings_of: Callable[..., Any]) -> None:
    settings = settings_of(
        {"functions": {"charge": {"test": "npm test", "exclude": ["*.md"]}}, "source": {"provider": "s3"}}
    )

    assert json.loads(functions_json(settings)) == {
        "formatVersion": 1,
        "functions": {
            "charge": {
                "directory": "functions/charge",
                "runtime": "nodejs22.x",
                "handler": "index.handler",
                "test": "npm test",
                "build": None,
                "exclude": ["*.md"],
            }
        },
    }


def test_release_reads_the_targets_it_is_given(settings_of: Callable[..., Any]) -> None:
    settings = settings_of(
        {
            "functions": {
                "charge": {"smoke": {"event": {"ping": True}}, "safety": {"accept": ["role-gone"]}},
                "refund": {"rollout": "AllAtOnce"},
            },
            "safety": {"accept": ["permissions-reduced"]},
            "versions": {"prune": False, "keep": 3, "keepDays": 0},
            "source": {"provider": "s3"},
            "ledger": {"retentionDays": 90},
        }
    )
    configs = {Linear(10, 1): "slow", AllAtOnce(): "fast"}

    targets = parse_targets(targets_json(NAMES, ARNS, settings, configs))

    assert (targets.pipeline, targets.application) == ("payments-prod", "payments-prod")
    assert (targets.table, targets.ttl_days) == ("payments-prod-ledger", 90)
    assert targets.topic_arn == "arn:aws:sns:us-east-1:123456789012:payments-prod-releases"
    assert targets.bucket == "payments-prod-artifacts-123456789012-us-east-1"
    assert "console.aws.amazon.com" in targets.console
    here = parse_targets(targets_json(Names("payments", "local"), ARNS, settings, configs))
    assert here.console == "", "AWS's console shows nothing of a twin"
    assert targets.before_hook == "CodeDeployHook_payments-prod-before"
    assert targets.after_hook == "CodeDeployHook_payments-prod-after"
    charge = targets.functions["charge"]
    assert charge.name == charge.deployment_group == "payments-prod-charge"
    assert (charge.alias, charge.alarm) == ("live", "payments-prod-charge-errors")
    assert charge.arn == "arn:aws:lambda:us-east-1:123456789012:function:payments-prod-charge"
    assert json.loads(charge.smoke.event or "") == {"ping": True}
    refund = targets.functions["refund"]
    assert (charge.deployment_config, refund.deployment_config) == ("slow", "fast")
    assert (charge.accept, refund.accept) == ({"role-gone", "permissions-reduced"}, {"permissions-reduced"})
    assert targets.versions == Versions(prune=False, keep=3, keep_days=0)


def test_a_strategy_uses_awss_config_where_there_is_one() -> None:
    strategies = [AllAtOnce(), Canary(10, 5), Canary(7, 3), Linear(10, 1)]

    assert config_names(NAMES, strategies) == {
        AllAtOnce(): "CodeDeployDefault.LambdaAllAtOnce",
        Canary(10, 5): "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        Canary(7, 3): "payments-prod-canary7percent3minutes",
        Linear(10, 1): "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    }
    assert custom_configs(NAMES, strategies) == {"payments-prod-canary7percent3minutes": Canary(7, 3)}


def test_two_spellings_of_a_strategy_share_one_config() -> None:
    written = ["Linear20PercentEvery1Minute", "Linear20PercentEvery1Minutes"]

    assert list(custom_configs(NAMES, map(read_rollout, written))) == [
        "payments-prod-linear20percentevery1minute"
    ]


@pytest.mark.parametrize(
    ("strategy", "routing"),
    [
        (Canary(7, 3), {"type": "TimeBasedCanary", "time_based_canary": {"percentage": 7, "interval": 3}}),
        (Linear(20, 1), {"type": "TimeBasedLinear", "time_based_linear": {"percentage": 20, "interval": 1}}),
        (AllAtOnce(), {"type": "AllAtOnce"}),
    ],
)
def test_traffic_is_routed_as_the_strategy_says(strategy: Any, routing: dict[str, Any]) -> None:
    assert traffic_routing(strategy) == routing


def test_old_versions_packages_and_artifacts_expire() -> None:
    rules = {
        rule["id"]: rule
        for rule in lifecycle_rules(ArtifactsSettings(expireDays=14), pipeline="payments-prod-in-europe")
    }

    assert rules["old-versions"]["noncurrent_version_expiration"] == {"noncurrent_days": 14}
    assert rules["packages"]["filter"] == {"prefix": "packages/"}
    assert rules["pipeline-artifacts"]["filter"] == {"prefix": "payments-prod-in-eur"}
    assert rules["pipeline-artifacts"]["expiration"] == {"days": 14}


@pytest.mark.parametrize("pipeline", ["build-kit", "payments-prod", "packages-x"])
def test_the_build_kit_never_expires(pipeline: str) -> None:
    expiring = [
        rule["filter"]["prefix"]
        for rule in lifecycle_rules(ArtifactsSettings(expireDays=1), pipeline=pipeline)
        if "days" in rule["expiration"]
    ]

    assert not [prefix for prefix in expiring if "build-kit/build-kit.zip".startswith(prefix)]


def test_the_recorder_hears_of_its_own_stack_only() -> None:
    patterns = {purpose: json.loads(text) for purpose, text in event_patterns(NAMES).items()}

    assert patterns["executions"]["detail"] == {"pipeline": ["payments-prod"]}
    assert patterns["deployments"]["detail"] == {"application": ["payments-prod"]}
    assert patterns["builds"]["detail"]["project-name"] == ["payments-prod-build"]
    assert patterns["alarms"]["detail"] == {
        "alarmName": [{"prefix": "payments-prod-"}],
        "state": {"value": ["ALARM"]},
    }
    assert patterns["approvals"]["detail"]["pipeline"] == ["payments-prod"]
    assert [pattern["source"] for pattern in patterns.values()] == [
        ["aws.codepipeline"],
        ["aws.codepipeline"],
        ["aws.codedeploy"],
        ["aws.codebuild"],
        ["aws.cloudwatch"],
    ]


def test_the_recorder_hears_of_alarms_that_stop_a_shift_whosever_they_are() -> None:
    pattern = json.loads(event_patterns(NAMES, ["orders-low", "stock-low"])["alarms"])

    assert pattern["detail"]["alarmName"] == [{"prefix": "payments-prod-"}, "orders-low", "stock-low"]


def test_alarms_that_fit_into_no_pattern_are_all_heard_of() -> None:
    pattern = event_patterns(NAMES, [f"an-alarm-with-a-long-name-{n:03}" for n in range(100)])["alarms"]

    assert len(pattern) <= 2048
    assert json.loads(pattern)["detail"] == {"state": {"value": ["ALARM"]}}


@pytest.mark.parametrize(
    ("runtime", "handler", "file"),
    [
        ("nodejs22.x", "index.handler", "index.mjs"),
        ("nodejs22.x", "src/app.main", "src/app.mjs"),
        ("python3.13", "handler.handler", "handler.py"),
        ("python3.13", "src/app.main", "src/app.py"),
        ("python3.13", "src.app.main", "src/app.py"),
        ("nodejs22.x", "index.orders.create", "index.mjs"),
    ],
)
def test_bootstrap_code_lies_where_the_handler_says(runtime: str, handler: str, file: str) -> None:
    ((name, text),) = bootstrap_files(runtime, handler).items()

    assert name == file
    assert handler.rpartition(".")[2] in text
    assert "bootstrap code" in text


def test_a_webhook_secret_is_stable_and_does_not_show_the_token() -> None:
    secret = webhook_secret("t0ken", "payments-prod-webhook")

    assert secret == webhook_secret("t0ken", "payments-prod-webhook")
    assert secret != webhook_secret("t0ken", "payments-dev-webhook")
    assert "t0ken" not in secret
