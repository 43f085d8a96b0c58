"""Terraform's AWS provider, which nobody here wrote, creates on the twin all that our engine creates.

It is the code inside Pulumi's own provider. What it must be able to do: apply, find nothing to change, and
destroy until nothing is left, with one attempt for each call.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_stack import ProjectStack
from terraform_config import PROVIDER_VERSION, configuration
from terraform_settings import SECRET_KEYS, all_settings

from greenshift.testing import RunningTwin, start_twin

NOTHING_TO_CHANGE, ERROR = 0, 1
# Between them these two have every type of resource we create; `make sweep` takes all sets, three times.
SWEEP = bool(os.environ.get("GREENSHIFT_SWEEP"))
SETS = None if SWEEP else {"full", "oauth"}
ROUNDS = 3 if SWEEP else 1
SECONDS = 900


def plugins() -> Path | None:
    """The folder that holds the provider: TF_PLUGIN_DIR, or where plugins are commonly put."""
    places = [Path(os.environ["TF_PLUGIN_DIR"])] if "TF_PLUGIN_DIR" in os.environ else []
    places += [Path.home() / ".terraform.d" / "plugins", Path("/opt/tf-plugins")]
    below = f"registry.terraform.io/hashicorp/aws/{PROVIDER_VERSION}"
    return next((place for place in places if (place / below).is_dir()), None)


pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform on this machine"),
    pytest.mark.skipif(plugins() is None, reason=f"hashicorp/aws {PROVIDER_VERSION} is not on this machine"),
    pytest.mark.timeout(2 * SECONDS),
]


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=60) as running:
        yield running


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terraform")


@pytest.fixture(scope="module")
def package(directory: Path) -> Path:
    """Code that every runtime can load."""
    path = directory / "code.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.js", "exports.handler = async () => 1")
        archive.writestr("index.mjs", "export const handler = async () => 1")
        archive.writestr("handler.py", "def handler(event, context):\n    return 1\n")
    return path


@pytest.fixture(scope="module")
def judged(twin: RunningTwin, directory: Path, package: Path) -> dict[str, list[str]]:
    """Write the configuration of all sets; what was on the twin before any of them."""
    sets = all_settings(twin)
    before = twin.resources()
    stacks = {}
    for name in sorted(SETS or sets):
        settings = sets[name]
        root = directory / name
        (root / "shared").mkdir(parents=True)
        (root / "shared" / "common.py").write_text("")
        stack = ProjectStack(twin, root, settings, SECRET_KEYS, project=f"tf{name}")
        stack.up()
        stacks[name] = stack.resources()
        stack.engine().destroy()
    assert before == twin.resources()
    document = configuration(stacks, twin.endpoint, twin.region, package)
    (directory / "main.tf.json").write_text(json.dumps(document, indent=1))
    terraform(directory, "init", f"-plugin-dir={plugins()}")
    return before


def terraform(directory: Path, verb: str, *options: str, allowed: frozenset[int] = frozenset({0})) -> str:
    done = subprocess.run(
        ["terraform", verb, "-no-color", *options],
        cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"},
    )  # fmt: skip
    assert done.returncode in allowed, (verb, done.stderr[-6000:] or done.stdout[-6000:])
    return done.stdout


def test_the_configuration_is_valid(judged: dict[str, list[str]], directory: Path) -> None:
    terraform(directory, "validate")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_everything_is_created_found_unchanged_and_destroyed(
    judged: dict[str, list[str]], twin: RunningTwin, directory: Path, number: int
) -> None:
    terraform(directory, "apply", "-auto-approve", "-input=false")
    plan = terraform(directory, "plan", "-input=false", "-detailed-exitcode", allowed=frozenset({0, 2}))
    terraform(directory, "destroy", "-auto-approve", "-input=false")

    assert "No changes." in plan, plan[-6000:]
    assert judged == twin.resources()
