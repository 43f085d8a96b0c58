"""The deployer's policies: for every resource the components create, as AWS and as the page name it."""

from __future__ import annotations

import ast
import fnmatch
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pulumi_aws
import pytest

from greenshift.contract.names import Names, codebuild_log_group, lambda_log_group
from greenshift.pulumi_cli.deployer import ACTIONS, Deployed, actions, deployer_policies

ROOT = Path(__file__).parents[3]
COMPONENTS = ROOT / "src" / "greenshift" / "components"
# What a program adds beside the pipeline, whoever adds it allows (docs/how-to/your-resources.md).
ADDED_BY_PROGRAMS = {"feeds"}
# Permissions that no API operation is named after [service authorization reference].
WITHOUT_OPERATION = {"PassConnection", "UseConnection", "InvokeFunction"}


def created_types() -> set[str]:
    """The resource types behind every ``aws.<module>.<Class>(…)`` in the components."""
    files = (path for path in COMPONENTS.rglob("*.py") if path.parent.name not in ADDED_BY_PROGRAMS)
    return {kind for path in files for kind in types_in(path)}


def types_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if re.fullmatch(r"aws\.\w+\.[A-Z]\w+", name):
            found = functools.reduce(getattr, name.split(".")[1:], pulumi_aws)
            yield str(found.pulumi_type)  # type: ignore[attr-defined] # reduce knows no attributes


def deployed(project: str = "shop", stack: str = "prod", region: str = "eu-central-1") -> Deployed:
    return Deployed(Names(project=project, stack=stack), "123456789012", region)


def statements() -> dict[str, dict[str, Any]]:
    documents: Any = deployer_policies(deployed()).values()
    return {statement["Sid"]: statement for document in documents for statement in document["Statement"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_every_resource_the_components_create_has_its_actions() -> None:
    created = created_types()

    assert len(created) > 20, "the components were found"
    assert created - ACTIONS.keys() == set(), "add their actions to pulumi_cli/deployer.py"
    assert ACTIONS.keys() - created == set(), "nothing creates these any more"


def test_every_type_can_be_created_read_and_deleted() -> None:
    for kind, services in ACTIONS.items():
        names = [name for all_ in services.values() for name in all_]
        assert any(re.match("Get|Describe|List|BatchGet", name) for name in names), kind
        assert any(re.match("Create|Put|Add|Attach|Subscribe|Set|Invoke", name) for name in names), kind


@pytest.mark.parametrize("service", sorted(actions().keys() - {"s3"}))
def test_every_action_is_an_operation_of_its_service(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)

    assert actions()[service] - set(model.operation_names) <= WITHOUT_OPERATION


def test_nothing_is_allowed_with_a_wildcard_and_only_what_has_no_resource_on_all() -> None:
    for sid, statement in statements().items():
        assert "*" not in json.dumps(statement["Action"]), sid
        assert (statement["Resource"] == "*") == (sid == "WithoutResource")


def test_roles_are_handed_to_the_pipelines_services_only() -> None:
    handed = statements()["HandRolesToServices"]

    assert handed["Resource"] == "arn:aws:iam::123456789012:role/shop-prod-*"
    assert "lambda.amazonaws.com" in handed["Condition"]["StringEquals"]["iam:PassedToService"]
    assert not any(
        "PassRole" in str(statements()[sid]["Action"]) for sid in statements() if sid != "HandRolesToServices"
    )


# Names that are shortened, cleaned, or told apart by a hash.
PROJECTS = [
    *(("shop", "prod"), ("my.shop", "prod"), ("My_Shop", "EU"), ("shop", "feature-login")),
    *(("customer-payments-platform-europe", "production"), ("x" * 80, "y" * 40)),
]


@pytest.mark.parametrize(("project", "stack"), PROJECTS)
@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1"])
def test_what_is_created_is_named_so_that_the_policies_cover_it(
    project: str, stack: str, region: str
) -> None:
    names, place = Names(project=project, stack=stack), f"{region}:123456789012"
    key = "a-function-with-quite-a-long-name"
    here = "aws-cn" if region.startswith("cn-") else "aws"
    arns = [
        f"arn:{here}:codepipeline:{place}:{names.pipeline}",
        f"arn:{here}:codepipeline:{place}:webhook:{names.webhook}",
        f"arn:{here}:codebuild:{place}:project/{names.build_project}",
        f"arn:{here}:codedeploy:{place}:application:{names.application}",
        f"arn:{here}:codedeploy:{place}:deploymentgroup:{names.application}/{names.deployment_group(key)}",
        f"arn:{here}:codedeploy:{place}:deploymentconfig:{names.deployment_config('Linear7Percent')}",
        f"arn:{here}:codedeploy:{place}:deploymentconfig:CodeDeployDefault.LambdaAllAtOnce",
        f"arn:{here}:dynamodb:{place}:table/{names.ledger}",
        f"arn:{here}:events:{place}:rule/{names.rule('deployments')}",
        f"arn:{here}:sns:{place}:{names.topic}",
        f"arn:{here}:lambda:{place}:function:{names.function(key)}:live",
        *(f"arn:{here}:lambda:{place}:function:{name}" for name in names.control_functions),
        f"arn:{here}:logs:{place}:log-group:{lambda_log_group(names.after_hook)}",
        f"arn:{here}:logs:{place}:log-group:{codebuild_log_group(names.build_project)}",
        f"arn:{here}:cloudwatch:{place}:alarm:{names.alarm(key)}",
        f"arn:{here}:s3:::{names.bucket('123456789012', region)}/build-kit/build-kit.zip",
        f"arn:{here}:iam::123456789012:role/{names.role('pipeline')}",
        f"arn:{here}:iam::123456789012:role/{names.function_role(key)}",
        f"arn:{here}:iam::123456789012:policy/{names.policy('function-network')}",
    ]
    documents: Any = deployer_policies(deployed(project, stack, region)).values()
    scoped = [each["Resource"] for document in documents for each in document["Statement"]]
    covered = [pattern for resources in scoped if isinstance(resources, list) for pattern in resources]

    assert [arn for arn in arns if not any(fnmatch.fnmatchcase(arn, each) for each in covered)] == []


def test_another_stack_of_the_project_is_out_of_reach() -> None:
    text = json.dumps(deployer_policies(deployed()))

    assert "shop-prod-*" in text and "shop-*" not in text


@pytest.mark.parametrize("name", ["foundation", "delivery"])
def test_each_policy_fits_into_one_managed_policy(name: str) -> None:
    """IAM quotas: 6,144 characters of a managed policy, white space not counted."""
    text = json.dumps(deployer_policies(deployed("p" * 60, "s" * 20, "ap-southeast-1"))[name])

    assert len(re.sub(r"\s", "", text)) <= 6144


def test_a_role_whose_description_changes_is_covered_in_both_ways() -> None:
    """The provider calls UpdateRoleDescription for a description, and UpdateRole for the rest."""
    assert {"iam:UpdateRole", "iam:UpdateRoleDescription"} <= set(statements()["Iam"]["Action"])
