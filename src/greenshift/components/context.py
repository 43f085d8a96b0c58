"""What every component is told: the names, the ARNs, the settings. One value instead of a dozen arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenshift.components.arns import Arns
from greenshift.components.deployment_configs import config_names
from greenshift.components.names import Names
from greenshift.settings import Settings

if TYPE_CHECKING:
    from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class StackContext:
    names: Names
    arns: Arns
    settings: Settings

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
    def strategies(self) -> list[str]:
        """The strategies in use, as written."""
        return sorted({self.settings.rollout_of(key) for key in self.settings.functions})

    @property
    def deployment_configs(self) -> dict[str, str]:
        """The deployment config for each strategy."""
        return config_names(self.names, self.strategies)
