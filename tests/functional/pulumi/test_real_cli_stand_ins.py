"""What the twin does not have, under the real CLI: a stand-in in the state that is told, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pulumi.real_pulumi import PulumiFailed, RealPulumi, real_pulumi

from greenshift.testing import RunningTwin

PROGRAM = """
import pulumi


def make(type_, name, *outputs, **inputs):
    opts = pulumi.ResourceOptions(version="7.51.1")
    return pulumi.CustomResource(type_, name, {**dict.fromkeys(outputs), **inputs}, opts)


group = make("aws:athena/workgroup:Workgroup", "net", "arn", "tagsAll", description="TEXT")
make("aws:sns/topic:Topic", "t", displayName=group.arn, deliveryPolicyNobodyHas="x")
pulumi.export("arn", group.arn)
"""


@pytest.fixture
def pulumi(twin: RunningTwin, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RealPulumi]:
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (program / "__main__.py").write_text(PROGRAM.replace("TEXT", "one"))
    strict = getattr(request, "param", False)
    with real_pulumi(twin, program, tmp_path, stand_ins=not strict) as found:
        yield found


def test_a_type_that_is_not_there_stands_in_the_state_and_is_told(
    pulumi: RealPulumi, twin: RunningTwin
) -> None:
    told = pulumi.up()
    assert "the twin has no aws:athena/workgroup:Workgroup: it is a stand-in" in told
    assert "the twin has no deliveryPolicyNobodyHas of aws:sns/topic:Topic" in told
    made = pulumi.resources()
    assert made["t"]["inputs"]["displayName"] == made["net"]["outputs"]["arn"]
    assert pulumi.outputs()["arn"] == made["net"]["outputs"]["arn"]

    pulumi.refresh("--expect-no-changes")
    (pulumi.program / "__main__.py").write_text(PROGRAM.replace("TEXT", "two"))
    assert "1 updated" in pulumi.up()
    pulumi.destroy()
    assert twin.client("sns").list_topics()["Topics"] == []


@pytest.mark.parametrize("pulumi", [True], indirect=True, ids=["strict"])
def test_a_strict_provider_refuses_it_by_name(pulumi: RealPulumi) -> None:
    with pytest.raises(PulumiFailed) as refused:
        pulumi.preview()
    assert "resource type aws:athena/workgroup:Workgroup is not supported" in refused.value.output
