"""The fourteen ways in which pipelines of this kind have gone wrong, each with what makes it impossible here.

Of each row: what our own stack has (``ours``), how a guardrail refuses it when somebody writes it by hand
(``refused``), and how the deployed thing is proved wrong (``proofs``): by ``verify`` on a stack that has the
fault, or, where the fault shows only while something is built or destroyed, by the test that is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from greenshift.errors import GreenshiftError
from greenshift.verify import Report
from greenshift.view import StackOutputs
from support.faults import faults_by_hand as hand
from support.faults import holds
from support.faults import seen_by_verify as seen
from support.faults.stack_faults import ACCOUNT, BUCKET, FAULTS, MANAGED
from support.stacks.released_stack import Deployed

_FILLED_BY_A_PIPELINE = """
source = {"name": "S", "category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}
source["configuration"] = {"S3Bucket": "b", "S3ObjectKey": "k"}
build = {"name": "B", "category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
aws.codepipeline.Pipeline(
    "p",
    role_arn="r",
    artifact_stores=[{"location": b.bucket, "type": "S3"}],
    stages=[{"name": "S", "actions": [source]}, {"name": "B", "actions": [build]}],
)
"""


@dataclass(frozen=True)
class ByPack:
    """The policy pack says this of a program; ``advisory`` rules warn and let it pass."""

    rule: str
    program: str
    says: str
    advisory: bool = False


@dataclass(frozen=True)
class ByCheck:
    """``greenshift check`` says this of a program, before it is committed."""

    rule: str
    program: str
    says: str


@dataclass(frozen=True)
class ByVerify:
    """``greenshift verify`` refuses to begin."""

    outputs: dict[str, Any]
    says: str


@dataclass(frozen=True)
class Faulty:
    """A fault of ``stack_faults``, by its name there, with the check that sees it."""

    name: str


@dataclass(frozen=True)
class Seen:
    """A stack with a fault that takes more than one call to make; what is found, and where."""

    check: str
    says: str
    look: Callable[[Deployed], Report]


@dataclass(frozen=True)
class ProvedBy:
    """A test elsewhere."""

    file: str
    test: str


@dataclass(frozen=True)
class Row:
    number: int
    failure: str
    ours: Callable[[Deployed], None]
    refused: tuple[ByPack | ByCheck | ByVerify, ...]
    proofs: tuple[Faulty | Seen | ProvedBy, ...]


ROWS = (
    Row(
        1,
        "a token required by every preview",
        holds.no_token_is_needed,
        (ByCheck("required-token", hand.REQUIRES_TOKEN, "__main__.py:3 requires the secret 'githubToken'"),),
        (
            Faulty("a_token_in_the_builds_environment"),
            Faulty("a_token_in_a_functions_environment"),
            ProvedBy(
                "tests/functional/components/test_oauth_on_the_twin.py",
                "test_without_a_token_the_twin_is_deployed_with_a_warning",
            ),
            ProvedBy(
                "tests/functional/components/test_oauth_on_the_twin.py",
                "test_the_token_is_a_secret_in_the_state_and_in_everything_that_is_said",
            ),
            ProvedBy(
                "tests/e2e/test_aws_way.py",
                "test_an_oauth_source_without_a_token_is_refused_before_pulumi_is_called",
            ),
        ),
    ),
    Row(
        2,
        "another platform's hand.policy, or one that does not exist, on CodeDeploy's role",
        holds.codedeploy_has_lambdas_policy,
        (
            ByPack(
                "managed-policy-exists",
                hand.attach(f"{MANAGED}/AWSCodeDeployRole"),
                "AWSCodeDeployRole does not exist among AWS's managed policies",
            ),
            ByPack(
                "codedeploy-role",
                hand.attach(f"{MANAGED}/service-role/AWSCodeDeployRole") + hand.GROUP,
                "which deploys to EC2 and cannot move an alias",
            ),
        ),
        (
            Faulty("the_wrong_managed_policy_on_codedeploys_role"),
            Faulty("no_policy_on_codedeploys_role"),
        ),
    ),
    Row(
        3,
        "functions without aliases, so nothing shifts",
        holds.every_function_has_an_alias_on_a_version,
        (
            ByPack("deployment-group-alias", hand.ROLE + hand.GROUP, "no alias is left for it to shift"),
            ByPack("alias-version", hand.UNPUBLISHED + hand.ON_LATEST, "$LATEST"),
        ),
        (
            Faulty("a_function_without_its_alias"),
            Faulty("an_alias_on_latest"),
            Faulty("a_function_without_its_deployment_group"),
        ),
    ),
    Row(
        4,
        "version 2 of the AWS SDK on Node 18 or newer",
        holds.the_build_refuses_it,
        (
            ByPack(
                "node-sdk-v2",
                hand.OLD_SDK,
                "index.js:3 loads 'aws-sdk' (version 2), which nodejs22.x has not; use @aws-sdk/client-s3",
            ),
        ),
        (
            Seen("functions.sdk", "index.js, line 1 asks for aws-sdk", seen.a_function_with_the_old_sdk),
            ProvedBy(
                "tests/unit/release/test_release_packages.py",
                "test_sdk_v2_that_is_not_bundled_is_refused_on_node_18_and_later",
            ),
            ProvedBy(
                "tests/e2e/test_check_and_doctor.py",
                "test_a_new_project_passes_check_and_a_fault_is_told_with_its_line",
            ),
            ProvedBy(
                "tests/unit/guardrails/test_guardrail_function_rules.py",
                "test_a_runtime_warns_between_deprecation_and_block_and_is_refused_after",
            ),
        ),
    ),
    Row(
        5,
        "bucket names that collide between stacks",
        holds.the_bucket_is_named_for_stack_account_and_region,
        (
            ByPack(
                "bucket-name",
                'aws.s3.Bucket("b", bucket="my-artifacts", force_destroy=True)\n',
                "my-artifacts",
            ),
        ),
        (
            Seen(
                "artifacts.unique-name",
                f"lacks account {ACCOUNT} or region us-east-1",
                seen.a_bucket_others_may_want,
            ),
        ),
    ),
    Row(
        6,
        "a bucket that cannot be destroyed with objects in it",
        holds.the_bucket_goes_with_what_is_in_it,
        (
            ByPack(
                "bucket-force-destroy", f'b = aws.s3.Bucket("b")\n{_FILLED_BY_A_PIPELINE}', "force_destroy"
            ),
            ByPack("bucket-keeps-data", 'aws.s3.Bucket("b")\n', "force_destroy", advisory=True),
            ByPack(
                "bucket-keeps-data",
                'aws.s3.Bucket("b", opts=pulumi.ResourceOptions(protect=True))\n',
                "destroy",
                advisory=True,
            ),
        ),
        (
            ProvedBy(
                "tests/e2e/test_project.py", "test_a_users_own_repository_is_deployed_released_and_destroyed"
            ),
            ProvedBy(
                "tests/functional/components/test_kept_data.py",
                "test_destroy_says_what_it_kept_once_for_each",
            ),
            ProvedBy(
                "tests/functional/failures/test_every_failure.py",
                "test_after_a_release_and_a_rollback_destroy_leaves_nothing",
            ),
        ),
    ),
    Row(
        7,
        "a build that assumes package.json",
        holds.the_build_asks_each_function,
        (ByPack("build-each-function", hand.NPM_EVERYWHERE, "runs 'npm ci' at the top of the repository"),),
        (
            Faulty("a_build_that_assumes_a_package_json"),
            ProvedBy(
                "tests/unit/buildkit/test_build_kit_plan.py", "test_a_directory_is_installed_by_what_it_holds"
            ),
            ProvedBy(
                "tests/functional/codebuild/test_build_kit_runs.py",
                "test_node_and_python_functions_are_tested_and_packaged",
            ),
            ProvedBy(
                "tests/functional/codebuild/test_build_kit_runs.py",
                "test_a_placeholder_test_script_and_no_tests_are_no_failure",
            ),
            ProvedBy(
                "tests/functional/codebuild/test_build_kit_runs.py",
                "test_a_failing_node_test_fails_the_build_with_one_last_line",
            ),
        ),
    ),
    Row(
        8,
        "an hand.alarm that does not say what silence means, or can never get data",
        holds.the_alarm_gets_data_and_knows_silence,
        (
            ByPack("alarm-missing-data", hand.alarm(dimensions={"FunctionName": "f"}), "treat_missing_data"),
            ByPack(
                "alarm-has-data",
                hand.alarm(
                    treat_missing_data="notBreaching",
                    dimensions={"FunctionName": "f", "ExecutedVersion": "2"},
                ),
                "ExecutedVersion",
            ),
        ),
        (
            Faulty("an_alarm_that_does_not_say_what_silence_means"),
            Faulty("an_alarm_that_never_gets_data"),
            Faulty("a_function_without_its_alarm"),
        ),
    ),
    Row(
        9,
        "functions without the deployment table's name and permission",
        holds.functions_know_their_table_and_may_write_it,
        (
            ByPack(
                "function-table-name",
                hand.UNPUBLISHED + hand.LEDGER,
                "DEPLOYMENT_TABLE_NAME is not in its environment",
            ),
            ByPack(
                "function-table-access",
                hand.ROLE
                + hand.FUNCTION.format(more=', environment={"variables": {"DEPLOYMENT_TABLE_NAME": "t"}}')
                + hand.LEDGER,
                "its role role may not write the ledger ledger",
            ),
        ),
        (
            Faulty("a_function_that_does_not_know_its_table"),
            Faulty("a_function_that_cannot_write_the_table"),
            Faulty("a_function_that_can_do_more"),
        ),
    ),
    Row(
        10,
        "a GitHub OAuth source, polling",
        holds.the_source_is_a_connection,
        (
            ByPack("github-polling", hand.OAUTH, "PollForSourceChanges"),
            ByPack("github-webhook", hand.OAUTH, "webhook"),
            ByPack("github-oauth-source", hand.OAUTH, "OAuth token", advisory=True),
        ),
        (
            Faulty("a_source_that_is_polled"),
            Seen("pipeline.connection", "the connection is PENDING", seen.a_connection_nobody_finished),
            ProvedBy(
                "tests/e2e/test_check_and_doctor.py",
                "test_doctor_tells_how_to_finish_a_connection_that_nobody_has_finished",
            ),
        ),
    ),
    Row(
        11,
        "integration tests that tested something else",
        holds.the_suite_passes_on_what_is_deployed,
        (ByVerify({"bucket": "shop-artifacts"}, "the stack has no output 'functions'"),),
        (Seen("outputs.aliases", "is not an alias of shop-local-charge-gone", seen.another_stacks_outputs),),
    ),
    Row(
        12,
        "hard-coded values",
        holds.settings_reach_what_is_deployed,
        (ByPack("bucket-name", 'aws.s3.Bucket("b", bucket="app", force_destroy=True)\n', "'app'"),),
        (
            ProvedBy(
                "tests/unit/components/test_no_hidden_settings.py",
                "test_no_component_holds_a_literal_that_should_be_a_setting",
            ),
            ProvedBy("tests/unit/docs/test_reference_pages.py", "test_a_generated_page_is_not_stale"),
            ProvedBy(
                "tests/unit/settings/test_settings_reference.py",
                "test_no_setting_is_left_out_of_the_reference",
            ),
        ),
    ),
    Row(
        13,
        "inline policies, wildcards, over-broad policies",
        holds.every_policy_is_a_managed_one,
        (
            ByPack("inline-policy", hand.INLINE, "it is an inline policy"),
            ByPack("inline-policy", hand.IN_ROLE, "it has inline_policies"),
            ByPack("wildcard-action", hand.policy("s3:*", f"arn:aws:s3:::{BUCKET}"), "allows s3:*"),
            ByPack("wildcard-resource", hand.policy("dynamodb:PutItem", "*"), "dynamodb:PutItem"),
            ByPack(
                "over-broad-managed-policy",
                hand.attach(f"{MANAGED}/AdministratorAccess"),
                "AdministratorAccess",
            ),
        ),
        (
            Faulty("an_inline_policy"),
            Faulty("a_wildcard_action"),
            Faulty("a_resource_that_could_have_been_named"),
            Faulty("an_over_broad_managed_policy"),
        ),
    ),
    Row(
        14,
        "a destroy path nobody tried",
        holds.nothing_holds_on_to_anything,
        (
            ByPack(
                "bucket-force-destroy",
                f'b = aws.s3.Bucket("b", force_destroy=False)\n{_FILLED_BY_A_PIPELINE}',
                "force_destroy",
            ),
        ),
        (
            ProvedBy("tests/e2e/test_destroy.py", "test_in_the_middle_of_a_shift"),
            ProvedBy("tests/e2e/test_destroy.py", "test_after_an_up_that_was_killed"),
            ProvedBy("tests/e2e/test_destroy.py", "test_after_an_up_that_failed_half_way"),
            ProvedBy(
                "tests/e2e/test_demo.py",
                "test_the_demo_ships_a_good_version_rolls_a_bad_one_back_and_leaves_nothing",
            ),
            ProvedBy(
                "tests/functional/engine/test_engine_interruptions.py",
                "test_destroy_after_a_killed_create_leaves_nothing",
            ),
            ProvedBy(
                "tests/functional/failures/test_every_failure.py",
                "test_after_a_release_and_a_rollback_destroy_leaves_nothing",
            ),
        ),
    ),
)


BY_NAME = {fault.name: fault for fault in FAULTS}


def refusal(outputs: dict[str, Any]) -> str:
    """What ``verify`` says of outputs that are not a stack's."""
    with pytest.raises(GreenshiftError) as caught:
        StackOutputs.parse(outputs)
    return caught.value.message
