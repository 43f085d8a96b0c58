"""Makes the pinned files of this directory; run it through ``make requirements``."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The oldest Python that may install them: what is pinned by a newer one may be for newer ones alone.
OLDEST = "3.11.0"
COMMAND = [
    *(sys.executable, "-m", "piptools", "compile", "--quiet", "--upgrade", "--allow-unsafe"),
    *("--generate-hashes", "--strip-extras", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"),
]

SOURCES = (
    ("../pyproject.toml", "runtime.txt"),
    ("dev.in", "dev.txt"),
    ("build.in", "build.txt"),
    ("audit.in", "audit.txt"),
    ("docs.in", "docs.txt"),
    ("clients-1.26.in", "clients-1.26.txt"),
    ("clients-1.35.in", "clients-1.35.txt"),
    ("clients-cli.in", "clients-cli.txt"),
    ("clients-cli-2024.in", "clients-cli-2024.txt"),
)


def is_for_the_oldest(pin: tuple[str, str]) -> bool:
    """Whether this version of a package is among those that the oldest Python may install."""
    name, version = pin
    command = [sys.executable, "-m", "pip", "index", "versions", name, "--python-version", OLDEST]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return version in re.split(r"[,\s]+", told.partition("Available versions:")[2])


def pinned(target: str) -> list[tuple[str, str]]:
    return re.findall(r"^([\w.-]+)==([^\s\\]+)", Path(target).read_text(), re.MULTILINE)


for source, target in SOURCES:
    subprocess.run([*COMMAND, "--output-file", target, source], check=True)
found = sorted({pin for _, target in SOURCES for pin in pinned(target)})
with ThreadPoolExecutor(8) as several:
    fits = list(several.map(is_for_the_oldest, found))
if newer := [f"{name} {version}" for (name, version), does in zip(found, fits, strict=True) if not does]:
    sys.exit(f"not for Python {OLDEST}: {', '.join(newer)}; bound them in the .in file that brings them")
