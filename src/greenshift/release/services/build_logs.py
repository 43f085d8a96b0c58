"""What a failed build says of its cause: the build kit's last word, which only the build's log has."""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.build_words import kit_said
from greenshift.contract.names import codebuild_log_group

log = logging.getLogger("greenshift")

_LAST = 100
"""The kit's last word is followed by a few lines of CodeBuild's."""


class BuildLogs:
    """``client`` is that of CloudWatch Logs."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def cause(self, build: str) -> str:
        """Of a build by its id, ``project:uuid``; "" when the kit said nothing, or its log cannot be read:
        a release that failed is told without it as well.
        """
        project, _, stream = build.partition(":")
        if not stream:
            return ""
        try:
            answer = self._client.get_log_events(
                logGroupName=codebuild_log_group(project),
                logStreamName=stream,
                startFromHead=False,
                limit=_LAST,
            )
        except (ClientError, BotoCoreError) as error:
            log.info("the log of the build %s was not read: %s", build, error)
            return ""
        return kit_said(str(event["message"]).rstrip("\n") for event in answer["events"])
