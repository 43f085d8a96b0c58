"""What a shell needs so that ``pulumi`` deploys to the twin, and what of it the user has already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from greenshift.cli.project.passphrase import project_passphrase
from greenshift.engine.plugin import process as provider
from greenshift.twin.machine.process import TwinHandle

#: Any credentials do; those of a real account do not belong near a toy one.
KEY = "local"


def aws_variables(twin: TwinHandle) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": twin.endpoint,
        "AWS_DEFAULT_REGION": twin.region,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
    }


def pulumi_variables(twin: TwinHandle, home: Path, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The provider (started when it does not run), and a backend of the twin's own.

    What is on a twin ends with it, so its stacks do not go where the user keeps real ones, unless the user's
    environment names a backend.
    """
    attached = provider.ensure(home, provider.Wanted(twin.endpoint, twin.region, twin.instance, home.parent))
    found = {"AWS_REGION": twin.region, "PULUMI_DEBUG_PROVIDERS": attached.attachment}
    if "PULUMI_BACKEND_URL" not in given:
        backend = home / "pulumi"
        backend.mkdir(exist_ok=True)
        found["PULUMI_BACKEND_URL"] = f"file://{backend}"
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(given):
        project_passphrase(home)
        found["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(home / "passphrase")
    return found
