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

from greenshift.automation.deployer import ACTIONS, actions, deployer_policies
from greenshift.components.names import Names, codebuild_log_group, lambda_log_group

ROOT = Path(__file__).parents[3]
COMPONENTS = ROOT / "src" / "greenshift" / "components"
# Permissions that no API operation is named after [service authorization reference].
WITHOUT_OPERATION = {"PassConnection", "UseConnection"}


def created_types() -> set[str]:
    """The resource types behind every ``aws.<module>.<Class>(…)`` in the components."""
    return {kind for path in COMPONENTS.rglob("*.py") for kind in types_in(path)}


def types_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if re.fullmatch(r"aws\.\w+\.[A-Z]\w+", name):
            found = functools.reduce(getattr, name.split(".")[1:], pulumi_aws)
            yield str(found.pulumi_type)  # type: ignore[attr-defined] # reduce knows no attributes


def statements() -> dict[str, dict[str, Any]]:
    documents: Any = deployer_policies("ACCOUNT", "PROJECT").values()
    return {statement["Sid"]: statement for document in documents for statement in document["Statement"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_every_resource_the_components_create_has_its_actions() -> None:
    created = created_types()

    assert len(created) > 20, "the components were found"
    assert created - ACTIONS.keys() == set(), "add their actions to automation/deployer.py"
    assert ACTIONS.keys() - created == set(), "nothing creates these any more"


def test_every_type_can_be_created_read_and_deleted() -> None:
    for kind, services in ACTIONS.items():
        names = [name for all_ in services.values() for name in all_]
        assert any(re.match("Get|Describe|List|BatchGet", name) for name in names), kind
        assert any(re.match("Create|Put|Add|Attach|Subscribe|Set", name) for name in names), kind


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

    assert handed["Resource"] == "arn:aws:iam::ACCOUNT:role/PROJECT-*"
    assert "lambda.amazonaws.com" in handed["Condition"]["StringEquals"]["iam:PassedToService"]
    assert not any(
        "PassRole" in str(statements()[sid]["Action"]) for sid in statements() if sid != "HandRolesToServices"
    )


def test_what_is_created_is_named_so_that_the_policies_cover_it() -> None:
    names, place = Names(project="shop", stack="prod"), "eu-central-1:123456789012"
    arns = [
        f"arn:aws:codepipeline:{place}:{names.pipeline}",
        f"arn:aws:codebuild:{place}:project/{names.build_project}",
        f"arn:aws:codedeploy:{place}:deploymentgroup:{names.application}/{names.deployment_group('charge')}",
        f"arn:aws:dynamodb:{place}:table/{names.ledger}",
        f"arn:aws:sns:{place}:{names.topic}",
        f"arn:aws:lambda:{place}:function:{names.function('charge')}:live",
        f"arn:aws:lambda:{place}:function:{names.before_hook}",
        f"arn:aws:logs:{place}:log-group:{lambda_log_group(names.after_hook)}",
        f"arn:aws:logs:{place}:log-group:{codebuild_log_group(names.build_project)}",
        f"arn:aws:cloudwatch:{place}:alarm:{names.alarm('charge')}",
        f"arn:aws:s3:::{names.bucket('123456789012', 'eu-central-1')}/build-kit/build-kit.zip",
        f"arn:aws:iam::123456789012:role/{names.role('pipeline')}",
    ]
    documents: Any = deployer_policies("123456789012", "shop").values()
    scoped = [each["Resource"] for document in documents for each in document["Statement"]]
    covered = [pattern for resources in scoped if isinstance(resources, list) for pattern in resources]

    assert [arn for arn in arns if not any(fnmatch.fnmatchcase(arn, each) for each in covered)] == []


@pytest.mark.parametrize("name", ["foundation", "delivery"])
def test_each_policy_fits_into_one_managed_policy(name: str) -> None:
    """IAM quotas: 6,144 characters of a managed policy, white space not counted."""
    text = json.dumps(deployer_policies("123456789012", "p" * 20)[name])

    assert len(re.sub(r"\s", "", text)) <= 6144


@pytest.mark.parametrize("name", ["foundation", "delivery"])
def test_the_page_shows_the_policies(name: str) -> None:
    page = (ROOT / "docs" / "aws.md").read_text()
    shown = re.search(rf"<!-- deployer policy: {name} -->\n```json\n(.*?)\n```", page, re.DOTALL)

    assert shown is not None
    assert json.loads(shown[1]) == deployer_policies("ACCOUNT", "PROJECT")[name]
