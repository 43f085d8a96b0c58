"""The pack's process: ``python -u`` on this folder, by Pulumi's CLI, by our engine, or by hand.

It prints its port on the first line. It ends with the process that started it when that one says so:
``GREENSHIFT_LEASH`` is the number of an open pipe, whose other end closes when the starter is gone.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

# Run as a folder, Python looks for every import here first: a stranger's ``registry`` would then be ours.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]

from greenshift.errors import GreenshiftError  # noqa: E402

LEASH = "GREENSHIFT_LEASH"


def main(environment: Mapping[str, str]) -> int:
    if LEASH in environment:
        threading.Thread(target=_end_with, args=(int(environment[LEASH]),), daemon=True).start()
    try:
        from greenshift.guardrails.pack import serve

        serve(environment)
    except GreenshiftError as error:
        print(error.message, *([f"next: {error.hint}"] if error.hint else []), sep="\n", file=sys.stderr)
        return error.exit_code
    return 0


def _end_with(pipe: int) -> None:
    os.read(pipe, 1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(os.environ))
