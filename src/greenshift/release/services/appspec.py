"""The AppSpec of a Lambda deployment: which alias moves from which version to which, and its hooks.

Written as JSON, which AppSpecContent takes as well as YAML [user guide: AppSpec for Lambda]. Read without
regard to the case of names, because the guide shows both forms.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from greenshift.release.errors import Refusal


@dataclass(frozen=True)
class AppSpec:
    function: str
    alias: str
    current: str
    target: str
    before_hook: str = ""  # "" for none
    after_hook: str = ""

    def content(self) -> str:
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.current,
            "TargetVersion": self.target,
        }
        document: dict[str, object] = {
            "version": 0.0,
            "Resources": [{"function": {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        }
        hooks = [("BeforeAllowTraffic", self.before_hook), ("AfterAllowTraffic", self.after_hook)]
        if wanted := [{event: name} for event, name in hooks if name]:
            document["Hooks"] = wanted
        return json.dumps(document)

    def digest(self) -> str:
        """Over the raw content, before it is escaped into the request [aws-codedeploy-plugin, issue 89]."""
        return hashlib.sha256(self.content().encode()).hexdigest()


def parse_appspec(content: str) -> AppSpec:
    try:
        document = _lowered(json.loads(content))
    except ValueError as error:
        raise Refusal(f"the deployment's AppSpec is not JSON, so it is not ours: {error}") from error
    try:
        properties = next(iter(document["resources"][0].values()))["properties"]
        names = ("name", "alias", "currentversion", "targetversion")
        return AppSpec(*(str(properties[name]) for name in names))
    except (KeyError, IndexError, TypeError, AttributeError, StopIteration) as error:
        raise Refusal(f"the deployment's AppSpec names no Lambda function and versions: {error!r}") from error


def _lowered(value: object) -> dict[str, list[dict[str, dict[str, dict[str, str]]]]]:
    """The document with every object's member names in lower case."""

    def lower(item: object) -> object:
        if isinstance(item, dict):
            return {str(name).lower(): lower(member) for name, member in item.items()}
        return [lower(member) for member in item] if isinstance(item, list) else item

    return lower(value)  # type: ignore[return-value]  # any other shape is caught by the caller's except
