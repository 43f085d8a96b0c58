"""Makes the pinned files of this directory; run it through ``make requirements``."""

import subprocess
import sys

COMMAND = [
    *(sys.executable, "-m", "piptools", "compile", "--quiet", "--upgrade", "--allow-unsafe"),
    *("--generate-hashes", "--strip-extras", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"),
]

for source, target in (
    ("../pyproject.toml", "runtime.txt"),
    ("dev.in", "dev.txt"),
    ("build.in", "build.txt"),
    ("audit.in", "audit.txt"),
    ("docs.in", "docs.txt"),
    ("clients-1.26.in", "clients-1.26.txt"),
    ("clients-1.35.in", "clients-1.35.txt"),
    ("clients-cli.in", "clients-cli.txt"),
    ("clients-cli-2024.in", "clients-cli-2024.txt"),
):
    subprocess.run([*COMMAND, "--output-file", target, source], check=True)
