"""The environment variables of a build.

User guide: "Environment variables in build environments". Departures, on purpose: HOME is the user's (on
AWS /root), and proxy, certificate, npm and pip settings of the machine are passed on, so that builds reach
the registries this machine reaches. Nothing else of the twin's own environment comes through.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from greenshift.twin.callers.principal import Session
from greenshift.twin.codebuild.model import Build
from greenshift.twin.codebuild.sources import Fetched
from greenshift.twin.codebuild.workplace import Workplace, search_path
from greenshift.twin.machine import nodejs
from greenshift.twin.machine.inherited import goes_to_builds


def host_environment(host: Mapping[str, str], place: Workplace, cache: Path) -> dict[str, str]:
    """What the machine contributes: programs, caches, and how to reach registries."""
    return {
        "LANG": "C.UTF-8",
        **{name: value for name, value in host.items() if goes_to_builds(name)},
        **nodejs.npm_settings(host),
        "PATH": search_path(place, host.get("PATH", "/usr/local/bin:/usr/bin:/bin")),
        "TMPDIR": str(place.temporary),
        "npm_config_cache": str(cache / "npm"),
        "npm_config_prefix": str(place.npm_prefix),
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
        "PIP_CACHE_DIR": str(cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # As in the container AWS gives a build, there is no profile to fall back on.
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def codebuild_environment(build: Build, fetched: Fetched) -> dict[str, str]:
    """The variables CodeBuild sets; the ones that have no value here are unset, as there."""
    settings = build.settings
    values = {
        "CODEBUILD_BUILD_ARN": build.arn,
        "CODEBUILD_BUILD_ID": build.id,
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        "CODEBUILD_BUILD_IMAGE": settings.image,
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_KMS_KEY_ID": settings.encryption_key,
        "CODEBUILD_LOG_PATH": build.log_stream,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": build.resolved_source_version,
        "CODEBUILD_SOURCE_REPO_URL": _repository(build),
        "CODEBUILD_SOURCE_VERSION": build.source_version,
        "CODEBUILD_SRC_DIR": str(fetched.primary),
        "CODEBUILD_START_TIME": str(int(build.start * 1000)),
    }
    others = {f"CODEBUILD_SRC_DIR_{name}": str(path) for name, path in fetched.others.items()}
    return {name: value for name, value in values.items() if value is not None} | others


def _repository(build: Build) -> str | None:
    source = build.settings.source
    return f"s3://{source.location}" if source.type == "S3" else None


def build_environment(
    host: Mapping[str, str],
    session: Session,
    user: Mapping[str, str],
    codebuild: Mapping[str, str],
) -> dict[str, str]:
    """All of it. Names starting CODEBUILD_ are CodeBuild's own: the user's do not replace them."""
    return {**host, **session.environment(), **user, **codebuild}
