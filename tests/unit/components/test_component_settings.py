"""Each setting of a stack on mocks: what it adds, to what, and that nothing is added without it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from greenshift.components.triggers import function_paths, triggers
from greenshift.errors import SettingsError

pytestmark = pytest.mark.filterwarnings(
    r"ignore:(aws\.)?(s3|lambda)\S+ has been deprecated in favor of:DeprecationWarning"
)

Deploy = Callable[..., Any]

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab"
BOUNDARY = "arn:aws:iam::123456789012:policy/developers"
LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:certificates:3"


def attached(run: Any, role: str) -> set[str]:
    return {
        each.inputs["policyArn"]
        for each in run.of(":RolePolicyAttachment")
        if each.inputs["role"] == f"payments-prod-{role}"
    }


def source(**settings: Any) -> dict[str, Any]:
    return {"functions": {"charge": {}}, "source": {"repository": "me/app", **settings}}


# --- triggers -------------------------------------------------------------------------------------------


def git(settings_of: Callable[..., Any], functions: tuple[str, ...] = ("charge",), **settings: Any) -> Any:
    config = {"functions": {key: {} for key in functions}, "source": {"repository": "me/app", **settings}}
    found = triggers(settings_of(config))
    return found[0]["git_configuration"] if found else None


def test_without_settings_the_connection_reports_every_push(settings_of: Callable[..., Any]) -> None:
    assert git(settings_of) is None


def test_a_push_filter_without_branches_means_the_released_branch(settings_of: Callable[..., Any]) -> None:
    filters = [{"filePaths": {"excludes": ["docs/**"]}}]

    assert git(settings_of, branch="trunk", triggers={"push": filters})["pushes"] == [
        {"branches": {"includes": ["trunk"]}, "file_paths": {"excludes": ["docs/**"]}}
    ]


def test_tags_are_filtered_alone(settings_of: Callable[..., Any]) -> None:
    found = git(settings_of, triggers={"push": [{"tags": {"includes": ["v*"]}}], "functionPaths": True})

    assert found["pushes"] == [{"tags": {"includes": ["v*"]}}]


def test_pull_requests_alone_leave_pushes_out(settings_of: Callable[..., Any]) -> None:
    found = git(settings_of, triggers={"pullRequests": [{"events": ["CLOSED"]}]})

    assert found == {
        "source_action_name": "Source",
        "pull_requests": [{"events": ["CLOSED"], "branches": {"includes": ["main"]}}],
    }


def test_function_paths_are_the_functions_directories_and_the_shared_ones(
    settings_of: Callable[..., Any], tmp_path: Path
) -> None:
    found = git(settings_of, ("charge", "refund"), triggers={"functionPaths": True})

    assert found["pushes"] == [
        {
            "branches": {"includes": ["main"]},
            "file_paths": {"includes": ["functions/charge/**", "functions/refund/**"]},
        }
    ]


def test_a_filters_own_paths_win_over_the_functions(settings_of: Callable[..., Any]) -> None:
    own = {"filePaths": {"includes": ["deploy/**"]}}

    found = git(settings_of, triggers={"push": [own, {}], "functionPaths": True})

    assert [each["file_paths"]["includes"] for each in found["pushes"]] == [
        ["deploy/**"],
        ["functions/charge/**"],
    ]


@pytest.mark.parametrize(
    ("directories", "globs"),
    [
        (["a", "a/b", "a/b/c"], ["a/**"]),
        ([f"functions/f{n}" for n in range(8)], [f"functions/f{n}/**" for n in range(8)]),
        ([f"functions/f{n}" for n in range(9)], ["functions/**"]),
        ([*(f"deep/er/f{n}" for n in range(9)), "lib"], ["deep/er/**", "lib/**"]),
        ([f"f{n}" for n in range(9)], ["**"]),
        (["."], ["**"]),
    ],
)
def test_more_directories_than_a_filter_holds_are_named_by_the_one_above(
    settings_of: Callable[..., Any], directories: list[str], globs: list[str]
) -> None:
    settings = settings_of(source())
    (function,) = settings.functions.values()
    many = {str(n): function.model_copy(update={"directory": each}) for n, each in enumerate(directories)}

    assert function_paths(settings.model_copy(update={"functions": many})) == globs


# --- functions ------------------------------------------------------------------------------------------


def test_a_function_takes_everything_it_is_given(deploy: Deploy) -> None:
    run = deploy(
        {
            "functions": {
                "charge": {
                    "reservedConcurrency": 7,
                    "layers": [LAYER],
                    "vpc": {"subnetIds": ["subnet-1a"], "securityGroupIds": ["sg-1a"]},
                    "tracing": True,
                    "ephemeralStorage": 1024,
                    "logRetentionDays": 90,
                    "alarm": {"threshold": 1.5, "period": 120},
                }
            }
        }
    )

    inputs = run.one(":Function", "charge-function").inputs
    assert inputs["reservedConcurrentExecutions"] == 7
    assert inputs["layers"] == [LAYER]
    assert inputs["vpcConfig"] == {"subnetIds": ["subnet-1a"], "securityGroupIds": ["sg-1a"]}
    assert inputs["tracingConfig"] == {"mode": "Active"}
    assert inputs["ephemeralStorage"] == {"size": 1024}
    assert run.one(":LogGroup", "charge-log-group").inputs["retentionInDays"] == 90
    assert run.one(":LogGroup", "recorder-log-group").inputs["retentionInDays"] == 30
    alarm = run.one(":MetricAlarm", "charge-alarm").inputs
    assert (alarm["threshold"], alarm["metricQueries"][1]["metric"]["period"]) == (1.5, 120)
    assert {arn for arn in attached(run, "charge-function") if arn.startswith("arn:aws:")} == {
        "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
    }
    function = run.one(":Function", "charge-function")
    assert {"charge-network", "charge-tracing"} <= set(function.depends_on)


def test_without_them_nothing_is_said_of_network_tracing_layers_or_concurrency(deploy: Deploy) -> None:
    inputs = deploy().one(":Function", "charge-function").inputs

    assert not {"vpcConfig", "tracingConfig", "layers", "reservedConcurrentExecutions"} & set(inputs)


# --- build ----------------------------------------------------------------------------------------------


def test_the_build_is_what_was_described(deploy: Deploy) -> None:
    run = deploy(
        {
            "build": {
                "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
                "computeType": "BUILD_GENERAL1_LARGE",
                "timeout": 33,
                "environment": {"LEVEL": "2"},
                "buildspec": "buildspec.yml",
                "cache": {"type": "local", "modes": ["LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"]},
            }
        }
    )

    inputs = run.one(":Project").inputs
    assert inputs["environment"]["type"] == "ARM_CONTAINER"
    assert inputs["environment"]["computeType"] == "BUILD_GENERAL1_LARGE"
    assert inputs["environment"]["environmentVariables"] == [
        {"name": "LEVEL", "value": "2", "type": "PLAINTEXT"}
    ]
    assert inputs["source"]["buildspec"] == "buildspec.yml"
    assert inputs["buildTimeout"] == 33
    assert inputs["cache"] == {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"]}


def test_a_cache_names_what_is_kept_in_the_generated_buildspec(deploy: Deploy) -> None:
    project = deploy({"build": {"cache": {"type": "s3"}}}).one(":Project")

    bucket = "payments-prod-artifacts-123456789012-eu-central-1"
    assert project.inputs["cache"] == {"type": "S3", "location": f"{bucket}/build-cache"}
    assert yaml.safe_load(project.inputs["source"]["buildspec"])["cache"] == {
        "paths": ["/root/.npm/**/*", "/root/.cache/pip/**/*"]
    }
    without = deploy().one(":Project").inputs
    assert "cache" not in without
    assert "cache" not in yaml.safe_load(without["source"]["buildspec"])


def test_the_builds_variables_configured_as_a_secret_stay_secret(deploy: Deploy) -> None:
    run = deploy({"build": {"environment": {"NPM_TOKEN": "hush"}}}, secret_keys=["build"])

    # Pulumi marks the whole list: a secret inside it makes what holds it one.
    variables = run.one(":Project").inputs["environment"]["environmentVariables"]
    assert variables[0]["value"]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"


# --- keys -----------------------------------------------------------------------------------------------


def test_keys_encrypt_what_they_are_given_for_and_open_it_to_whoever_uses_it(deploy: Deploy) -> None:
    run = deploy(
        {
            "artifacts": {"kmsKeyArn": KEY},
            "ledger": {"kmsKeyArn": KEY},
            "logs": {"kmsKeyArn": KEY},
            "notifications": {"kmsKeyArn": KEY},
        }
    )

    (rule,) = run.one(":BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    assert run.one(":Table").inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": KEY}
    assert {each.inputs["kmsKeyId"] for each in run.of(":LogGroup")} == {KEY}
    assert run.one(":Topic").inputs["kmsMasterKeyId"] == KEY
    assert run.one(":Project").inputs["encryptionKey"] == KEY
    store = run.one(":Pipeline").inputs["artifactStores"][0]
    assert store["encryptionKey"] == {"id": KEY, "type": "KMS"}
    used = {
        role: {arn for arn in attached(run, role) if "-key" in arn}
        for role in ("pipeline", "build", "controller", "recorder", "charge-function")
    }
    assert used == {
        "pipeline": {"arn:mock:artifacts-key-policy"},
        "build": {"arn:mock:artifacts-key-policy"},
        "controller": {
            "arn:mock:artifacts-key-policy",
            "arn:mock:ledger-key-policy",
            "arn:mock:topic-key-policy",
        },
        "recorder": {"arn:mock:ledger-key-policy", "arn:mock:topic-key-policy"},
        "charge-function": {"arn:mock:ledger-key-policy"},
    }


def test_a_keys_policy_reaches_that_key_only(deploy: Deploy) -> None:
    run = deploy({"ledger": {"kmsKeyArn": KEY}})

    (statement,) = run.one(":Policy", "ledger-key-policy").json("policy")["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["kms:Decrypt"], [KEY])
    assert len([each for each in run.of(":Policy") if "-key" in each.name]) == 1


# --- approval, boundary, notifications, release ---------------------------------------------------------


def test_an_approval_stands_between_publish_and_shift(deploy: Deploy) -> None:
    run = deploy({"approval": {"beforeShift": True, "timeout": 60, "message": "Look first."}})

    stages = run.one(":Pipeline").inputs["stages"]
    assert [stage["name"] for stage in stages] == ["Source", "Build", "Publish", "Approve", "Shift"]
    (action,) = stages[3]["actions"]
    assert (action["category"], action["provider"], action["timeoutInMinutes"]) == ("Approval", "Manual", 60)
    # The recorder asks, not CodePipeline: it knows which functions wait, and what to type.
    assert action["configuration"] == {"CustomData": "Look first."}
    assert "sns:Publish" not in run.one(":Policy", "pipeline-policy").inputs["policy"]


WAVES = {"waves": [["charge"]], "approval": {"betweenWaves": True, "message": "Look first."}}


def test_approvals_between_waves_stand_inside_the_one_stage_that_shifts(deploy: Deploy) -> None:
    run = deploy(WAVES)

    stages = run.one(":Pipeline").inputs["stages"]
    assert [stage["name"] for stage in stages] == ["Source", "Build", "Publish", "Shift"]
    actions = stages[-1]["actions"]
    assert [(each["name"], each["runOrder"]) for each in actions] == [
        ("ShiftWave1", 1), ("ApproveWave2", 2), ("ShiftWave2", 3),
    ]  # fmt: skip
    told = [json.loads(each["configuration"]["UserParameters"]) for each in (actions[0], actions[2])]
    assert [(each["step"], each["waves"]) for each in told] == [("shift", 1), ("shift", 2)]


def test_waves_without_approvals_are_one_action(deploy: Deploy) -> None:
    (action,) = deploy({"waves": [["charge"]]}).one(":Pipeline").inputs["stages"][-1]["actions"]

    assert json.loads(action["configuration"]["UserParameters"]).get("waves") is None


def test_a_chat_is_told_by_those_who_tell_and_its_address_is_a_secret(deploy: Deploy) -> None:
    url = "https://chat.example.org/hooks/releases"
    run = deploy({"notifications": {"chatWebhook": url}})

    told = {
        each.inputs["name"]
        for each in run.of(":Function")
        if "GREENSHIFT_CHAT_WEBHOOK" in each.inputs.get("environment", {}).get("variables", {})
    }
    assert told == {"payments-prod-controller", "payments-prod-recorder"}


def test_every_role_has_the_boundary_and_none_without(deploy: Deploy) -> None:
    bound = deploy({"permissionsBoundary": BOUNDARY}).of(":Role")

    assert {each.inputs["permissionsBoundary"] for each in bound} == {BOUNDARY}
    assert [each for each in deploy().of(":Role") if "permissionsBoundary" in each.inputs] == []


def test_roles_are_made_in_one_place() -> None:
    """So that no role can be made without its boundary."""
    folder = Path(__file__).parents[3] / "src" / "greenshift" / "components"
    made = {
        path.name
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "aws.iam.Role"
    }

    assert made == {"service_role.py"}


def test_the_functions_of_a_release_have_their_sizes(deploy: Deploy) -> None:
    run = deploy(
        {"release": {"memory": 2048, "ephemeralStorage": 4096, "hookMemory": 512, "architecture": "arm64"}}
    )

    controller = run.one(":Function", "controller-function").inputs
    assert (controller["memorySize"], controller["ephemeralStorage"]) == (2048, {"size": 4096})
    assert (controller["timeout"], controller["architectures"]) == (900, ["arm64"])
    hook = run.one(":Function", "before-hook-function").inputs
    assert hook["memorySize"] == 512
    assert "ephemeralStorage" not in hook
    usual = deploy().one(":Function", "controller-function").inputs
    assert (usual["memorySize"], usual["ephemeralStorage"]) == (1024, {"size": 2048})


# --- what is kept ---------------------------------------------------------------------------------------

STORE = (
    *(":Bucket", ":BucketVersioning", ":BucketServerSideEncryptionConfiguration", ":BucketPolicy"),
    *(":BucketPublicAccessBlock", ":BucketOwnershipControls", ":BucketLifecycleConfiguration"),
)


def test_a_bucket_that_is_kept_keeps_all_that_makes_it_private(deploy: Deploy) -> None:
    run = deploy({"artifacts": {"forceDestroy": False}})

    assert [kind for kind in STORE if not run.one(kind).retained] == []
    assert run.one(":Bucket").inputs["forceDestroy"] is False
    assert not run.one(":Table").retained
    assert [line for line in run.warnings if "destroy keeps the artifact bucket" in line]


def test_a_protected_ledger_is_kept(deploy: Deploy) -> None:
    run = deploy({"ledger": {"deletionProtection": True, "pointInTimeRecovery": False}})

    table = run.one(":Table")
    assert (table.inputs["deletionProtectionEnabled"], table.retained) == (True, True)
    assert table.inputs["pointInTimeRecovery"] == {"enabled": False}
    assert [line for line in run.warnings if "destroy keeps the ledger table" in line]


def test_usually_nothing_is_kept_and_nobody_is_warned(deploy: Deploy) -> None:
    run = deploy()

    assert [each.name for each in run.resources if each.retained] == []
    assert run.warnings == []


# --- the token ------------------------------------------------------------------------------------------

GITHUB = {"source": {"provider": "github", "repository": "me/app"}}


def test_on_aws_a_placeholder_is_refused_before_anything_is_asked_for(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GREENSHIFT_ENGINE", raising=False)

    refused = deploy(GITHUB, refused=SettingsError)

    assert [each.name for each in refused.resources if each.type != "pulumi:pulumi:Stack"] == []
    assert "a deployment to AWS needs the token; nothing was created" in str(refused.error)
    assert "pulumi config set --secret greenshift:githubToken" in refused.error.hint


def test_a_preview_on_aws_goes_on_with_a_warning(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GREENSHIFT_ENGINE", raising=False)

    run = deploy(GITHUB, preview=True)

    assert run.one(":Webhook")
    assert [line for line in run.warnings if "a placeholder is used" in line]


def test_on_aws_the_environments_token_will_do(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "from-the-environment")
    monkeypatch.delenv("GREENSHIFT_ENGINE", raising=False)

    run = deploy({**GITHUB, "tags": {"by": "environment"}})

    (action, _) = run.one(":Pipeline").inputs["stages"][0]["actions"]
    assert "from-the-environment" in json.dumps(action["configuration"]["OAuthToken"])
    assert run.warnings == []
