"""What the control functions get runs by itself: nothing else of ours is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from greenshift.components.archives import release_files

HANDLERS = ("controller", "hook", "recorder")
LOOK = """
import sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    __import__(f"greenshift.release.{name}")
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("greenshift.")), sep="\\n")
"""


def test_its_handlers_import_only_what_the_archive_holds(tmp_path: Path) -> None:
    for name, path in {**release_files(), "greenshift/__init__.py": None}.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes() if path else b"")

    # Isolated (-I), so that what is installed or beside the tests cannot help; -B leaves nothing behind.
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", LOOK, str(tmp_path), *HANDLERS], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert {Path(line) for line in done.stdout.split()} <= {tmp_path / name for name in release_files()}
