"""The policy pack under the real CLI: what must never be deployed is refused before it is made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml
from support.pulumi.real_pulumi import PulumiFailed, RealPulumi, real_pulumi

from greenshift.guardrails.location import DIRECTORY, OWN_RULES
from greenshift.testing import RunningTwin

PACK = ("--policy-pack", str(DIRECTORY))
WILD = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]})
OWN_RULE = """
from greenshift.guardrails import MANDATORY, Rule

def check(topic):
    if not topic.inputs.has("displayName"):
        yield "nobody knows what it is for"

RULE = Rule(name="topic-name", why="People read it.", mend="set display_name", level=MANDATORY,
            types=("aws:sns/topic:Topic",), check=check)
"""


@pytest.fixture(scope="module")
def pulumi(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPulumi]:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "program").mkdir()
    (folder / "rules").mkdir()
    (folder / "rules" / "topic_name.py").write_text(OWN_RULE)
    (folder / "program" / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    rules = {OWN_RULES: str(folder / "rules")}
    with real_pulumi(twin, folder / "program", folder, starts_plugins=True, **rules) as found:
        yield found


def write(pulumi: RealPulumi, **resources: object) -> None:
    program = {"name": "shop", "runtime": "yaml", "resources": resources}
    (pulumi.program / "Pulumi.yaml").write_text(yaml.safe_dump(program))


def test_a_preview_and_an_up_are_refused_with_the_rule_and_its_reason(
    pulumi: RealPulumi, twin: RunningTwin
) -> None:
    write(
        pulumi,
        wild={"type": "aws:iam:Policy", "properties": {"policy": WILD}},
        topic={"type": "aws:sns:Topic"},
    )
    with pytest.raises(PulumiFailed) as planned:
        pulumi.run("preview", "--stack", pulumi.stack, *PACK)
    write(pulumi, topic={"type": "aws:sns:Topic"})
    with pytest.raises(PulumiFailed) as tried:
        pulumi.up(*PACK)

    assert "[mandatory]  wildcard-action" in planned.value.output
    assert "s3:*" in planned.value.output
    for refused in (planned, tried):
        assert "[mandatory]  topic-name" in refused.value.output
        assert "nobody knows what it is for" in refused.value.output
    assert twin.client("sns").list_topics()["Topics"] == []


def test_what_keeps_the_rules_is_deployed(pulumi: RealPulumi, twin: RunningTwin) -> None:
    write(pulumi, topic={"type": "aws:sns:Topic", "properties": {"displayName": "Shop"}})

    told = pulumi.up(*PACK)

    assert "greenshift" in told
    assert len(twin.client("sns").list_topics()["Topics"]) == 1
    pulumi.destroy()
