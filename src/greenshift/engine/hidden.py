"""What must not be read in any message of a run: configured secrets, and those of the shell.

A program sees the environment of whoever started it, and what it sees it may print, or fail with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from greenshift.engine.program.program_spec import Program

_NAMED_SECRET = re.compile(
    r"(TOKEN|SECRET|PASSWORD|PASSPHRASE|ACCESS_KEY|API_KEY|PRIVATE_KEY)$", re.IGNORECASE
)
# A shorter one is a word that messages are made of.
_SHORTEST = 8


def hidden_texts(program: Program, shell: Mapping[str, str]) -> Iterator[str]:
    """``shell`` is the environment the run was started in."""
    for key, value in program.config.items():
        if key in program.secret_keys:
            yield value
    for name, value in {**shell, **program.environment}.items():
        if _NAMED_SECRET.search(name) and len(value) >= _SHORTEST:
            yield value
