"""Why a build failed, in one line, as the build itself tells it: the last word of its log, and the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.build_words import kit_said
from greenshift.reading.builds import Build, read_build
from greenshift.reading.logs import read_stream
from greenshift.reading.reports import Case, read_failures, read_test_reports
from greenshift.view.model import ActionView, StageView

_BUILD = "Build"
_HOW = "; run it here with: "
_LONGEST = 120
_CASES = 20


class BuildCauses:
    """Of one stack; each build is read once, for what has failed does not change."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    def told(self, stages: Sequence[StageView]) -> tuple[StageView, ...]:
        """The stages, a failed build with its own words in the place of CodePipeline's account of it."""
        return tuple(replace(each, actions=tuple(map(self._action, each.actions))) for each in stages)

    def _action(self, action: ActionView) -> ActionView:
        if action.category != _BUILD or action.status != "Failed" or not action.external_id:
            return action
        said = self._known.get(action.external_id) or self._read(action.external_id)
        if not said:
            return action
        self._known[action.external_id] = said
        return replace(action, error=said)

    def _read(self, build_id: str) -> str:
        """Empty where the build said nothing, or its log cannot be read: it is told without it as well."""
        try:
            build = read_build(self._client("codebuild"), build_id)
            if build is None or build.log is None:
                return ""
            events, _ = read_stream(self._client("logs"), build.log)
            said = kit_said(event.text for event in events)
            return in_one_line(said, self._failures(build)) if said else ""
        except (ClientError, BotoCoreError):
            return ""

    def _failures(self, build: Build) -> tuple[Case, ...]:
        client = self._client("codebuild")
        try:
            reports = read_test_reports(client, build.report_arns) if build.report_arns else ()
            return tuple(case for each in reports for case in read_failures(client, each.arn, _CASES))
        except (ClientError, BotoCoreError):  # the policy of whoever looks may be from before reports
            return ()


def in_one_line(said: str, failures: Sequence[Case]) -> str:
    """``[charge] npm test: exit status 1; test rounds to cents: 1 != 2; run it here with: …``. Pure."""
    if not failures:
        return said
    first, more = failures[0], len(failures) - 1
    why = first.message.strip().split("\n", 1)[0].rstrip(": ")  # what follows is on the lines below it
    test = f"{first.name}: {why}" if why else first.name
    test = test if len(test) <= _LONGEST else f"{test[: _LONGEST - 1]}…"
    head, how, command = said.partition(_HOW)
    return f"{head}; test {test}{f' and {more} more' if more else ''}{how}{command}"
