"""Everything that exists in CodeDeploy, and the look-ups that can fail.

Touched on the event loop only, so nothing here is locked; what changes is replaced, never mutated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from greenshift.rollout import parse_strategy
from greenshift.rollout.strategy import PREDEFINED_PREFIX, PREDEFINED_TEXTS
from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.model import (
    Application,
    Config,
    Deployment,
    Group,
    RegisteredRevision,
    Revision,
)
from greenshift.twin.codedeploy.names import Arns, is_deployment_id
from greenshift.twin.codedeploy.progress import Phase

MOST_GROUPS = 1000  # user guide, "CodeDeploy limits"
MOST_CONFIGS = 200


class State:
    """Applications (with their groups), deployment configs, deployments and tags."""

    kept: ClassVar[tuple[str, ...]] = ("applications", "configs", "deployments", "tags")

    def __init__(self, arns: Arns) -> None:
        self._arns = arns
        self.applications: dict[str, Application] = {}
        self.configs: dict[str, Config] = {config.name: config for config in _predefined()}
        self.deployments: dict[str, Deployment] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def application(self, name: str | None) -> Application:
        if not name:
            raise errors.application_name_required()
        if name not in self.applications:
            raise errors.application_missing(name)
        return self.applications[name]

    def group(self, application: str | None, name: str | None) -> Group:
        found = self.application(application)
        if not name:
            raise errors.group_name_required()
        if name not in found.groups:
            raise errors.group_missing(name)
        return found.groups[name]

    def config(self, name: str) -> Config:
        if name not in self.configs:
            raise errors.config_missing(name)
        return self.configs[name]

    def deployment(self, deployment_id: str | None) -> Deployment:
        if not deployment_id:
            raise errors.deployment_id_required()
        if not is_deployment_id(deployment_id):
            raise errors.deployment_id(deployment_id)
        if deployment_id not in self.deployments:
            raise errors.deployment_missing(deployment_id)
        return self.deployments[deployment_id]

    def groups(self) -> Iterator[Group]:
        for application in self.applications.values():
            yield from application.groups.values()

    def deployments_of(self, application: str, group: str) -> list[Deployment]:
        """The group's deployments, oldest first."""
        return [d for d in self.deployments.values() if (d.application, d.group) == (application, group)]

    def active_deployment(self, application: str, group: str) -> Deployment | None:
        for deployment in reversed(self.deployments_of(application, group)):
            if deployment.progress.phase is not Phase.ENDED:
                return deployment
        return None

    def save_group(self, group: Group) -> None:
        application = self.applications[group.application]
        groups = {**application.groups, group.name: group}
        self.applications[application.name] = replace(application, groups=groups)

    def remove_group(self, application_name: str, name: str) -> None:
        application = self.applications[application_name]
        groups = {key: group for key, group in application.groups.items() if key != name}
        self.applications[application_name] = replace(application, groups=groups)
        self.tags.pop(self._arns.group(application_name, name), None)

    def remove_application(self, name: str) -> None:
        """With its groups; its deployments stay on record, as on AWS."""
        for group in list(self.applications[name].groups):
            self.remove_group(name, group)
        del self.applications[name]
        self.tags.pop(self._arns.application(name), None)

    def rename_application(self, name: str, new_name: str) -> None:
        application = self.applications.pop(name)
        self._move_tags(self._arns.application(name), self._arns.application(new_name))
        for group in application.groups:
            self._move_tags(self._arns.group(name, group), self._arns.group(new_name, group))
        groups = {key: replace(group, application=new_name) for key, group in application.groups.items()}
        self.applications[new_name] = replace(application, name=new_name, groups=groups)
        for deployment in list(self.deployments.values()):
            if deployment.application == name:
                self.save_deployment(replace(deployment, application=new_name))

    def rename_group(self, group: Group, new_name: str) -> Group:
        renamed = replace(group, name=new_name)
        old, new = (self._arns.group(group.application, name) for name in (group.name, new_name))
        self._move_tags(old, new)
        self.remove_group(group.application, group.name)
        self.save_group(renamed)
        for deployment in self.deployments_of(group.application, group.name):
            self.save_deployment(replace(deployment, group=new_name))
        return renamed

    def _move_tags(self, old: str, new: str) -> None:
        if old in self.tags:
            self.tags[new] = self.tags.pop(old)

    def save_deployment(self, deployment: Deployment) -> None:
        self.deployments[deployment.id] = deployment

    def note_revision(
        self, application: str, revision: Revision, now: float, *, group: str | None = None,
        description: str | None = None,
    ) -> None:  # fmt: skip
        """Remember a revision that was registered, or (with a group) deployed."""
        found = self.applications[application]
        others = tuple(r for r in found.revisions if r.revision != revision)
        known = next((r for r in found.revisions if r.revision == revision), None)
        known = known or RegisteredRevision(revision, registered=now)
        if description is not None:
            known = replace(known, description=description)
        if group is not None:
            groups = known.groups if group in known.groups else (*known.groups, group)
            known = replace(known, groups=groups, first_used=known.first_used or now, last_used=now)
        self.applications[application] = replace(found, revisions=(*others, known))


# CodeDeploy began to shift Lambda on 2017-11-28, so no configuration for it is older; AWS's own time of
# each is not documented.
_LAUNCHED = 1_511_827_200.0


def _predefined() -> Iterator[Config]:
    for number, text in enumerate(PREDEFINED_TEXTS):
        identifier = f"00000000-0000-0000-0000-{number + 1:012d}"
        yield Config(identifier, PREDEFINED_PREFIX + text, parse_strategy(text), _LAUNCHED, predefined=True)
