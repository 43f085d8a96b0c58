"""A configuration of the kind people write by hand: N times the same delivery pipeline, without modules.

Each has a bucket with rules of lifecycle, a function with an alias, a build project, an application with a
deployment group and its configuration, and a pipeline with all four kinds of action.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = Any
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
BUILDSPEC = "version: 0.2\nphases:\n  build:\n    commands: [true]\n"
SERVICES = ("codebuild", "codedeploy", "codepipeline", "lambda")


def flat(count: int, package: Path) -> dict[str, dict[str, Json]]:
    """The resources, by type and name; one role serves them all."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": [f"{service}.amazonaws.com" for service in SERVICES]},
        "Action": "sts:AssumeRole",
    }
    found: dict[str, dict[str, Json]] = {
        "aws_iam_role": {"all": {"name": "flat", "assume_role_policy": _policy(trust)}},
        "aws_iam_role_policy": {
            "all": {"name": "flat", "role": "${aws_iam_role.all.name}", "policy": _policy(EVERYTHING)}
        },
    }
    for number in range(count):
        for kind, arguments in _one(f"flat-{number}", package).items():
            found.setdefault(kind, {})[f"flat-{number}"] = arguments
    return found


def _policy(statement: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _one(name: str, package: Path) -> dict[str, Json]:
    bucket = f"${{aws_s3_bucket.{name}.bucket}}"
    return {
        "aws_s3_bucket": {"bucket": f"artifacts-{name}", "force_destroy": True},
        "aws_s3_bucket_versioning": {"bucket": bucket, "versioning_configuration": {"status": "Enabled"}},
        "aws_s3_bucket_lifecycle_configuration": {
            "bucket": bucket,
            "rule": [
                {"id": "old", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}},
                {
                    "id": "versions",
                    "status": "Enabled",
                    "filter": {"prefix": "tmp/"},
                    "noncurrent_version_expiration": {"noncurrent_days": 7},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                },
            ],
            "depends_on": [f"aws_s3_bucket_versioning.{name}"],
        },
        **_function(name, package),
        "aws_codebuild_project": _build(name),
        **_deployment(name),
        "aws_codepipeline": _pipeline(name, bucket),
    }


def _function(name: str, package: Path) -> dict[str, Json]:
    function = f"${{aws_lambda_function.{name}"
    return {
        "aws_lambda_function": {
            "function_name": name,
            "role": "${aws_iam_role.all.arn}",
            "runtime": "python3.13",
            "handler": "handler.handler",
            "filename": str(package),
            "publish": True,
            "lifecycle": {"ignore_changes": ["description"]},
        },
        # CodeDeploy moves the alias: what Terraform created it with is no longer what it must be.
        "aws_lambda_alias": {
            "name": "live",
            "function_name": f"{function}.function_name}}",
            "function_version": f"{function}.version}}",
            "lifecycle": {"ignore_changes": ["function_version", "routing_config"]},
        },
    }


def _build(name: str) -> Json:
    return {
        "name": name,
        "service_role": "${aws_iam_role.all.arn}",
        "source": {
            "type": "CODEPIPELINE",
            "buildspec": "version: 0.2\nphases:\n  build:\n    commands: [true]\n",
        },
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
            "environment_variable": [{"name": "STAGE", "value": "test"}],
        },
        "lifecycle": {"create_before_destroy": False},
    }


def _deployment(name: str) -> dict[str, Json]:
    return {
        "aws_codedeploy_app": {"name": name, "compute_platform": "Lambda"},
        "aws_codedeploy_deployment_config": {
            "deployment_config_name": name,
            "compute_platform": "Lambda",
            "traffic_routing_config": {
                "type": "TimeBasedLinear",
                "time_based_linear": {"interval": 2, "percentage": 20},
            },
            "lifecycle": {"create_before_destroy": True},
        },
        "aws_codedeploy_deployment_group": {
            "app_name": f"${{aws_codedeploy_app.{name}.name}}",
            "deployment_group_name": "live",
            "deployment_config_name": f"${{aws_codedeploy_deployment_config.{name}.deployment_config_name}}",
            "service_role_arn": "${aws_iam_role.all.arn}",
            "deployment_style": {
                "deployment_option": "WITH_TRAFFIC_CONTROL",
                "deployment_type": "BLUE_GREEN",
            },
            "auto_rollback_configuration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        },
    }


def _pipeline(name: str, bucket: str) -> Json:
    source = {"S3Bucket": bucket, "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"}
    group = {
        "ApplicationName": f"${{aws_codedeploy_app.{name}.name}}",
        "DeploymentGroupName": f"${{aws_codedeploy_deployment_group.{name}.deployment_group_name}}",
    }
    project = {"ProjectName": f"${{aws_codebuild_project.{name}.name}}"}
    function = {"FunctionName": f"${{aws_lambda_function.{name}.function_name}}"}
    return {
        "name": name,
        "role_arn": "${aws_iam_role.all.arn}",
        "pipeline_type": "V2",
        "artifact_store": {"type": "S3", "location": bucket},
        "stage": [
            _stage("Source", "Source", "S3", source, outputs=["code"]),
            _stage("Build", "Build", "CodeBuild", project, ["code"], ["built"]),
            _stage("Check", "Invoke", "Lambda", function),
            _stage("Deploy", "Deploy", "CodeDeploy", group, ["built"]),
        ],
        "depends_on": ["aws_iam_role_policy.all", f"aws_s3_bucket_versioning.{name}"],
    }


def _stage(
    name: str,
    category: str,
    provider: str,
    configuration: dict[str, str],
    inputs: list[str] | None = None,
    outputs: list[str] | None = None,
) -> Json:
    action = {
        "name": name,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        "configuration": configuration,
        "input_artifacts": inputs or [],
        "output_artifacts": outputs or [],
    }
    return {"name": name, "action": [action]}
