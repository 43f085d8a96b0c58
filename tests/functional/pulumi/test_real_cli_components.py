"""``DeliveryPipeline`` and its parts as a component package: programs in YAML and TypeScript use them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.pulumi.real_pulumi import PulumiFailed, executable, needed, real_pulumi

from greenshift.package.location import DIRECTORY
from greenshift.testing import RunningTwin

SETTINGS: dict[str, Any] = {
    "source": {"repository": "acme/shop"},
    "functions": {"charge": {"directory": "functions/charge", "memory": 256}},
    "tags": {"team": "red"},
}
TO_COMMON_JS = {"target": "es2020", "module": "commonjs", "moduleResolution": "node"}
TYPESCRIPT = """
import * as pulumi from "@pulumi/pulumi";

class Ledger extends pulumi.ComponentResource {
    public readonly table!: pulumi.Output<string>;
    constructor(name: string, args: pulumi.Inputs, opts?: pulumi.ComponentResourceOptions) {
        super("greenshift:index:Ledger", name, { ...args, table: undefined }, opts, true);
    }
}
export const table = new Ledger("ledger", { tags: { team: "blue" } }).table;
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    (folder / "functions" / "charge").mkdir(parents=True)
    (folder / "functions" / "charge" / "handler.py").write_text("def handler(event, context): ...\n")
    return folder


def write(program: Path, runtime: str, **document: Any) -> None:
    document = {"name": "shop", "runtime": runtime, **document}
    (program / "Pulumi.yaml").write_text(json.dumps(document))


def component(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": f"greenshift:{name}", "properties": {**SETTINGS, **properties}}


def yaml_program(program: Path, resources: Mapping[str, Any], **outputs: str) -> None:
    packages = {"greenshift": str(DIRECTORY)}
    write(program, "yaml", packages=packages, resources=dict(resources), outputs=outputs)


def test_a_yaml_program_deploys_a_whole_pipeline(twin: RunningTwin, tmp_path: Path, program: Path) -> None:
    yaml_program(
        program,
        {"delivery": component("DeliveryPipeline")},
        pipeline="${delivery.pipelineName}",
        functions="${delivery.functions}",
    )
    with real_pulumi(twin, program, tmp_path, starts_plugins=True) as pulumi:
        pulumi.up()
        outputs = pulumi.outputs()
        stages = twin.client("codepipeline").get_pipeline(name=outputs["pipeline"])["pipeline"]["stages"]
        assert [each["name"] for each in stages] == ["Source", "Build", "Publish", "Shift"]
        function = twin.client("lambda").get_function(FunctionName=outputs["functions"]["charge"]["name"])
        assert function["Configuration"]["MemorySize"] == 256
        assert function["Tags"]["team"] == "red"
        pulumi.up("--expect-no-changes")
        pulumi.destroy()


def test_parts_are_wired_by_their_outputs(twin: RunningTwin, tmp_path: Path, program: Path) -> None:
    logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    parts = {
        "ledger": component("Ledger"),
        "store": component("ArtifactStore"),
        "build": component("BuildProject", artifactAccess="${store.access}"),
        "source": component("SourceConnection"),
        "control": component("ReleaseControl", ledgerAccess="${ledger.access}"),
        "charge": component(
            "ServiceFunction",
            key="charge",
            tableName="${ledger.table}",
            functionPolicyArn="${ledger.functionPolicyArn}",
            logPolicyArn=logs,
            application="${control.application}",
            codedeployRoleArn="${control.codedeployRoleArn}",
            deploymentConfig='${control.deploymentConfigs["Linear10PercentEvery1Minute"]}',
        ),
    }
    yaml_program(program, parts, group="${charge.deploymentGroup}", source="${source.connectionArn}")
    with real_pulumi(twin, program, tmp_path, starts_plugins=True) as pulumi:
        pulumi.up()
        found = twin.client("codedeploy").get_deployment_group(
            applicationName="shop-dev", deploymentGroupName=pulumi.outputs()["group"]
        )["deploymentGroupInfo"]
        assert found["deploymentConfigName"] == "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
        dependent = pulumi.resources()["charge-deployment-group"]
        assert any(each.endswith("::control") for each in dependent["propertyDependencies"]["appName"])
        pulumi.destroy()


def test_a_typescript_program_uses_a_part_and_the_settings_of_its_configuration(
    twin: RunningTwin, tmp_path: Path, program: Path
) -> None:
    modules = executable().parent.parent / "node" / "node_modules"
    needed((modules / "@pulumi" / "pulumi").is_dir(), f"there is no @pulumi/pulumi in {modules}")
    (program / "node_modules").symlink_to(modules)
    (program / "package.json").write_text('{"name": "shop", "main": "index.ts"}')
    (program / "tsconfig.json").write_text(json.dumps({"compilerOptions": TO_COMMON_JS}))
    (program / "index.ts").write_text(TYPESCRIPT)
    config = {f"greenshift:{key}": {"value": value} for key, value in SETTINGS.items()}
    plugins = {"providers": [{"name": "greenshift", "path": str(DIRECTORY)}]}
    write(program, "nodejs", plugins=plugins, config=config)
    fast = {"PULUMI_NODEJS_TRANSPILE_ONLY": "true"}
    with real_pulumi(twin, program, tmp_path, starts_plugins=True, **fast) as pulumi:
        pulumi.up()
        table = twin.client("dynamodb").describe_table(TableName=pulumi.outputs()["table"])["Table"]
        assert table["TableName"] == "shop-dev-ledger"
        assert pulumi.resources()["table"]["inputs"]["tags"]["team"] == "blue"
        pulumi.destroy()


def test_a_setting_that_is_wrong_or_not_known_yet_is_named(
    twin: RunningTwin, tmp_path: Path, program: Path
) -> None:
    unknown = {"topic": {"type": "aws:sns:Topic"}, "ledger": component("Ledger", rollout="${topic.arn}")}
    wrong = {"ledger": component("Ledger", rollout="Sideways")}
    for resources, told in ((wrong, "'Sideways' is not allowed"), (unknown, "rollout is not known yet")):
        yaml_program(program, resources)
        with real_pulumi(twin, program, tmp_path, f"dev{len(resources)}", starts_plugins=True) as pulumi:
            with pytest.raises(PulumiFailed) as refused:
                pulumi.run("preview", "--stack", pulumi.stack)
            assert told in refused.value.output
            assert "Traceback" not in refused.value.output
