"""The log of one build, line by line, as CodeBuild writes it: to CloudWatch Logs and to the build itself."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.clock import Clock
from greenshift.twin.codebuild.model import Build
from greenshift.twin.logs import LogWriter
from greenshift.twin.principal import Principal

_MASK = "***"


class BuildLog:
    """Until ``write_as`` names the build's role, lines are kept on the build alone."""

    def __init__(self, build: Build, clock: Clock, logs: LogWriter) -> None:
        self._build = build
        self._clock = clock
        self._logs = logs
        self._principal: Principal | None = None
        self._secrets: tuple[str, ...] = ()

    def write_as(self, principal: Principal) -> None:
        """It is the build's role that writes the logs, and that may be forbidden to."""
        self._principal = principal

    def mask(self, secrets: Iterable[str]) -> None:
        """Hide these from now on. By exact match only, as CodeBuild does: longest first."""
        found = {line for secret in secrets for line in secret.splitlines() if line.strip()}
        self._secrets = tuple(sorted(found, key=len, reverse=True))

    def container(self, text: str) -> None:
        """A line of CodeBuild's own."""
        self.output(f"[Container] {self._clock.now():%Y/%m/%d %H:%M:%S.%f} {text}")

    def output(self, line: str) -> None:
        """A line some command wrote."""
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        self._build.tail.append(line)
        settings = self._build.settings.logs
        if settings.enabled and self._principal is not None:
            event = (int(self._clock.time() * 1000), line)
            self._logs.write(self._principal, settings.group, self._build.log_stream, [event])
