"""The environment variables a function sees; nothing of the twin's own environment leaks in.

Names: developer guide, "Defined runtime environment variables". ``HOME`` and ``TMPDIR`` are the twin's
addition: without them an SDK would read the AWS profile of the person at the laptop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.awslambda.execution.search_paths import SearchPaths


@dataclass(frozen=True)
class FunctionFacts:
    """What the environment says about the function."""

    name: str
    version: str
    runtime: str
    handler: str
    memory_size: int
    log_group: str
    log_stream: str
    variables: Mapping[str, str]


def environment_of(
    facts: FunctionFacts,
    credentials: Mapping[str, str],
    task_root: Path,
    scratch: Path,
    paths: SearchPaths,
) -> dict[str, str]:
    """Defaults first, then the user's variables, then what nobody may change."""
    runtime_directory = str(Path(__file__).parent)
    defaults = {
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
    }
    defaults |= paths.variables(facts.runtime)
    if facts.runtime.startswith("ruby"):
        defaults |= paths.gems(task_root)
    reserved = {
        "_HANDLER": facts.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{facts.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": facts.name,
        "AWS_LAMBDA_FUNCTION_VERSION": facts.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(facts.memory_size),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": facts.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": facts.log_stream,
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": runtime_directory,
    }
    return {**defaults, **facts.variables, **credentials, **reserved}
