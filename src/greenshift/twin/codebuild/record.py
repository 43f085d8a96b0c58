"""Writes down how a command left its shell: exit status, environment, working directory.

Run by the shell itself after each command (``record.py STATUS FILE MARKER``), so it sees exactly what the
next command will. The marker it prints tells the reader of the output that the command has ended. A fourth
argument says that the shell itself is ending.
"""

import json
import os
import sys
from pathlib import Path


def main(status: str, file: str, marker: str, ending: str = "") -> None:
    try:
        directory = os.getcwd()  # noqa: PTH109 - Path would need the import to succeed in a deleted folder
    except FileNotFoundError:
        directory = ""
    state = {
        "status": int(status),
        "environment": dict(os.environ),
        "directory": directory,
        "ending": bool(ending),
    }
    new = Path(file + ".new")
    new.write_text(json.dumps(state))
    new.replace(file)
    os.write(1, f"\x1e{marker}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:5])
