"""The generated buildspec: set up the languages the functions need, then one command, the build kit.

Everything the build does is in ``greenshift.buildkit``, which is tested; YAML is not the place for logic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from greenshift.contract.runtimes import DEFAULT_RUNTIME, RUNTIMES, Language

KIT_ARTIFACT = "BuildKit"
# Where npm and pip keep what they download: builds run as root (user guide: "Build environment reference").
_DOWNLOADS = ("/root/.npm/**/*", "/root/.cache/pip/**/*")
_OTHERS: tuple[Language, ...] = ("java", "ruby", "dotnet")
OUTPUT_DIRECTORY = ".greenshift-build"
REPORT = "tests"


def buildspec(runtimes: Iterable[str], *, cached: bool = False) -> str:
    """Buildspec 0.2 for functions on these Lambda runtimes; ``cached`` keeps downloads for the next build."""
    spec: dict[str, object] = {
        "version": 0.2,
        "phases": {
            "install": {"runtime-versions": _runtime_versions(set(runtimes))},
            "build": {
                # No `on-failure`: after ABORT there is no UPLOAD_ARTIFACTS, which reads the reports, and
                # without it that phase is attempted even when this one fails (user guide: "Build phase
                # transitions"). A failed build has no packages: the kit removes them.
                "commands": [
                    f'export PYTHONPATH="$CODEBUILD_SRC_DIR_{KIT_ARTIFACT}"',
                    "python3 -m build_kit",
                ],
            },
        },
        "reports": {REPORT: {"base-directory": f"{OUTPUT_DIRECTORY}/reports", "files": ["*.xml"]}},
        "artifacts": {"base-directory": OUTPUT_DIRECTORY, "files": ["**/*"]},
    }
    if cached:
        spec["cache"] = {"paths": list(_DOWNLOADS)}
    return yaml.safe_dump(spec, sort_keys=False)


def _runtime_versions(runtimes: set[str]) -> dict[str, str]:
    """The newest version of each language in use: CodeBuild fails a build that names two of one."""
    python = _newest("python", runtimes) or _newest("python", {DEFAULT_RUNTIME["python"]})
    nodejs = _newest("nodejs", runtimes)
    # Python always: naming any runtime means only the named ones are set up, and the build kit needs it.
    java, ruby, dotnet = (_newest(language, runtimes) for language in _OTHERS)
    return {
        **({"nodejs": nodejs} if nodejs else {}),
        "python": python,
        **({"java": f"corretto{java}"} if java else {}),
        **({"ruby": ruby} if ruby else {}),
        **({"dotnet": f"{dotnet}.0"} if dotnet else {}),
    }


def _newest(language: Language, runtimes: set[str]) -> str:
    versions = [_version(name) for name in runtimes if RUNTIMES[name].language == language]
    return ".".join(map(str, max(versions))) if versions else ""


def _version(identifier: str) -> tuple[int, ...]:
    """(22,) for nodejs22.x and (3, 13) for python3.13."""
    return tuple(int(digits) for digits in re.findall(r"\d+", identifier))
