"""The one announcement of a release's end: an SNS message, whoever saw the end first."""

from __future__ import annotations

from typing import Any

from greenshift.release.errors import ReleaseError
from greenshift.release.ledger import Ledger
from greenshift.release.model import Release
from greenshift.release.notice import notice_of


class Announcer:
    """Tells the stack's topic. ``topic_arn`` is "" where there is none."""

    def __init__(self, ledger: Ledger, sns: Any, topic_arn: str) -> None:
        self._ledger = ledger
        self._sns = sns
        self._topic_arn = topic_arn

    def announce(self, release: Release) -> None:
        """Publish the end, once. One that is not reached yet is an error, so that Lambda tries again."""
        if not release.is_ended:
            raise ReleaseError(f"release {release.id} is still {release.status.value}; looking again later")
        if not self._topic_arn or not self._ledger.claim_notice(release):
            return
        notice = notice_of(release)
        try:
            self._sns.publish(TopicArn=self._topic_arn, Subject=notice.subject, Message=notice.message)
        except Exception:
            self._ledger.return_notice(release)
            raise
