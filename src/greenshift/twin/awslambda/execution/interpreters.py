"""Which interpreter runs a runtime: the right Python or Node of this machine, or the nearest to it.

The remark goes to the function's log, so that "it runs on 3.13 here and on 3.11 there" is never a riddle.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from greenshift.errors import TwinError
from greenshift.twin.awslambda.execution.java import java_command, java_version
from greenshift.twin.awslambda.runtimes import Runtime
from greenshift.twin.machine import nodejs

_HERE = Path(__file__).parent
_PROBE_SECONDS = 15.0

# What AWS's Python runtimes bundle, and what those need; nothing else of our environment is shown.
_BUNDLED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")

# By a shell, so that a file that is missing or may not be executed is the function's own failure.
_BOOTSTRAP = ("/bin/sh", "-c", 'exec "$LAMBDA_TASK_ROOT/bootstrap"')

# -I: no user site, no PYTHON* variables; -S: no site-packages of ours; -B: the task root is read-only.
_FLAGS = ("-I", "-S", "-B")


@dataclass(frozen=True)
class Interpreter:
    """The command that runs a bootstrap, and what to say about it.

    ``script``: the bootstrap and the folders it is given, the SDK's first, where the command is the twin's
    own Python.
    """

    command: tuple[str, ...]
    remark: str
    script: tuple[str, ...] = ()


class Interpreters:
    """Finds each runtime's interpreter once."""

    def __init__(self, sdk: Path) -> None:
        self._sdk = sdk
        self._found: dict[str, asyncio.Task[Interpreter]] = {}

    async def find(self, runtime: Runtime) -> Interpreter:
        task = self._found.get(runtime.identifier)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._find(runtime))
            self._found[runtime.identifier] = task
        return await asyncio.shield(task)

    async def _find(self, runtime: Runtime) -> Interpreter:
        if runtime.language == "provided":
            return Interpreter(_BOOTSTRAP, "the package's bootstrap")
        if runtime.language == "java":
            return await java_interpreter(runtime, self._sdk.parent / "java-runtime")
        if runtime.language == "ruby":
            return await ruby_interpreter(runtime)
        if runtime.language == "nodejs":
            return node_interpreter(runtime)
        await asyncio.to_thread(link_bundled_sdk, self._sdk)
        executable, remark = await self._python(runtime)
        bytecode = self._sdk.parent / "python-bytecode"
        bytecode.mkdir(exist_ok=True)
        script = (str(_HERE / "bootstrap.py"), str(self._sdk), str(bytecode))
        own = script if executable == sys.executable else ()
        return Interpreter((executable, *_FLAGS, *script), remark, own)

    async def _python(self, runtime: Runtime) -> tuple[str, str]:
        own = f"{sys.version_info.major}.{sys.version_info.minor}"
        if runtime.version == own:
            return sys.executable, f"Python {own}"
        candidate = shutil.which(f"python{runtime.version}")
        real = await self._probe(candidate, runtime.version) if candidate else None
        if real:
            return real, f"Python {runtime.version}"
        return sys.executable, f"Python {own}, because no usable python{runtime.version} is installed"

    async def _probe(self, candidate: str, wanted: str) -> str | None:
        """The real path of an interpreter that works; version switchers install stubs that do not."""
        script = (
            "import sys; sys.path.append(sys.argv[1]); import boto3; "
            "print('%d.%d' % sys.version_info[:2], sys.executable)"
        )
        process = await asyncio.create_subprocess_exec(
            candidate, *_FLAGS, "-c", script, str(self._sdk),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                output, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
        found, _, executable = output.decode().strip().partition(" ")
        return executable if process.returncode == 0 and found == wanted else None


def node_interpreter(runtime: Runtime) -> Interpreter:
    """The one Node of this installation serves all ``nodejs`` runtimes."""
    own = nodejs.version()
    remark = (
        f"Node.js {own}" if own.startswith(runtime.version) else f"Node.js {own} for {runtime.identifier}"
    )
    return Interpreter((str(nodejs.executable()), str(_HERE / "bootstrap.mjs")), remark)


async def java_interpreter(runtime: Runtime, folder: Path) -> Interpreter:
    """The JDK of this machine, whichever it is."""
    command, own = await java_command(folder), await java_version()
    remark = f"Java {own}" if own == runtime.version else f"Java {own} for {runtime.identifier}"
    return Interpreter(command, remark)


async def ruby_interpreter(runtime: Runtime) -> Interpreter:
    """The Ruby of this machine, whichever it is; without it no such function is created."""
    executable = shutil.which("ruby")
    if executable is None:
        raise TwinError("Ruby functions need Ruby", hint="install Ruby, so that ruby is on PATH")
    process = await asyncio.create_subprocess_exec(
        executable,
        "-e",
        "print RUBY_VERSION",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    own = said.decode(errors="replace").rpartition(".")[0] or "of this machine"
    remark = f"Ruby {own}" if own == runtime.version else f"Ruby {own} for {runtime.identifier}"
    return Interpreter((executable, str(_HERE / "bootstrap.rb")), remark)


def link_bundled_sdk(directory: Path) -> None:
    """A folder of links to boto3 and what it needs, and only those."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in _BUNDLED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        link = directory / source.name
        if not link.is_symlink():
            link.symlink_to(source)
