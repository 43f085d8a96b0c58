"""Java functions: a small runtime of our own, compiled once by this machine's JDK.

It runs with the function's classes and ``lib/*.jar`` behind it on the class path (developer guide,
"Deploy Java Lambda functions with .zip or JAR file archives").
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from greenshift.errors import TwinError

_HERE = Path(__file__).parent
_SECONDS = 120.0
# The machine is shared with many others like it: a small collector, and no second compiler.
_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_SCRIPT = (
    'path="$1:$LAMBDA_TASK_ROOT:$LAMBDA_TASK_ROOT/lib/*"; shift; '
    'exec java -cp "$path" "-Xmx${AWS_LAMBDA_FUNCTION_MEMORY_SIZE}m" "$@" greenshift.lambda.Runtime'
)


async def java_command(folder: Path) -> tuple[str, ...]:
    """What starts a worker; compiles the runtime into ``folder`` unless it is there."""
    if not (folder / "greenshift/lambda/Runtime.class").is_file():
        sources = [str(path) for path in sorted(_HERE.glob("*.java"))]
        status, said = await _run("javac", "-d", str(folder), *sources)
        if status != 0:
            raise TwinError(f"this machine's JDK cannot compile the runtime: {said.strip()[:500]}")
    return ("/bin/sh", "-c", _SCRIPT, "java", str(folder), *_OPTIONS)


async def java_version() -> str:
    """``17`` of ``openjdk version "17.0.15"``."""
    _, said = await _run("java", "-version")
    found = re.search(r'version "(\d+)', said)
    return found.group(1) if found else "of this machine"


async def _run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise TwinError(f"{command[0]} did not end within {_SECONDS:.0f} seconds") from None
    return process.returncode or 0, said.decode(errors="replace")
