"""What a container image asks of AWS: a repository, a build that may push into it, a first image."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from greenshift.components.manifests import functions_json, image_repositories
from greenshift.components.policies.build import build_policy
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.pulumi_cli.deployer import Deployed, deployer_policies

# The SDK warns of its own old classes while its modules are imported.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:(aws\.)?(s3|lambda)\S+ has been deprecated in favor of:DeprecationWarning"
)

Deploy = Callable[..., Any]
FUNCTIONS = {"web": {"packageType": "Image", "architecture": "arm64"}, "charge": {}}
REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
REPOSITORY = "arn:aws:ecr:eu-central-1:123456789012:repository/payments-prod-web"
PUSHES = {"ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"}


@pytest.fixture
def run(deploy: Deploy) -> Any:
    return deploy({"functions": FUNCTIONS})


def statements(run: Any, policy: str) -> dict[str, Any]:
    return {each["Sid"]: each for each in run.one(":Policy", policy).json("policy")["Statement"]}


def test_its_repository_goes_with_the_stack_and_its_tags_stay_where_they_are(run: Any) -> None:
    repository = run.one("ecr/repository:Repository")

    assert repository.inputs["name"] == "payments-prod-web"
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository.inputs["forceDelete"] is True
    (pull,) = run.one(":RepositoryPolicy").json("policy")["Statement"]
    assert pull["Principal"] == {"Service": "lambda.amazonaws.com"}
    function = "arn:aws:lambda:eu-central-1:123456789012:function:payments-prod-web"
    assert pull["Condition"]["StringLike"]["aws:SourceArn"] == [function, f"{function}:*"]


def test_the_function_is_made_of_an_image_that_is_there_before_and_owned_by_releases(run: Any) -> None:
    function = run.one(":Function", "web-function")

    assert function.inputs["packageType"] == "Image"
    assert function.inputs["imageUri"] == f"{REGISTRY}/payments-prod-web:not-released-yet"
    assert not {"runtime", "handler", "code", "layers"} & function.inputs.keys()
    assert "imageUri" in function.ignore_changes
    assert {"web-first-image", "web-repository-policy"} <= set(function.depends_on)
    put = run.one(":Invocation")
    assert put.json("input") == {"repository": "payments-prod-web", "architecture": "arm64"}
    filler = run.one(":Function", "first-image-function")
    assert filler.inputs["handler"] == "greenshift.release.first_image.handler"
    assert "runtime" in run.one(":Function", "charge-function").inputs


def test_builds_are_privileged_and_push_into_these_repositories_alone(run: Any) -> None:
    build = statements(run, "build-policy")

    assert run.one(":Project").inputs["environment"]["privilegedMode"] is True
    assert build["LogInToImages"]["Action"] == ["ecr:GetAuthorizationToken"]
    assert build["Images"]["Resource"] == [REPOSITORY]
    assert set(build["Images"]["Action"]) > PUSHES


def test_the_controller_reads_images_and_the_first_image_is_put_by_a_function_of_its_own(run: Any) -> None:
    controller, first = statements(run, "controller-policy"), statements(run, "first-image-policy")

    assert controller["Images"]["Resource"] == first["PutImages"]["Resource"] == [REPOSITORY]
    assert not PUSHES & set(controller["Images"]["Action"])
    assert set(first) == {"Log", "PutImages"}


def test_a_stack_without_images_has_none_of_it(deploy: Deploy) -> None:
    run = deploy()

    assert not [each.type for each in run.resources if "ecr/" in each.type or "Invocation" in each.type]
    assert "privilegedMode" not in run.one(":Project").inputs["environment"]
    assert "ecr:" not in json.dumps([each.inputs for each in run.of(":Policy")])


def test_the_build_kit_is_told_where_to_push_and_a_build_here_is_not(settings_of: Any) -> None:
    settings = settings_of({"functions": FUNCTIONS, "source": {"repository": "me/app"}})
    names, arns = Names("payments", "prod"), Arns("123456789012", "eu-central-1")

    pushed = json.loads(functions_json(settings, image_repositories(names, arns, settings)))["functions"]
    assert pushed["web"] == {
        "packageType": "Image",
        "directory": "functions/web",
        "architecture": "arm64",
        "repository": f"{REGISTRY}/payments-prod-web",
        "test": None,
        "build": None,
    }
    assert json.loads(functions_json(settings))["functions"]["web"]["repository"] is None
    assert "repository" not in pushed["charge"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("web", "payments-prod-web"),
        ("a_b", "payments-prod-a_b"),
        ("a--b", "payments-prod-a-b-"),
        ("a_-b", "payments-prod-a-b-"),
    ],
)
def test_a_repository_has_a_name_that_ecr_takes(key: str, name: str) -> None:
    names = Names("payments", "prod")

    assert names.repository(key).startswith(name)
    assert not any(pair in names.repository(key) for pair in ("--", "__", "-_", "_-"))
    assert names.repository("a--b") != names.repository("a-b")
    assert names.repositories == "payments-prod-*"


def test_many_images_are_reached_by_prefix() -> None:
    keys = [f"image{number}" for number in range(40)]

    document = build_policy(Names("payments", "prod"), Arns("123456789012", "eu-central-1"), keys)

    resources = {each["Sid"]: each["Resource"] for each in json.loads(document)["Statement"]}
    assert resources["Images"] == ["arn:aws:ecr:eu-central-1:123456789012:repository/payments-prod-*"]


def test_who_deploys_may_make_repositories_only_where_there_are_images() -> None:
    def allowed(has_images: bool) -> str:
        names = Names("payments", "prod")
        return json.dumps(deployer_policies(Deployed(names, "123456789012", "eu-central-1", has_images)))

    assert "ecr:" not in allowed(False) and "lambda:InvokeFunction" not in allowed(False)
    assert "ecr:CreateRepository" in allowed(True) and "lambda:InvokeFunction" in allowed(True)
    assert "repository/payments-prod-*" in allowed(True)
