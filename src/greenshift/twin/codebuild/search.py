"""Whether a user's regular expression is found in a build's output.

AWS's expressions are linear; Python's go back and try anew, and hold up everybody else while they do. So one
is tried in a process of its own, which ends when it takes too long.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

SECONDS = 2.0
_SCRIPT = "import json, re, sys; sys.exit(0 if re.search(*json.load(sys.stdin)) else 3)"
_FOUND, _NOT_FOUND = 0, 3


async def is_found(pattern: str, output: str, seconds: float = SECONDS) -> bool | None:
    """None when nobody knows: it took longer than ``seconds``, or more than Python can do."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", _SCRIPT,
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        asked = json.dumps([pattern, output]).encode()
        await asyncio.wait_for(process.communicate(asked), seconds)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return {_FOUND: True, _NOT_FOUND: False}.get(process.returncode or 0)
