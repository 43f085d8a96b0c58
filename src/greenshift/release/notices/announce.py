"""What people are told, once each: the end of a release, and that it waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenshift.contract.clock import Clock
from greenshift.contract.release import Release
from greenshift.release.errors import ReleaseError
from greenshift.release.notices.chat import Chat
from greenshift.release.notices.notice import Notice, approval_of, end_of, is_worth_telling
from greenshift.release.notices.told import Told
from greenshift.release.targets import Targets


@dataclass(frozen=True)
class Announcer:
    """Tells the stack's topic and its chat. Whoever claims a message in the ledger is the one to send it."""

    targets: Targets
    told: Told
    sns: Any
    chat: Chat
    clock: Clock

    def announce(self, release: Release) -> None:
        """Tell the end. One that is not reached yet is an error, so that Lambda tries again."""
        if not release.is_ended:
            raise ReleaseError(f"release {release.id} is still {release.status.value}; looking again later")
        if not self.told.claim(release, self.clock.now()):
            return
        try:
            if is_worth_telling(release):
                self._tell(end_of(release, self.targets.stack))
        except Exception:
            self.told.give_back(release)
            raise
        self.told.keep(release)

    def ask(self, release: Release, action: str, request: str) -> None:
        """Tell that an approval is waited for; ``request`` is what is told once."""
        if not self.targets.asks or self.told.was_asked(release.id, request):
            return
        self._tell(approval_of(release, action, self.targets.stack, self.targets.console))
        self.told.keep_asked(release.id, request)

    def _tell(self, notice: Notice) -> None:
        if self.targets.topic_arn:
            self.sns.publish(TopicArn=self.targets.topic_arn, Subject=notice.subject, Message=notice.message)
        self.chat.tell(notice)
