"""The package's process, as Pulumi's CLI starts it: ``python -u`` on the folder, and the engine's address."""

from __future__ import annotations

import sys
from pathlib import Path

# Run as a folder, Python looks for every import here first: a stranger's ``schema`` would then be ours.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]

from pulumi.provider import main  # noqa: E402

from greenshift.package.provider import Package  # noqa: E402

if __name__ == "__main__":
    main(Package(), sys.argv[1:])
