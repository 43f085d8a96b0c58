"""Terraform, run as people run it, on a twin: validate, apply, plan again, destroy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from support.audit.terraform_config import PROVIDER_VERSION, Json

SECONDS = 900


def plugins() -> Path | None:
    """The folder that holds the provider: TF_PLUGIN_DIR, or where plugins are commonly put."""
    places = [Path(os.environ["TF_PLUGIN_DIR"])] if "TF_PLUGIN_DIR" in os.environ else []
    places += [Path.home() / ".terraform.d" / "plugins", Path("/opt/tf-plugins")]
    below = f"registry.terraform.io/hashicorp/aws/{PROVIDER_VERSION}"
    return next((place for place in places if (place / below).is_dir()), None)


NEEDS_TERRAFORM = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform on this machine"),
    pytest.mark.skipif(plugins() is None, reason=f"hashicorp/aws {PROVIDER_VERSION} is not on this machine"),
    pytest.mark.timeout(2 * SECONDS),
]


def write_package(directory: Path) -> Path:
    """Code that every runtime can load."""
    path = directory / "code.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.js", "exports.handler = async () => 1")
        archive.writestr("index.mjs", "export const handler = async () => 1")
        archive.writestr("handler.py", "def handler(event, context):\n    return 1\n")
    return path


def prepare(directory: Path, document: Json) -> None:
    """Write the configuration, and let Terraform find its provider."""
    (directory / "main.tf.json").write_text(json.dumps(document, indent=1))
    terraform(directory, "init", f"-plugin-dir={plugins()}")


def cycle(directory: Path) -> str:
    """Apply, plan again, destroy; what the plan said."""
    terraform(directory, "apply", "-auto-approve", "-input=false")
    plan = terraform(directory, "plan", "-input=false", "-detailed-exitcode", allowed=frozenset({0, 2}))
    terraform(directory, "destroy", "-auto-approve", "-input=false")
    return plan


def terraform(directory: Path, verb: str, *options: str, allowed: frozenset[int] = frozenset({0})) -> str:
    done = subprocess.run(
        ["terraform", verb, "-no-color", *options],
        cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"},
    )  # fmt: skip
    assert done.returncode in allowed, (verb, done.stderr[-6000:] or done.stdout[-6000:])
    return done.stdout
