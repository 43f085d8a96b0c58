"""``python3 -m build_kit``: build every function of functions.json. Exit 0 when all are packaged, else 1."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .failure import FAILED, BuildFailure
from .run import build_all


def main() -> int:
    source = Path(os.environ.get("CODEBUILD_SRC_DIR") or Path.cwd())
    # CodeBuild names the variable after the artifact, letter for letter (user guide: environment variables).
    kit_directory = os.environ.get("CODEBUILD_SRC_DIR_BuildKit")  # noqa: SIM112
    kit = Path(kit_directory or Path(__file__).resolve().parents[2])
    try:
        build_all(source, kit / "functions.json")
    except BuildFailure as failure:
        # The last line of a failed build's log is the one people read first. Whoever shows the log knows it
        # by its first words (greenshift.view.builds).
        print(f"{FAILED}{failure}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
