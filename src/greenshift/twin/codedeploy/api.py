"""CodeDeploy as the twin serves it: all its operations, and what of it exists."""

from __future__ import annotations

from greenshift.twin.codedeploy.applications import Applications
from greenshift.twin.codedeploy.configs import Configs
from greenshift.twin.codedeploy.deployments import Deployments
from greenshift.twin.codedeploy.groups import Groups
from greenshift.twin.codedeploy.tagging import Tagging
from greenshift.twin.codedeploy.targets import Targets


class CodeDeploy(Applications, Groups, Configs, Deployments, Targets, Tagging):
    """The service; each base is one family of operations."""

    def resources(self) -> list[str]:
        """Applications, groups and custom configs; deployments are history, not resources."""
        state = self.state
        return [
            *(self.arns.application(name) for name in state.applications),
            *(self.arns.group(group.application, group.name) for group in state.groups()),
            *(self.arns.config(config.name) for config in state.configs.values() if not config.predefined),
        ]
