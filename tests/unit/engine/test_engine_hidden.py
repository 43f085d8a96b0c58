"""What is cleaned out of every message of a run."""

from __future__ import annotations

from pathlib import Path

from greenshift.engine.hidden import hidden_texts
from greenshift.engine.program.program_spec import Program

CONFIG = {"shop:password": "hunter2", "shop:open": "for all to see"}


def test_configured_secrets_and_those_of_the_shell_are_hidden_and_nothing_else() -> None:
    program = Program(
        Path(), "shop", "local", CONFIG, frozenset({"shop:password"}), {"NPM_TOKEN": "npm-token-of-mine"}
    )
    shell = {
        "GITHUB_TOKEN": "ghp-token-of-mine",
        "aws_secret_access_key": "key-of-mine",
        "PATH": "/usr/bin:/bin",
        "CI_TOKEN": "short",
        "TOKENIZER": "a-long-text",
    }

    hidden = set(hidden_texts(program, shell))

    assert hidden == {"hunter2", "npm-token-of-mine", "ghp-token-of-mine", "key-of-mine"}
