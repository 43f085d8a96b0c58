"""A buildspec: YAML text in, a checked and frozen value out, or an error that says what is wrong.

User guide: "Build specification reference for CodeBuild". Everything the twin cannot honour is either
refused here by name (batch builds) or listed in ``ignored`` so that the build's log says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from greenshift.twin.codebuild.buildspec_yaml import load_yaml
from greenshift.twin.codebuild.errors import yaml_file_error
from greenshift.twin.codebuild.phases import COMMAND_PHASES, OnFailure, parse_on_failure

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
)
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


def parse(text: str) -> Buildspec:
    """Check a buildspec; raises PhaseFailure (YAML_FILE_ERROR)."""
    top = _mapping("buildspec", load_yaml(text))
    _only("buildspec", top, _TOP)
    if "batch" in top:
        raise yaml_file_error("batch: the twin runs single builds only; remove the batch section")
    env = _mapping("env", top.get("env"))
    _only("env", env, _ENV)
    artifacts, secondary = _artifacts(top.get("artifacts"))
    cache = _mapping("cache", top.get("cache"))
    _only("cache", cache, _CACHE)
    return Buildspec(
        version=_version(top.get("version")),
        phases=_phases(top.get("phases")),
        shell=_shell(env.get("shell")),
        variables=_texts("env.variables", env.get("variables")),
        parameter_store=_texts("env.parameter-store", env.get("parameter-store")),
        secrets_manager=_texts("env.secrets-manager", env.get("secrets-manager")),
        exported_variables=_list("env.exported-variables", env.get("exported-variables")),
        artifacts=artifacts,
        secondary_artifacts=secondary,
        cache_paths=_list("cache.paths", cache.get("paths")),
        ignored=tuple(_ignored(top, env, cache)),
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


def _phases(found: object) -> Mapping[str, PhaseSpec]:
    phases = _mapping("phases", found)
    if not phases:
        raise yaml_file_error("phases is missing; a buildspec needs at least one phase")
    unknown = [name for name in phases if name.upper() not in COMMAND_PHASES or name != name.lower()]
    if unknown:
        expected = ",".join(sorted(phase.lower() for phase in COMMAND_PHASES))
        raise yaml_file_error(f"Invalid buildspec phase name: {unknown[0]}. Expecting: {expected}")
    return {name.upper(): _phase(name, value) for name, value in phases.items()}


def _phase(name: str, found: object) -> PhaseSpec:
    where = f"phases.{name}"
    phase = _mapping(where, found)
    _only(where, phase, _PHASE)
    if "runtime-versions" in phase and name != "install":
        raise yaml_file_error(f"{where}.runtime-versions: runtimes are chosen in the install phase only")
    return PhaseSpec(
        commands=_commands(f"{where}.commands", phase.get("commands")),
        finally_commands=_commands(f"{where}.finally", phase.get("finally")),
        on_failure=_on_failure(where, phase.get("on-failure")),
        runtime_versions=_texts(f"{where}.runtime-versions", phase.get("runtime-versions")),
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
            kind = "found subkeys instead" if isinstance(item, dict) else f"found {_kind(item)} instead"
            raise yaml_file_error(
                f"Expected Commands[{number}] to be of string type: {kind} in {where}; "
                "quote a command that holds ': ' or '#'"
            )
    return tuple(items)


def _artifacts(found: object) -> tuple[ArtifactSpec | None, Mapping[str, ArtifactSpec]]:
    if found is None:
        return None, {}
    artifacts = _mapping("artifacts", found)
    _only("artifacts", artifacts, (*_ARTIFACT, "secondary-artifacts"))
    entries = _mapping("artifacts.secondary-artifacts", artifacts.get("secondary-artifacts"))
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
    artifact = _mapping(where, found)
    _only(where, artifact, _ARTIFACT)
    files = _list(f"{where}.files", artifact.get("files"))
    if not files:
        raise yaml_file_error(f"{where}.files is missing; name at least one file, such as '**/*'")
    return ArtifactSpec(
        files=files,
        base_directory=_text(f"{where}.base-directory", artifact.get("base-directory")) or "",
        exclude_paths=_list(f"{where}.exclude-paths", artifact.get("exclude-paths")),
        discard_paths=_yes(f"{where}.discard-paths", artifact.get("discard-paths")),
        enable_symlinks=_yes(f"{where}.enable-symlinks", artifact.get("enable-symlinks")),
        name=_text(f"{where}.name", artifact.get("name")),
    )


def _ignored(
    top: Mapping[str, object], env: Mapping[str, object], cache: Mapping[str, object]
) -> Iterable[str]:
    """What the buildspec asks for and the twin leaves out, one log line each."""
    if "reports" in top:
        yield "reports: the twin keeps no test reports"
    if "run-as" in top:
        yield "run-as: commands run as the user of the twin"
    if env.get("git-credential-helper"):
        yield "env.git-credential-helper: sources come without git"
    if "key" in cache:
        yield "cache.key: the twin keeps one cache for each project"


def _mapping(where: str, found: object) -> Mapping[str, object]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise yaml_file_error(f"{where} must be a mapping, found {_kind(found)}")
    return found


def _only(where: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
    unknown = [key for key in found if key not in known]
    if unknown:
        raise yaml_file_error(f"{where}: unknown key {unknown[0]!r}; expected one of {', '.join(known)}")


def _texts(where: str, found: object) -> Mapping[str, str]:
    values = _mapping(where, found)
    return {key: _text(f"{where}.{key}", value) or "" for key, value in values.items()}


def _text(where: str, found: object) -> str | None:
    if found is None or isinstance(found, str):
        return found
    raise yaml_file_error(f"{where} must be a text, found {_kind(found)}")


def _list(where: str, found: object) -> tuple[str, ...]:
    if found is None:
        return ()
    items = [found] if isinstance(found, str) else found
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise yaml_file_error(f"{where} must be a list of texts")
    return tuple(items)


def _yes(where: str, found: object) -> bool:
    if found is None:
        return False
    if isinstance(found, str) and found.lower() in ("yes", "no", "true", "false"):
        return found.lower() in ("yes", "true")
    raise yaml_file_error(f"{where} must be yes or no, found {found!r}")


def _kind(found: object) -> str:
    if isinstance(found, dict):
        return "a mapping"
    if isinstance(found, list):
        return "a list"
    return "a text" if isinstance(found, str) else "nothing"
