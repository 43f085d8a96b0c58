"""A buildspec is read as it was written, or refused with words that help."""

from __future__ import annotations

import pytest

from greenshift.twin.codebuild.buildspec import is_inline, parse
from greenshift.twin.codebuild.errors import PhaseFailure
from greenshift.twin.codebuild.phases import OnFailure
from greenshift.twin.codebuild.reports import ReportSpec

WHOLE = """
version: 0.2
env:
  shell: bash
  variables: {VERSION: 1.10, FLAG: yes, ZERO: 010}
  parameter-store: {TOKEN: /app/token}
  secrets-manager: {KEY: "app:key"}
  exported-variables: [TAG]
phases:
  install:
    runtime-versions: {nodejs: 22, python: 3.10}
    commands: npm ci
  build:
    on-failure: RETRY-2-timed? out
    commands:
      - make
      - |
        one
        two
    finally: [make clean]
artifacts:
  files: ['**/*']
  base-directory: dist
  exclude-paths: ['*.map']
  discard-paths: yes
  secondary-artifacts:
    Docs: {files: docs/*}
cache: {paths: ['node_modules/**/*']}
reports: {unit: {files: ['*.xml']}}
"""


def refusal(text: str) -> str:
    with pytest.raises(PhaseFailure) as raised:
        parse(text)
    assert raised.value.code == "YAML_FILE_ERROR"
    return raised.value.message


def test_scalars_stay_the_text_that_was_written() -> None:
    spec = parse(WHOLE)

    assert spec.variables == {"VERSION": "1.10", "FLAG": "yes", "ZERO": "010"}
    assert spec.phase("INSTALL").runtime_versions == {"nodejs": "22", "python": "3.10"}


def test_a_whole_buildspec_is_read() -> None:
    spec = parse(WHOLE)

    assert (spec.version, spec.shell, spec.one_shell) == ("0.2", "bash", True)
    assert spec.parameter_store == {"TOKEN": "/app/token"}
    assert spec.secrets_manager == {"KEY": "app:key"}
    assert spec.exported_variables == ("TAG",)
    assert spec.phase("INSTALL").commands == ("npm ci",)
    assert spec.phase("BUILD").commands == ("make", "one\ntwo\n")
    assert spec.phase("BUILD").finally_commands == ("make clean",)
    assert spec.phase("BUILD").on_failure == OnFailure("RETRY", 2, "timed? out")
    assert spec.phase("POST_BUILD").commands == ()
    assert spec.artifacts is not None
    assert spec.artifacts.files == ("**/*",)
    assert spec.artifacts.base_directory == "dist"
    assert spec.artifacts.exclude_paths == ("*.map",)
    assert spec.artifacts.discard_paths
    assert spec.secondary_artifacts["Docs"].files == ("docs/*",)
    assert spec.cache_paths == ("node_modules/**/*",)
    assert spec.reports == (ReportSpec("unit", ("*.xml",)),)
    assert spec.ignored == ()


def test_the_default_shell_is_sh_and_an_empty_phase_is_allowed() -> None:
    spec = parse("version: 0.1\nphases:\n  build:\n")

    assert (spec.shell, spec.one_shell) == ("sh", False)
    assert spec.phase("BUILD").commands == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phases: {build: {commands: [a]}}", "version is missing"),
        ("version: 0.3\nphases: {build: {}}", "version '0.3' is not supported"),
        ("version: 0.2", "phases is missing"),
        (
            "version: 0.2\nphases: {test: {commands: [a]}}",
            "Invalid buildspec phase name: test. Expecting: build,install,post_build,pre_build",
        ),
        ("version: 0.2\nphases: {build: {command: [a]}}", "phases.build: unknown key 'command'"),
        ("version: 0.2\nfases: {}", "phases is missing; a buildspec needs at least one phase (found: fases)"),
        (
            "version: 0.2\nphases: {build: {commands: [{echo a: b}]}}",
            "Expected Commands[0] to be of string type: found subkeys instead in phases.build.commands",
        ),
        ("version: 0.2\nphases: {build: {commands: [a, ]}, build: {}}", "line 2: key 'build' is given twice"),
        ("version: 0.2\nphases:\n  build: [", "line 3: "),
        ("version: 0.2\nenv: {shell: fish}\nphases: {build: {}}", "env.shell 'fish' is not supported"),
        ("version: 0.2\nphases: {build: {steps: x}}", "phases.build.steps must be a list of steps"),
        ("version: 0.2\nphases: {build: {steps: [{name: x}]}}", "phases.build.steps[0].run must be a text"),
        ("version: 0.2\nphases: {build: {steps: [{run: x, if: y}]}}", "steps[0]: unknown key 'if'"),
        ("version: 0.2\nphases: {build: {steps: [{run: x, shell: fish}]}}", "steps[0].shell 'fish'"),
        ("version: 0.2\ncache: {action: drop}\nphases: {build: {}}", "cache.action 'drop' is not supported"),
        ("version: 0.2\nphases: {build: {on-failure: IGNORE}}", "phases.build.on-failure 'IGNORE'"),
        ("version: 0.2\nphases: {build: {runtime-versions: {nodejs: 22}}}", "in the install phase only"),
        ("version: 0.2\nphases: {build: {}}\nartifacts: {name: x}", "artifacts.files is missing"),
        ("version: 0.2\nphases: {build: {}}\nartifacts: {files: x, zip: 1}", "artifacts: unknown key 'zip'"),
        ("version: 0.2\nphases: {build: {}}\nenv: {variables: {A: [1]}}", "env.variables.A must be a text"),
        ("just text", "buildspec must be a mapping, found a text"),
    ],
)
def test_a_wrong_buildspec_is_refused_in_words(text: str, words: str) -> None:
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("buildspec", "inline"),
    [
        ("buildspec.yml", False),
        ("ci/build.yaml", False),
        ("version: 0.2\nphases: {}", True),
        ('{"version": "0.2"}', True),
        ("arn:aws:s3:::b/buildspec.yml", False),
        ("", False),
    ],
)
def test_a_path_is_told_from_inline_text(buildspec: str, inline: bool) -> None:
    assert is_inline(buildspec) is inline
