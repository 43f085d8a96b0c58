"""What runs on this machine, found by a word on its command line or in its environment."""

from __future__ import annotations

import time
from pathlib import Path

# Children in sessions of their own; a daemon whose parents have ended; one without any environment.
HIDING = """
import os, subprocess, sys, time

def handler(event, context):
    tag = event["tag"]
    code = "import sys, time; time.sleep(987)"
    for _ in range(3):
        subprocess.Popen([sys.executable, "-c", code, tag], start_new_session=True)
    daemon = "import os, sys\\nif os.fork(): os._exit(0)\\nos.setsid()\\nif os.fork(): os._exit(0)\\n"
    daemon += "import time; time.sleep(987)"
    subprocess.run([sys.executable, "-c", daemon, tag], check=True)
    subprocess.run(["setsid", "-f", "env", "-i", sys.executable, "-c", daemon, tag], check=True)
    time.sleep(event.get("seconds", 0))
    return os.getpid()
"""
STARTED = 5


def tagged(tag: str) -> list[int]:
    """Every living process that carries a tag, whoever its parent is."""
    return [int(each.name) for each in Path("/proc").glob("[0-9]*") if _carries(each, tag.encode())]


def _carries(process: Path, tag: bytes) -> bool:
    try:
        if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        return tag in (process / "cmdline").read_bytes() or tag in (process / "environ").read_bytes()
    except OSError:
        return False


def wait_until_tagged(tag: str, count: int, seconds: float = 30.0) -> list[int]:
    """The processes with a tag, once there are so many."""
    deadline = time.monotonic() + seconds
    while len(found := tagged(tag)) != count:
        assert time.monotonic() < deadline, f"{len(found)} processes carry {tag}, not {count}"
        time.sleep(0.02)
    return found
