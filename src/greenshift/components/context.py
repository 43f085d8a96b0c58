"""What every component is told: the names, the ARNs, the settings. One value instead of a dozen arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenshift.components.deployment_configs import config_names
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.rollout import Strategy, text
from greenshift.settings import Settings

if TYPE_CHECKING:
    from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class StackContext:
    names: Names
    arns: Arns
    settings: Settings

    def named(self, what: str) -> str:
        """A resource's name in Pulumi; in a further pipeline of a program it begins with that pipeline's."""
        return f"{self.names.part}-{what}" if self.names.part else what

    @property
    def tags(self) -> dict[str, str]:
        """The user's tags, and two by which anyone finds what belongs to this stack."""
        return {
            **self.settings.tags,
            "greenshift:project": self.names.project,
            "greenshift:stack": self.names.stack,
        }

    @property
    def bucket_name(self) -> str:
        return self.names.bucket(self.arns.account, self.arns.region)

    def guarded(self, key: str, text: str) -> Input[str]:
        """A value of the top-level setting ``key``: a secret when that was configured as one."""
        import pulumi  # only here: names and ARNs are for everyone

        return pulumi.Output.secret(text) if self.settings.is_secret(key) else text

    @property
    def strategies(self) -> list[Strategy]:
        """The strategies in use, each once."""
        return sorted({self.settings.rollout_of(key) for key in self.settings.functions}, key=text)

    @property
    def deployment_configs(self) -> dict[Strategy, str]:
        """The deployment config for each strategy."""
        return config_names(self.names, self.strategies)
