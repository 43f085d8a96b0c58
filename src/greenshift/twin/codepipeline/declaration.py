"""A pipeline's structure: read once from JSON into dataclasses, and written back as GetPipeline shows it.

The JSON as the user sent it is kept as well, because GetPipeline returns everything that was put in, also
what the twin does not act on (triggers, descriptions).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ExecutionMode = Literal["SUPERSEDED", "QUEUED", "PARALLEL"]
ConditionKind = Literal["beforeEntry", "onSuccess", "onFailure"]
CONDITION_KINDS: tuple[ConditionKind, ...] = ("beforeEntry", "onSuccess", "onFailure")
RULE = "Rule"  # the category of the rules of conditions
MASK = "****"
SECRET_KEYS = frozenset({"OAuthToken"})


@dataclass(frozen=True)
class ActionTypeId:
    category: str
    owner: str
    provider: str
    version: str = "1"

    def __str__(self) -> str:
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"


@dataclass(frozen=True)
class ActionDeclaration:
    name: str
    type: ActionTypeId
    run_order: int = 1
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    namespace: str | None = None
    role_arn: str | None = None
    region: str | None = None
    timeout_in_minutes: int | None = None


@dataclass(frozen=True)
class Condition:
    """Rules that must all succeed; ``result`` is what happens to the stage when one does not."""

    result: str
    rules: tuple[ActionDeclaration, ...]  # a rule runs as an action does


@dataclass(frozen=True)
class StageDeclaration:
    name: str
    actions: tuple[ActionDeclaration, ...]
    has_blockers: bool = False
    retry_mode: str | None = None  # onFailure.result RETRY: how to retry, once, by itself
    failure_result: str | None = None  # onFailure.result
    conditions: Mapping[ConditionKind, Condition] = field(default_factory=dict)

    def action(self, name: str) -> ActionDeclaration | None:
        return next((action for action in self.actions if action.name == name), None)


@dataclass(frozen=True)
class ArtifactStore:
    bucket: str
    encryption_key: str | None = None


@dataclass(frozen=True)
class VariableDeclaration:
    name: str
    default: str | None = None


@dataclass(frozen=True)
class PipelineDeclaration:
    name: str
    role_arn: str
    stages: tuple[StageDeclaration, ...]
    store: ArtifactStore | None = None
    stores: Mapping[str, ArtifactStore] = field(default_factory=dict)  # by region
    mode: ExecutionMode = "SUPERSEDED"
    variables: tuple[VariableDeclaration, ...] = ()
    triggers: tuple[str, ...] = ()  # the source actions they name

    def stage_index(self, name: str) -> int | None:
        names = [stage.name for stage in self.stages]
        return names.index(name) if name in names else None

    def store_in(self, region: str) -> ArtifactStore:
        return self.store or self.stores[region]


def parse(document: Mapping[str, Any]) -> PipelineDeclaration:
    """Read a structure that botocore's model has accepted; the rules are ``validate``'s business."""
    return PipelineDeclaration(
        name=document["name"],
        role_arn=document["roleArn"],
        stages=tuple(_stage(stage) for stage in document["stages"]),
        store=_store(document["artifactStore"]) if document.get("artifactStore") else None,
        stores={region: _store(store) for region, store in (document.get("artifactStores") or {}).items()},
        mode=document.get("executionMode") or "SUPERSEDED",
        variables=tuple(
            VariableDeclaration(variable["name"], variable.get("defaultValue"))
            for variable in document.get("variables") or ()
        ),
        triggers=tuple(t["gitConfiguration"]["sourceActionName"] for t in document.get("triggers") or ()),
    )


def _store(store: Mapping[str, Any]) -> ArtifactStore:
    return ArtifactStore(store["location"], (store.get("encryptionKey") or {}).get("id"))


def _stage(stage: Mapping[str, Any]) -> StageDeclaration:
    failure = stage.get("onFailure") or {}
    retry_mode = (failure.get("retryConfiguration") or {}).get("retryMode") or "ALL_ACTIONS"
    return StageDeclaration(
        name=stage["name"],
        actions=tuple(_action(action) for action in stage["actions"]),
        has_blockers=bool(stage.get("blockers")),
        retry_mode=retry_mode if failure.get("result") == "RETRY" else None,
        failure_result=failure.get("result"),
        conditions={
            kind: _condition(kind, declared[0])
            for kind in CONDITION_KINDS
            if (declared := (stage.get(kind) or {}).get("conditions"))
        },
    )


def _condition(kind: ConditionKind, condition: Mapping[str, Any]) -> Condition:
    default = "ROLLBACK" if kind == "onFailure" else "FAIL"
    return Condition(
        result=condition.get("result") or default,
        rules=tuple(_rule(rule) for rule in condition.get("rules") or ()),
    )


def _rule(rule: Mapping[str, Any]) -> ActionDeclaration:
    type_id = rule["ruleTypeId"]
    kind = ActionTypeId(
        type_id["category"],
        type_id.get("owner") or "AWS",
        type_id["provider"],
        type_id.get("version") or "1",
    )
    return ActionDeclaration(
        name=rule["name"],
        type=kind,
        configuration=dict(rule.get("configuration") or {}),
        inputs=tuple(artifact["name"] for artifact in rule.get("inputArtifacts") or ()),
        role_arn=rule.get("roleArn"),
        region=rule.get("region"),
        timeout_in_minutes=rule.get("timeoutInMinutes"),
    )


def _action(action: Mapping[str, Any]) -> ActionDeclaration:
    type_id = action["actionTypeId"]
    return ActionDeclaration(
        name=action["name"],
        type=ActionTypeId(type_id["category"], type_id["owner"], type_id["provider"], type_id["version"]),
        run_order=action.get("runOrder") or 1,
        configuration=dict(action.get("configuration") or {}),
        inputs=tuple(artifact["name"] for artifact in action.get("inputArtifacts") or ()),
        outputs=tuple(artifact["name"] for artifact in action.get("outputArtifacts") or ()),
        namespace=action.get("namespace"),
        role_arn=action.get("roleArn"),
        region=action.get("region"),
        timeout_in_minutes=action.get("timeoutInMinutes"),
    )


def completed(document: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The structure as AWS stores it: with its version, and the defaults written out."""
    full = copy.deepcopy(dict(document))
    full["version"] = version
    full["executionMode"] = full.get("executionMode") or "SUPERSEDED"
    full["pipelineType"] = _pipeline_type(full)
    for stage in full["stages"]:
        for action in stage["actions"]:
            action.setdefault("runOrder", 1)
            for name, empty in (("configuration", {}), ("inputArtifacts", []), ("outputArtifacts", [])):
                action.setdefault(name, copy.copy(empty))
    return full


def _pipeline_type(document: Mapping[str, Any]) -> str:
    """API reference, PipelineDeclaration: parameters of V2 make a pipeline V2, whatever it says."""
    is_v2 = (
        document["executionMode"] != "SUPERSEDED"
        or any(document.get(name) for name in ("variables", "triggers"))
        or any(stage.get(name) for stage in document["stages"] for name in CONDITION_KINDS)
    )
    return "V2" if is_v2 else document.get("pipelineType") or "V1"


def masked(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy fit to be shown: GetPipeline never returns an OAuth token (user guide: GitHub version 1)."""
    shown = copy.deepcopy(dict(document))
    for stage in shown["stages"]:
        for action in stage["actions"]:
            action["configuration"] = mask_secrets(action["configuration"])
    return shown


def mask_secrets(configuration: Mapping[str, str]) -> dict[str, str]:
    return {key: MASK if key in SECRET_KEYS else value for key, value in configuration.items()}
