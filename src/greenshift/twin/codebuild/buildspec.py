"""A buildspec: YAML text in, a checked and frozen value out, or an error that says what is wrong.

User guide: "Build specification reference for CodeBuild". Everything the twin cannot honour is either
refused here by name (batch builds) or listed in ``ignored`` so that the build's log says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenshift.twin.codebuild import steps
from greenshift.twin.codebuild.buildspec_ignored import ignored
from greenshift.twin.codebuild.buildspec_values import kind, listed, mapping, only, text, texts, yes
from greenshift.twin.codebuild.buildspec_yaml import load_yaml
from greenshift.twin.codebuild.errors import yaml_file_error
from greenshift.twin.codebuild.phases import COMMAND_PHASES, OnFailure, parse_on_failure
from greenshift.twin.codebuild.reports import ReportSpec

DEFAULT_FILE = "buildspec.yml"
SHELLS = {"bash": "bash", "/bin/bash": "bash", "sh": "sh", "/bin/sh": "sh"}

_TOP = ("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
_ENV = (
    "shell",
    "variables",
    "parameter-store",
    "secrets-manager",
    "exported-variables",
    "git-credential-helper",
)
_PHASE = ("run-as", "on-failure", "runtime-versions", "commands", "finally", "steps")
_ARTIFACT = (
    "files",
    "name",
    "discard-paths",
    "base-directory",
    "exclude-paths",
    "enable-symlinks",
    "s3-prefix",
    "type",  # of buildspecs as they were written once: it changes nothing
)
_REPORT = ("files", "file-format", "base-directory", "discard-paths")
_CACHE = ("key", "fallback-keys", "action", "paths")


@dataclass(frozen=True)
class PhaseSpec:
    """One of install, pre_build, build, post_build."""

    commands: tuple[str, ...] = ()
    finally_commands: tuple[str, ...] = ()
    on_failure: OnFailure | None = None
    runtime_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ArtifactSpec:
    """What to upload: patterns below ``base_directory``."""

    files: tuple[str, ...]
    base_directory: str = ""
    exclude_paths: tuple[str, ...] = ()
    discard_paths: bool = False
    enable_symlinks: bool = False
    name: str | None = None
    """The shell's words: ``n-$(date +%Y)`` (user guide: artifacts/name)."""
    s3_prefix: str = ""


@dataclass(frozen=True)
class Buildspec:
    """A whole buildspec. ``phases`` is keyed by CodeBuild's own phase types (``PRE_BUILD``)."""

    version: str
    phases: Mapping[str, PhaseSpec]
    shell: str = "sh"
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_store: Mapping[str, str] = field(default_factory=dict)
    secrets_manager: Mapping[str, str] = field(default_factory=dict)
    exported_variables: tuple[str, ...] = ()
    artifacts: ArtifactSpec | None = None
    secondary_artifacts: Mapping[str, ArtifactSpec] = field(default_factory=dict)
    cache_paths: tuple[str, ...] = ()
    cache_is_restored: bool = True
    cache_is_saved: bool = True
    reports: tuple[ReportSpec, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def one_shell(self) -> bool:
        """Version 0.1 ran each command in a shell of its own (user guide: "Buildspec versions")."""
        return self.version != "0.1"

    def phase(self, phase_type: str) -> PhaseSpec:
        return self.phases.get(phase_type, PhaseSpec())


def is_inline(buildspec: str) -> bool:
    """Whether a project's ``buildspec`` is the YAML itself rather than a path: a path is one line."""
    return "\n" in buildspec.strip() or buildspec.lstrip().startswith(("{", "version:"))


def parse(written: str) -> Buildspec:
    """Check a buildspec; raises PhaseFailure (YAML_FILE_ERROR)."""
    top = mapping("buildspec", load_yaml(written))
    version = _version(top.get("version"))
    env = mapping("env", top.get("env"))
    only("env", env, _ENV)
    artifacts, secondary = _artifacts(top.get("artifacts"))
    cache = mapping("cache", top.get("cache"))
    only("cache", cache, _CACHE)
    return Buildspec(
        version=version,
        phases=_phases(top.get("phases"), [key for key in top if key not in _TOP]),
        shell=_shell(env.get("shell")),
        variables={**_first_variables(version, top), **texts("env.variables", env.get("variables"))},
        parameter_store=texts("env.parameter-store", env.get("parameter-store")),
        secrets_manager=texts("env.secrets-manager", env.get("secrets-manager")),
        exported_variables=listed("env.exported-variables", env.get("exported-variables")),
        artifacts=artifacts,
        secondary_artifacts=secondary,
        cache_paths=listed("cache.paths", cache.get("paths")),
        cache_is_restored=_cache_action(cache) != "save",
        cache_is_saved=_cache_action(cache) != "restore",
        reports=_reports(top.get("reports")),
        ignored=tuple(ignored(_known(version), top, env, cache)),
    )


def _known(version: str) -> tuple[str, ...]:
    return (*_TOP, "environment_variables") if version == "0.1" else _TOP


def _first_variables(version: str, top: Mapping[str, object]) -> Mapping[str, str]:
    """Version 0.1 had them below ``environment_variables.plaintext`` (user guide: "Buildspec versions")."""
    if version != "0.1":
        return {}
    found = mapping("environment_variables", top.get("environment_variables"))
    only("environment_variables", found, ("plaintext",))
    return texts("environment_variables.plaintext", found.get("plaintext"))


def _cache_action(cache: Mapping[str, object]) -> str:
    found = text("cache.action", cache.get("action")) or "restore-and-save"
    if found not in ("restore", "save", "restore-and-save"):
        raise yaml_file_error(f"cache.action {found!r} is not supported; use restore or save")
    return found


def _reports(found: object) -> tuple[ReportSpec, ...]:
    return tuple(_report(name, value) for name, value in mapping("reports", found).items())


def _report(name: str, found: object) -> ReportSpec:
    where = f"reports.{name}"
    report = mapping(where, found)
    only(where, report, _REPORT)
    return ReportSpec(
        name=name,
        files=listed(f"{where}.files", report.get("files")),
        base_directory=text(f"{where}.base-directory", report.get("base-directory")) or "",
        file_format=text(f"{where}.file-format", report.get("file-format")) or "JUNITXML",
    )


def _version(found: object) -> str:
    if found in ("0.1", "0.2"):
        return str(found)
    if found is None:
        raise yaml_file_error("version is missing; write 'version: 0.2' at the top")
    raise yaml_file_error(f"version {found!r} is not supported; use 0.2")


def _shell(found: object) -> str:
    # User guide: on Linux the shell is sh unless env.shell says bash.
    if found is None:
        return "sh"
    if not isinstance(found, str) or found not in SHELLS:
        raise yaml_file_error(f"env.shell {found!r} is not supported; use bash or /bin/sh")
    return SHELLS[found]


def _phases(found: object, others: list[str]) -> Mapping[str, PhaseSpec]:
    phases = mapping("phases", found)
    if not phases:
        there = f" (found: {', '.join(others)})" if others else ""
        raise yaml_file_error(f"phases is missing; a buildspec needs at least one phase{there}")
    unknown = [name for name in phases if name.upper() not in COMMAND_PHASES or name != name.lower()]
    if unknown:
        expected = ",".join(sorted(phase.lower() for phase in COMMAND_PHASES))
        raise yaml_file_error(f"Invalid buildspec phase name: {unknown[0]}. Expecting: {expected}")
    return {name.upper(): _phase(name, value) for name, value in phases.items()}


def _phase(name: str, found: object) -> PhaseSpec:
    where = f"phases.{name}"
    phase = mapping(where, found)
    only(where, phase, _PHASE)
    if "runtime-versions" in phase and name != "install":
        raise yaml_file_error(f"{where}.runtime-versions: runtimes are chosen in the install phase only")
    if "commands" in phase and "steps" in phase:
        raise yaml_file_error(f"{where}: a phase has commands or steps, not both")
    return PhaseSpec(
        commands=_commands(f"{where}.commands", phase.get("commands"))
        or steps.commands(f"{where}.steps", phase.get("steps")),
        finally_commands=_commands(f"{where}.finally", phase.get("finally")),
        on_failure=_on_failure(where, phase.get("on-failure")),
        runtime_versions=texts(f"{where}.runtime-versions", phase.get("runtime-versions")),
    )


def _on_failure(where: str, found: object) -> OnFailure | None:
    if found is None:
        return None
    rule = parse_on_failure(found) if isinstance(found, str) else None
    if rule is None:
        raise yaml_file_error(
            f"{where}.on-failure {found!r} is not supported; use ABORT, CONTINUE, RETRY, RETRY-<0 to 100>, "
            "RETRY-<regex> or RETRY-<0 to 100>-<regex>"
        )
    return rule


def _commands(where: str, found: object) -> tuple[str, ...]:
    if found is None:
        return ()
    items = [found] if isinstance(found, str) else found
    if not isinstance(items, list):
        raise yaml_file_error(f"{where} must be a list of commands")
    for number, item in enumerate(items):
        if not isinstance(item, str):
            # What `- echo key: value` turns into; AWS uses these words.
            found_kind = "found subkeys instead" if isinstance(item, dict) else f"found {kind(item)} instead"
            raise yaml_file_error(
                f"Expected Commands[{number}] to be of string type: {found_kind} in {where}; "
                "quote a command that holds ': ' or '#'"
            )
    return tuple(items)


def _artifacts(found: object) -> tuple[ArtifactSpec | None, Mapping[str, ArtifactSpec]]:
    if found is None:
        return None, {}
    artifacts = mapping("artifacts", found)
    only("artifacts", artifacts, (*_ARTIFACT, "secondary-artifacts"))
    entries = mapping("artifacts.secondary-artifacts", artifacts.get("secondary-artifacts"))
    secondary = {
        identifier: _artifact(f"artifacts.secondary-artifacts.{identifier}", value)
        for identifier, value in entries.items()
    }
    if "files" not in artifacts and secondary:
        return None, secondary  # documented as required, left out in practice when all outputs are named
    return _artifact(
        "artifacts", {k: v for k, v in artifacts.items() if k != "secondary-artifacts"}
    ), secondary


def _artifact(where: str, found: object) -> ArtifactSpec:
    artifact = mapping(where, found)
    only(where, artifact, _ARTIFACT)
    files = listed(f"{where}.files", artifact.get("files"))
    if not files:
        raise yaml_file_error(f"{where}.files is missing; name at least one file, such as '**/*'")
    return ArtifactSpec(
        files=files,
        base_directory=text(f"{where}.base-directory", artifact.get("base-directory")) or "",
        exclude_paths=listed(f"{where}.exclude-paths", artifact.get("exclude-paths")),
        discard_paths=yes(f"{where}.discard-paths", artifact.get("discard-paths")),
        enable_symlinks=yes(f"{where}.enable-symlinks", artifact.get("enable-symlinks")),
        name=text(f"{where}.name", artifact.get("name")),
        s3_prefix=text(f"{where}.s3-prefix", artifact.get("s3-prefix")) or "",
    )
