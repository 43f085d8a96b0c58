"""How a release is carried out: the functions that do it, who has to say yes, who hears of it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from greenshift.settings.fields import Section, setting, whole
from greenshift.settings.identifiers import KEY_ALLOWED, KEY_EXAMPLE, checked_key
from greenshift.settings.violation import Violation

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ReleaseSettings(Section):
    """Greenshift's own functions: the controller, the hooks, the recorder."""

    memory: int = whole(1024, "Memory of the controller in MB: packages pass through it.", 256, 10240, "MB")
    ephemeral_storage: int = whole(
        2048, "The controller's /tmp in MB: the build's artifact is unpacked there.", 512, 10240, "MB"
    )
    hook_memory: int = whole(256, "Memory of the two CodeDeploy hooks in MB.", 128, 10240, "MB")
    recorder_memory: int = whole(256, "Memory of the recorder in MB.", 128, 10240, "MB")
    timeout: int = whole(
        900, "Seconds one of them may run; all of them wait for others.", 300, 900, "seconds"
    )
    architecture: Literal["x86_64", "arm64"] = setting(
        "x86_64", "The processor they run on.", allowed="x86_64 or arm64"
    )


class ApprovalSettings(Section):
    before_shift: bool = setting(
        False,
        "Whether somebody has to approve a published release before it gets traffic.",
        allowed="true or false",
        example=True,
    )
    between_waves: bool = setting(
        False,
        "Whether somebody has to approve each wave but the first.",
        allowed="true or false",
        example=True,
    )
    notify: bool = setting(
        True, "Whether the topic of releases tells that an approval is waited for.", allowed="true or false"
    )
    # CodePipeline user guide, quotas: 5 to 86,400 minutes; its own default is seven days.
    timeout: int = whole(
        10080, "Minutes after which an unanswered approval fails the release.", 5, 86400, "minutes"
    )
    message: str = setting(
        "New versions are published and tested; approve to give them traffic.",
        "What the person who approves reads.",
        allowed="a text of at most 1000 characters",
        min_length=1,
        max_length=1000,
    )


class NotificationsSettings(Section):
    emails: tuple[str, ...] = setting(
        (),
        "Who hears of releases; others may subscribe to the topic in the output topicArn.",
        allowed="a list of e-mail addresses",
        example=["ops@example.org"],
    )
    chat_webhook: str | None = setting(
        None,
        "An incoming webhook that takes what Slack's does; it hears the same as the topic. A secret: "
        "pulumi config set --secret --path 'greenshift:notifications.chatWebhook'.",
        allowed="an https:// URL",
        example="https://chat.example.org/hooks/releases",
        pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?/\S*",
    )
    kms_key_arn: str | None = setting(
        None, "The KMS key that encrypts the topic of releases.", allowed=KEY_ALLOWED, example=KEY_EXAMPLE
    )

    @field_validator("emails")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for index, address in enumerate(value):
            if not _EMAIL.fullmatch(address):
                raise Violation("it must be an e-mail address", at=(str(index),))
        return value

    @field_validator("kms_key_arn")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        return checked_key(value)


class PipelineSettings(Section):
    # PARALLEL is left out on purpose: two releases would shift the same aliases at once.
    execution_mode: Literal["QUEUED", "SUPERSEDED"] = setting(
        "QUEUED", "What a push does while another one is being released.", allowed="QUEUED or SUPERSEDED"
    )
