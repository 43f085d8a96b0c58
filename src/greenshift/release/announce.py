"""What people are told, once each: the end of a release, and that it waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenshift.release.chat import Chat
from greenshift.release.errors import ReleaseError
from greenshift.release.ledger import Ledger
from greenshift.release.model import Release
from greenshift.release.notice import Notice, approval_of, end_of, is_worth_telling
from greenshift.release.targets import Targets


@dataclass(frozen=True)
class Announcer:
    """Tells the stack's topic and its chat. Whoever claims a message in the ledger is the one to send it."""

    targets: Targets
    ledger: Ledger
    sns: Any
    chat: Chat

    def announce(self, release: Release) -> None:
        """Tell the end. One that is not reached yet is an error, so that Lambda tries again."""
        if not release.is_ended:
            raise ReleaseError(f"release {release.id} is still {release.status.value}; looking again later")
        if not self.ledger.claim_notice(release) or not is_worth_telling(release):
            return
        try:
            self._tell(end_of(release, self.targets.stack))
        except Exception:
            self.ledger.return_notice(release)
            raise

    def ask(self, release: Release, action: str, request: str) -> None:
        """Tell that an approval is waited for; ``request`` is what is told once."""
        if not self.targets.asks or not self.ledger.claim(release.id, request):
            return
        try:
            self._tell(approval_of(release, action, self.targets.stack, self.targets.console))
        except Exception:
            self.ledger.return_claim(release.id, request)
            raise

    def _tell(self, notice: Notice) -> None:
        if self.targets.topic_arn:
            self.sns.publish(TopicArn=self.targets.topic_arn, Subject=notice.subject, Message=notice.message)
        self.chat.tell(notice)
