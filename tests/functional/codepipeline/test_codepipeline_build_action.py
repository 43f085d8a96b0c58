"""A build action with the twin's own CodeBuild: artifacts in, artifact and variables out."""

from __future__ import annotations

from typing import Any

BUILDSPEC = """
version: 0.2
env:
  exported-variables: [TAG]
phases:
  build:
    commands:
      - test -f app.py
      - export TAG="$COMMIT_MESSAGE-built"
      - cp app.py built.py
      - {last}
artifacts:
  files: [built.py]
"""


def build(project: Any, last: str) -> dict[str, Any]:
    """A build project, and the action that runs it."""
    name = f"build-{project.name}"
    project.twin.client("codebuild").create_project(
        name=name,
        source={"type": "CODEPIPELINE", "buildspec": BUILDSPEC.replace("{last}", last)},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=project.make_role("codebuild.amazonaws.com"),
    )  # fmt: skip
    environment = '[{"name":"COMMIT_MESSAGE","value":"#{SourceVariables.CommitMessage}","type":"PLAINTEXT"}]'
    return {
        "name": "Build",
        "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
        "namespace": "BuildVariables",
        "inputArtifacts": [{"name": "SourceOutput"}],
        "outputArtifacts": [{"name": "BuildOutput"}],
        "configuration": {"ProjectName": name, "EnvironmentVariables": environment},
    }


def test_a_build_turns_its_input_into_its_output(project: Any, approval: Any) -> None:
    project.checkout.commit("v1", app_py="print(1)")

    execution = project.create(project.document([build(project, "true")], [approval]))
    run = project.settled(execution, "Build")

    assert run["status"] == "Succeeded", run["output"]
    assert run["output"]["outputVariables"] == {"TAG": "v1-built"}
    assert run["output"]["executionResult"]["externalExecutionId"].startswith(f"build-{project.name}:")
    with project.artifact(run) as archive:
        assert archive.namelist() == ["built.py"]


def test_a_failed_build_says_which_phase_and_why(project: Any, approval: Any) -> None:
    project.checkout.commit("v1", app_py="print(1)")

    execution = project.finish(project.create(project.document([build(project, "exit 3")], [approval])))

    assert execution["status"] == "Failed"
    assert "Build terminated with state: FAILED. Phase: BUILD" in execution["statusSummary"]
    assert "exit" in execution["statusSummary"]
