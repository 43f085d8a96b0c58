"""A language host for Python: what the Pulumi CLI starts to run programs, policy packs and components.

The host that can be built is older than today's CLI and reads another field of RunPlugin, so the tests bring
this one. It is ``pulumi-language-python``: it prints its port, serves ``LanguageRuntime`` and ends with the
CLI, which ends its process group. [Pulumi: language.proto]
"""

from __future__ import annotations

import json
import os
import queue
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

NAME = "pulumi-language-python"
RUNNER = "GREENSHIFT_PROGRAM_EXEC"
"""Environment variable: the script of Pulumi's Python SDK that runs one program."""


def install(folder: Path) -> Path:
    """The folder to put first on PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / NAME
    script.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def main() -> None:
    import grpc
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

    class Host(language_pb2_grpc.LanguageRuntimeServicer):
        def Handshake(self, request: Any, context: Any) -> Any:
            return language_pb2.LanguageHandshakeResponse()

        def GetPluginInfo(self, request: Any, context: Any) -> Any:
            return plugin_pb2.PluginInfo(version="3.0.0")

        def GetRequiredPackages(self, request: Any, context: Any) -> Any:
            return language_pb2.GetRequiredPackagesResponse()

        def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
            return language_pb2.GetRequiredPluginsResponse()

        def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
            return language_pb2.RuntimeOptionsResponse()

        def GetProgramDependencies(self, request: Any, context: Any) -> Any:
            return language_pb2.GetProgramDependenciesResponse()

        def Run(self, request: Any, context: Any) -> Any:
            code = subprocess.run(
                _program(request, _engine()), cwd=request.pwd, env=_configured(request), check=False
            ).returncode
            # 32: the program has said itself what is wrong.
            return language_pb2.RunResponse(
                bail=code == 32, error=f"the program ended with {code}" if code not in (0, 32) else ""
            )

        def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
            process = subprocess.Popen(
                _plugin(request),
                cwd=request.pwd,
                env={**os.environ, **dict(each.split("=", 1) for each in request.env)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            context.add_callback(process.kill)
            for name, line in _heard(process):
                yield language_pb2.RunPluginResponse(**{name: line})
            yield language_pb2.RunPluginResponse(exitcode=process.wait())

        def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
            """This Python has all that a program needs."""
            yield from ()

        def Cancel(self, request: Any, context: Any) -> Any:
            return empty_pb2.Empty()

    server = grpc.server(ThreadPoolExecutor(16))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # A Ctrl-C goes to the whole group: what is under way ends when the CLI says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(), server), daemon=True).start()
    print(port, flush=True)
    server.wait_for_termination()


def _end_with(parent: int, server: Any) -> None:
    """The CLI does not end every host that it starts; what a host runs ends with it."""
    while os.getppid() == parent:
        time.sleep(0.2)
    server.stop(grace=None)


def _engine() -> str:
    return next(each for each in sys.argv[1:] if not each.startswith("-"))


def _program(request: Any, engine: str) -> list[str]:
    script = Path(os.environ[RUNNER])
    options = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization,
        "root_directory": request.info.root_directory,
        "pwd": request.pwd,
        "parallel": str(request.parallel),
        **({"dry_run": "true"} if request.dryRun else {}),
    }
    given = [word for key, value in options.items() for word in (f"--{key}", value)]
    return [sys.executable, "-u", str(script), *given, request.program or request.pwd, *request.args]


def _configured(request: Any) -> dict[str, str]:
    return {
        **os.environ,
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }


def _plugin(request: Any) -> list[str]:
    return [sys.executable, "-u", request.info.program_directory, *request.args]


def _heard(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """What it says on both streams, line by line, as it comes."""
    lines: queue.Queue[tuple[str, bytes] | None] = queue.Queue()

    def listen(name: str, stream: IO[bytes]) -> None:
        for line in stream:
            lines.put((name, line))
        lines.put(None)

    for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
        assert stream is not None
        threading.Thread(target=listen, args=(name, stream), daemon=True).start()
    open_streams = 2
    while open_streams:
        found = lines.get()
        if found is None:
            open_streams -= 1
        else:
            yield found


if __name__ == "__main__":
    main()
