"""The stages that concepts.md describes are the pipeline's."""

from __future__ import annotations

import re
from pathlib import Path

from greenshift.components.stages import ApprovalSpec, SourceSpec, stages

CONCEPTS = (Path(__file__).parents[3] / "docs" / "concepts.md").read_text()
SOURCE = SourceSpec(owner="AWS", provider="S3", configuration={})
APPROVAL = ApprovalSpec(message="?", timeout_minutes=5)


def built(approval: ApprovalSpec | None = None) -> list[str]:
    found = stages(SOURCE, bucket="b", build_project="p", controller="c", approval=approval, waves=1)
    return [str(stage["name"]) for stage in found]


def test_the_table_of_stages_is_the_pipelines() -> None:
    table = CONCEPTS.split("## The four stages", 1)[1].split("## ", 1)[0]

    assert re.findall(r"^\| ([A-Z]\w+) \|", table, re.MULTILINE) == built()


def test_the_stage_of_approval_stands_where_the_page_says() -> None:
    (name,) = set(built(APPROVAL)) - set(built())

    assert f"a stage {name} between the last two" in CONCEPTS
    assert built(APPROVAL).index(name) == len(built()) - 1
