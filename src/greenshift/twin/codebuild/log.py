"""The log of one build, line by line, as CodeBuild writes it: to CloudWatch Logs and to the build itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import Clock
from greenshift.twin.codebuild.model import Build
from greenshift.twin.logs import LogWriter

_MASK = "***"
_KEPT_CHARACTERS = 2_000


@dataclass(frozen=True)
class LogLimits:
    """What the twin keeps of the log of one build; CloudWatch Logs, which has no bound, is memory here.

    ``size`` in characters and ``lines`` are kept as they come. After that only the newest ``last`` lines of
    each command are, up to ``last_in_total`` of the whole build.
    """

    size: int = 10 * 1024 * 1024
    lines: int = 100_000
    last: int = 200
    last_in_total: int = 20_000


class BuildLog:
    """Until ``write_as`` names the build's role, lines are kept on the build alone."""

    def __init__(self, build: Build, clock: Clock, logs: LogWriter, limits: LogLimits | None = None) -> None:
        self._build = build
        self._clock = clock
        self._logs = logs
        self._limits = limits or LogLimits()
        self._principal: Principal | None = None
        self._secrets: tuple[str, ...] = ()
        self._size = self._lines = self._last_lines = self._hidden = 0
        self._is_cut = False
        self._last: deque[str] = deque(maxlen=self._limits.last)

    def write_as(self, principal: Principal) -> None:
        """It is the build's role that writes the logs, and that may be forbidden to."""
        self._principal = principal

    def mask(self, secrets: Iterable[str]) -> None:
        """Hide these from now on. By exact match only, as CodeBuild does: longest first."""
        found = {line for secret in secrets for line in secret.splitlines() if line.strip()}
        self._secrets = tuple(sorted(found, key=len, reverse=True))

    def container(self, text: str) -> None:
        """A line of CodeBuild's own; never cut, and after all that was printed before it."""
        self._write_last()
        self._write([f"[Container] {self._clock.now():%Y/%m/%d %H:%M:%S.%f} {text}"])

    def output(self, lines: list[str]) -> None:
        """Lines some command wrote."""
        room = self._room(lines)
        if room:
            self._write(lines[:room])
        if rest := lines[room:]:
            self._is_cut = True
            self._hidden += len(rest)
            self._last.extend(rest)

    def _room(self, lines: list[str]) -> int:
        """How many of these are kept as they come."""
        if self._is_cut:
            return 0
        taken = 0
        for line in lines[: self._limits.lines - self._lines]:
            self._size += len(line)
            if self._size > self._limits.size:
                break
            taken += 1
        self._lines += taken
        return taken

    def _write_last(self) -> None:
        """The end of what was cut, with a word about the rest."""
        if not self._hidden:
            return
        shown = list(self._last) if self._last_lines < self._limits.last_in_total else []
        hidden, self._hidden = self._hidden - len(shown), 0
        self._last.clear()
        self._last_lines += len(shown)
        limit = f"the twin keeps {self._limits.lines:,} lines and {self._limits.size:,} characters of a build"
        self._write([f"[Container] {hidden:,} lines of output are cut here: {limit}"] if hidden else [])
        self._write(shown)

    def _write(self, lines: list[str]) -> None:
        if not lines:
            return
        if self._secrets:
            lines = [self._masked(line) for line in lines]
        self._build.tail.extend(line[:_KEPT_CHARACTERS] for line in lines[-self._limits.last :])
        settings = self._build.settings.logs
        if settings.enabled and self._principal is not None:
            now = int(self._clock.time() * 1000)
            self._logs.write(
                self._principal, settings.group, self._build.log_stream, [(now, line) for line in lines]
            )

    def _masked(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        return line
