"""Where the component package is: ``python -m greenshift.package.location`` prints the folder for Pulumi.

It goes into ``packages`` of a ``Pulumi.yaml``, or to ``pulumi package add``.
"""

from __future__ import annotations

from pathlib import Path

DIRECTORY = Path(__file__).parent

if __name__ == "__main__":
    print(DIRECTORY)
