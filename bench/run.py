"""All benchmarks, one after the other, with a line about the machine; asserts nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


BENCHES = (
    ("deploy.py",),
    ("every_type.py",),
    ("release.py",),
    ("invoke.py",),
    ("from_queue.py",),
    ("scale.py", "2", "20"),
    ("dashboard.py",),
)


def main() -> None:
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    for name, *arguments in BENCHES:
        print(f"\n{name}", flush=True)
        subprocess.run([sys.executable, str(HERE / name), *arguments], check=True)


if __name__ == "__main__":
    main()
