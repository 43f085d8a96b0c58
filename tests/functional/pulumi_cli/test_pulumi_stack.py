"""What the real CLI cannot show: other versions of it, and what exactly is asked of it.

Everything else is shown with the real one (``tests/functional/pulumi/test_real_cli_stack.py``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.pulumi import pulumi_events as event
from support.pulumi.fake_pulumi import FakePulumi
from support.pulumi.pulumi_events import BUCKET

from greenshift.engine import Event, Output, StepDone
from greenshift.errors import EngineError, GreenshiftError
from greenshift.pulumi_cli import PulumiStack

CREATED = [event.before("create", BUCKET), event.after("create", BUCKET), event.summary(create=1, same=2)]
EVENT_FILE = "v3.150.0"  # up to 3.205 the CLI writes its events to a file


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    project = tmp_path / "my-app"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: my-app\nruntime: python\n")
    fake = FakePulumi.install(project, tmp_path / "bin")
    monkeypatch.setenv("PATH", fake.path)
    return fake


def stack(
    pulumi: FakePulumi, name: str = "prod", on_event: Callable[[Event], Any] = lambda _: None
) -> PulumiStack:
    return PulumiStack(pulumi.project, name, on_event)


def test_an_older_cli_writes_its_events_to_a_file(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PULUMI_VERSION", EVENT_FILE)
    pulumi.answer(events=CREATED, outputs={"name": "x", "key": "hush"}, secret_outputs=["key"])
    events: list[Event] = []

    result = stack(pulumi, on_event=events.append).up()

    assert [each.step.name for each in events if isinstance(each, StepDone)] == ["artifacts"]
    assert result.outputs == {"name": Output("x"), "key": Output("hush", secret=True)}
    assert "hush" not in repr(result.outputs)
    assert result.changes == {"create": 1, "same": 2}
    assert [step.op for step in result.steps] == ["create"]


def test_up_is_not_asked_for_the_values_of_secret_configuration(pulumi: FakePulumi) -> None:
    stack(pulumi).up()

    (history,) = [call for call in pulumi.calls if "history" in call]
    assert "--show-secrets" not in history


def test_the_program_runs_on_this_python_unless_another_is_named(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    stack(pulumi).outputs()

    environment = pulumi.environment_of("select")
    assert environment["PULUMI_PYTHON_CMD"] == sys.executable
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent), "for policy packs"


def test_a_python_the_user_named_is_kept(pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python3.12")
    stack(pulumi).outputs()

    assert pulumi.environment_of("select")["PULUMI_PYTHON_CMD"] == "python3.12"
    assert pulumi.environment_of("select")["PATH"] == os.environ["PATH"]


def test_policy_packs_are_asked_in_preview_and_up_and_get_their_environment(pulumi: FakePulumi) -> None:
    pack = pulumi.project / "pack"
    with_pack = PulumiStack(
        pulumi.project, "prod", lambda _: None, policy_packs=(pack,), environment={"MY_RULES": "here"}
    )
    pulumi.answer(events=[event.summary()])

    with_pack.preview()
    with_pack.up()
    with_pack.destroy()

    asked = {
        call[1]: "--policy-pack" in call and call[call.index("--policy-pack") + 1] for call in pulumi.calls
    }
    assert (asked["preview"], asked["up"], asked["destroy"]) == (str(pack), str(pack), False)
    assert pulumi.environment_of("up")["MY_RULES"] == "here"


def test_what_the_cli_refuses_is_one_line(pulumi: FakePulumi) -> None:
    pulumi.answer(refuses="PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions")

    with pytest.raises(EngineError) as refused:
        stack(pulumi).up()

    assert refused.value.message.startswith("PULUMI_ACCESS_TOKEN must be set")
    assert "pulumi login" in refused.value.hint


def test_a_cli_that_is_too_new_for_the_sdk_is_refused(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PULUMI_VERSION", "v4.0.0")

    with pytest.raises(GreenshiftError, match="version mismatch"):
        stack(pulumi).up()


def test_without_the_cli_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(GreenshiftError) as refused:
        PulumiStack(tmp_path, "prod", lambda _: None).up()

    assert "no pulumi on PATH" in refused.value.message
    assert "npm install --global pulumi" in refused.value.hint
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("version", ["", "v3.207.0-dirty+built", "unknown"])
def test_a_cli_that_prints_no_version_works(
    pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """One that was built from source."""
    monkeypatch.setenv("FAKE_PULUMI_VERSION", version)
    pulumi.answer(events=CREATED)

    assert stack(pulumi).up().changes == {"create": 1, "same": 2}
