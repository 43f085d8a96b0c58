"""What the pack found in order is not asked again: it is started only when there is something new."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.stacks.guarded import Guarded, packs_of

from greenshift.engine import PolicyError

TOPIC = 'aws.sns.Topic("t", name="judged-t", display_name="{}")\n'
BUCKET = 'aws.s3.Bucket("b", bucket_prefix="kept-{}", tags={{"a": "{}"}})\n'
WILD = """
statement = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
aws.iam.Policy("wild", policy=json.dumps({"Statement": [statement]}))
"""


def starts(guarded: Guarded, operation: str = "up") -> int:
    """How many packs one run starts; it is there whenever the engine tells something, once started."""
    seen: set[str] = set()
    guarded.on_event = lambda event: seen.update(packs_of(guarded.directory))
    getattr(guarded.engine(), operation)()
    return len(seen)


def test_an_up_that_changes_nothing_needs_no_pack(guarded: Guarded) -> None:
    guarded.program(TOPIC.format("one"))
    assert starts(guarded) == 1
    assert starts(guarded) == 0
    assert starts(guarded, "preview") == 1  # a rule may ask whether it is one
    assert starts(guarded, "preview") == 0
    assert starts(guarded) == 0

    guarded.program(TOPIC.format("two"))
    assert starts(guarded) == 1
    guarded.engine().destroy()


def test_what_is_new_is_judged_before_it_is_made(guarded: Guarded) -> None:
    guarded.program(TOPIC.format("one"))
    guarded.engine().up()
    guarded.program(TOPIC.format("one") + WILD)

    for _ in range(2):
        with pytest.raises(PolicyError, match="wildcard-action"):
            guarded.engine().up()
    assert guarded.twin.client("iam").list_policies(Scope="Local")["Policies"] == []
    guarded.engine().destroy()


def test_other_levels_and_other_files_are_asked_about_anew(guarded: Guarded) -> None:
    guarded.program(TOPIC.format("one"))
    guarded.engine().up()
    assert starts(guarded) == 0

    guarded.levels = {"wildcard-action": "advisory"}
    assert starts(guarded) == 1
    assert starts(guarded) == 0

    (guarded.directory / "more.py").write_text("VALUE = 1\n")
    assert starts(guarded) == 1
    guarded.engine().destroy()


def test_a_warning_is_told_every_time(guarded: Guarded) -> None:
    guarded.levels = {"bucket-prefix": "advisory"}
    guarded.program(BUCKET.format("x", "1"))
    for _ in range(3):
        guarded.engine().up()
        assert any("bucket-prefix" in head for head in guarded.warning_heads)
    guarded.engine().destroy()


def test_nothing_of_a_secret_is_kept(guarded: Guarded) -> None:
    guarded.program('aws.sns.Topic("t", name="judged-t", display_name=pulumi.Output.secret("hunter2"))')
    guarded.engine().up()
    memory = Path(guarded.memory)
    assert memory.is_file()
    assert "hunter2" not in memory.read_text()
    guarded.engine().destroy()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"up": 3}', '{"up": [1]}'])
def test_a_memory_that_nobody_wrote_is_none(guarded: Guarded, text: str) -> None:
    guarded.program(TOPIC.format("one"))
    guarded.engine().up()
    guarded.memory.write_text(text)
    assert starts(guarded) == 1
    assert starts(guarded) == 0
    guarded.engine().destroy()
