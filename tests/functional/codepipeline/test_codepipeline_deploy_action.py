"""The CodeDeploy action: the AppSpec of its artifact shifts an alias, and how that ends is how it ends."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin

SERVICES = {"codeconnections", "codedeploy", "codepipeline", "lambda", "cloudwatch"}


@pytest.fixture(scope="module")
def fast_twin() -> Iterator[RunningTwin]:
    with start_twin(speed=600, services=SERVICES) as running:
        yield running


def appspec(function: str, current: str, target: str) -> str:
    properties = {"Name": function, "Alias": "live", "CurrentVersion": current, "TargetVersion": target}
    resource = {"f": {"Type": "AWS::Lambda::Function", "Properties": properties}}
    return json.dumps({"version": 0.0, "Resources": [resource]})


@pytest.fixture
def group(project: Any) -> dict[str, str]:
    """A function of two versions behind an alias, and a group that deploys it."""
    twin, name = project.twin, project.name
    functions, codedeploy = twin.client("lambda"), twin.client("codedeploy")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 1\n")
    functions.create_function(
        FunctionName=name, Runtime="python3.13", Handler="app.handler", Publish=True,
        Role=project.make_role("lambda.amazonaws.com"), Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    functions.update_function_configuration(FunctionName=name, Description="two")
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert functions.publish_version(FunctionName=name)["Version"] == "2"
    codedeploy.create_application(applicationName=name, computePlatform="Lambda")
    codedeploy.create_deployment_group(
        applicationName=name, deploymentGroupName="live",
        serviceRoleArn=project.make_role("codedeploy.amazonaws.com"),
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    )  # fmt: skip
    return {"ApplicationName": name, "DeploymentGroupName": "live"}


def deploy(configuration: dict[str, str]) -> dict[str, Any]:
    return {
        "name": "Deploy",
        "actionTypeId": {"category": "Deploy", "owner": "AWS", "provider": "CodeDeploy", "version": "1"},
        "inputArtifacts": [{"name": "SourceOutput"}],
        "configuration": configuration,
    }


def alias(project: Any) -> Any:
    return project.twin.client("lambda").get_alias(FunctionName=project.name, Name="live")["FunctionVersion"]


def test_an_artifact_with_an_appspec_is_deployed(project: Any, group: dict[str, str]) -> None:
    project.checkout.commit("v2", appspec_json=appspec(project.name, "1", "2"))

    execution = project.finish(project.create(project.document([deploy(group)])))

    assert execution["status"] == "Succeeded", execution
    assert alias(project) == "2"
    result = project.runs(execution["pipelineExecutionId"])["Deploy"]["output"]["executionResult"]
    made = project.twin.client("codedeploy").get_deployment(deploymentId=result["externalExecutionId"])
    assert made["deploymentInfo"]["status"] == "Succeeded"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"readme_txt": "nothing here"}, "BundleType must be either YAML or JSON"),
        ({"appspec_yaml": "version: 0.0"}, "AppSpec"),
    ],
)
def test_an_artifact_that_says_nothing_to_deploy_fails_the_action(
    project: Any, group: dict[str, str], files: dict[str, str], words: str
) -> None:
    project.checkout.commit("v2", **files)

    execution = project.finish(project.create(project.document([deploy(group)])))

    assert execution["status"] == "Failed"
    assert words in project.action("Stage1", "Deploy")["errorDetails"]["message"]
    assert alias(project) == "1"


def test_a_group_that_is_not_there_is_a_wrong_configuration(project: Any, group: dict[str, str]) -> None:
    project.checkout.commit("v2", appspec_json=appspec(project.name, "1", "2"))

    project.finish(project.create(project.document([deploy({**group, "DeploymentGroupName": "no"})])))

    assert project.action("Stage1", "Deploy")["errorDetails"]["code"] == "ConfigurationError"


def test_a_deployment_that_fails_says_why(project: Any, group: dict[str, str]) -> None:
    project.checkout.commit("v2", appspec_json=appspec(project.name, "2", "1"))

    execution = project.finish(project.create(project.document([deploy(group)])))

    assert execution["status"] == "Failed"
    assert "does not match the current version" in execution["statusSummary"]
