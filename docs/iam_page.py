"""The page of roles and permissions.

Written for the person who must approve the roles: which there are, who may take each, what it may do to
what, and why. A statement without a reason here is an error, so a new one cannot go undocumented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.components.policies import managed
from greenshift.components.policies.build import build_policy
from greenshift.components.policies.controller import controller_policy
from greenshift.components.policies.encryption import USERS, key_actions
from greenshift.components.policies.evidence import reason
from greenshift.components.policies.hook import hook_policy
from greenshift.components.policies.ledger import function_policy
from greenshift.components.policies.logs import function_log_policy
from greenshift.components.policies.network import network_policy
from greenshift.components.policies.pipeline import pipeline_policy
from greenshift.components.policies.recorder import recorder_policy
from greenshift.components.policies.trust import build_trust, codedeploy_trust, lambda_trust, pipeline_trust
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names

# AWS's documentation writes this account number in its examples.
_ARNS = Arns("111122223333", "eu-west-1")
_NAMES = Names("shop", "prod")
_KEYS = ("pay",)
_CONFIGS = ("CodeDeployDefault.LambdaCanary10Percent5Minutes", "CodeDeployDefault.LambdaAllAtOnce")

WHY: Mapping[tuple[str, str], str] = {
    ("pipeline", "Artifacts"): "hands artifacts from one stage to the next",
    ("pipeline", "ArtifactBucket"): "finds the artifact store and the build kit's newest version in it",
    ("pipeline", "Build"): "starts the build and watches it",
    ("pipeline", "Controller"): "calls the controller in the stages Publish and Shift",
    ("pipeline", "Connection"): "reads the repository",
    ("pipeline", "Source"): "reads the source, when it is an object in S3",
    ("pipeline", "SourceBucket"): "finds the source's newest version, when it is in S3",
    ("build", "Artifacts"): "reads the source, writes the packages",
    ("build", "ArtifactBucket"): "finds the artifact store",
    ("build", "Tests"): "fills the report of the functions' tests",
    ("build", "Reports"): "makes the reports of your own buildspec, in the place of `Tests`; only with"
    " `build.buildspec`",
    ("controller", "JobResult"): "tells CodePipeline how a job ended; jobs have no ARN, so it is `*`",
    ("controller", "Execution"): "reads which commit an execution releases",
    (
        "controller",
        "Publish",
    ): "reads how often a function may run, gives it new code, publishes a version",
    ("controller", "ReadRoles"): "compares what a function's role may do with what it might when its live"
    " version was published",
    ("controller", "ReadPolicies"): "reads the policies attached to those roles, and their boundary",
    ("controller", "SmokeTest"): "tries a new version before any traffic goes to it",
    ("controller", "Packages"): "stores packages, and lets Lambda read them in its name",
    ("controller", "Tell"): "announces the end of a rollback, which comes past the pipeline",
    ("hook", "Report"): "reads what a deployment moves, and tells CodeDeploy the check's result",
    ("hook", "TryVersion"): "tries the new version once more, right before traffic moves",
    ("hook", "SeeAliases"): "checks that the alias arrived at the new version",
    ("recorder", "ReadBuildLog"): "says in the ledger why a build failed, in the words of the build itself",
    ("recorder", "ReadDeployment"): "reads the deployment an event is about",
    ("recorder", "Execution"): "reads how an execution ended, and which action failed it",
    ("recorder", "Tell"): "announces the end of each release, and that one waits for approval",
    ("recorder", "SeeVersions"): "finds versions no release needs any more, where `versions.prune` is on",
    ("recorder", "DeleteVersions"): "deletes those versions; DeleteFunction is allowed with a version in"
    " the ARN only, so no function can be deleted (unverified on AWS: whether the ARN that is judged has the"
    " version; if not, versions stay)",
    ("function", "SeeNetwork"): "lets Lambda find its network interfaces; only with the setting `vpc`",
    ("function", "Network"): "lets Lambda make and delete them; only with the setting `vpc`",
    ("function", "NotFromCode"): "denies the same to the function's own code",
    ("function", "Ledger"): "keeps rows of its own in the ledger table (`DEPLOYMENT_TABLE_NAME`)",
}
_SHARED: Mapping[str, str] = {
    "Log": "writes its log; the log group is the stack's own, and nobody may make another",
    "Questions": "finds the approval that a release left open which ended between two waves",
    "Answers": "answers that one with no; only with `approval.betweenWaves`",
    "NotOurs": "denies the logs of the control functions again, where logs are reached by prefix",
    "Ledger": "keeps the ledger: what was released, from which version to which, and why it ended so",
    "Aliases": "reads where traffic goes and who published what is there; puts an alias back that CodeDeploy "
    "left split",
    "ReadAlarms": "reads alarms, and how often versions were called and failed; CloudWatch tells composite "
    "alarms and metrics only to a caller allowed on `*`",
    "PointAlarms": "lets a function's alarm watch the new version, and starts it at OK",
    "Deployments": "starts, watches and stops CodeDeploy deployments",
    "Revisions": "needed by CreateDeployment, which registers the AppSpec as a revision",
    "DeploymentConfigs": "needed by CreateDeployment, for the rollout it uses",
    "NotItself": "denies the control functions again, where functions are reached by prefix",
}


@dataclass(frozen=True)
class Role:
    """One principal of the stack."""

    word: str
    name: str
    purpose: str
    trust: str
    policies: tuple[str, ...]
    managed: Mapping[str, str] = field(default_factory=dict)
    """AWS managed policies attached, each with why."""


def roles() -> tuple[Role, ...]:
    names, arns = _NAMES, _ARNS
    connection = arns.connection("*")
    shifting = {managed.CODEDEPLOY: "moves aliases, reads alarms, calls the hooks"}
    surroundings = {
        managed.TRACING: "sends its traces; only with the setting `tracing`",
    }
    trust = lambda_trust(arns)
    return (
        Role(
            "pipeline", names.role("pipeline"), "CodePipeline: runs the stages", pipeline_trust(arns),
            (
                pipeline_policy(
                    names, arns, connection_arn=connection, source_bucket="your-source-bucket"
                ),
            ),
        ),
        Role(
            "build", names.role("build"), "CodeBuild: runs the repository's code, so it can deploy nothing",
            build_trust(arns, names.build_project), (
                build_policy(names, arns), build_policy(names, arns, own_buildspec=True),
            ),
        ),
        Role(
            "controller", names.role("controller"), "the controller function: publishes and shifts", trust,
            (
                controller_policy(
                    names, arns, keys=_KEYS, deployment_configs=_CONFIGS, approves_shift=True,
                    approves_waves=True,
                ),
            ),
        ),
        Role(
            "hook", names.role("before-hook"), "the two CodeDeploy hooks, a role each: try the new version",
            trust, (hook_policy(names, arns, keys=_KEYS),),
        ),
        Role(
            "recorder", names.role("recorder"), "the recorder function: keeps the ledger, tells people",
            trust,
            (
                recorder_policy(
                    names, arns, keys=_KEYS, deployment_configs=_CONFIGS, approves_waves=True
                ),
            ),
        ),
        Role(
            "codedeploy", names.role("codedeploy"), "CodeDeploy: moves traffic",
            codedeploy_trust(arns, names.application), (), shifting,
        ),
        Role(
            "function", names.function_role("pay"), "a function of yours, a role each", trust,
            (
                function_policy(names, arns),
                function_log_policy(names, arns, keys=_KEYS),
                network_policy(names, arns),
            ),
            surroundings,
        ),
    )  # fmt: skip


def iam_page(notice: str) -> str:
    return "\n".join(_lines(notice)) + "\n"


def _lines(notice: str) -> Iterator[str]:
    yield "# Roles and permissions"
    yield ""
    yield notice
    yield ""
    yield "One role per principal, customer-managed policies, no inline policy. The names are those of"
    yield f"project `{_NAMES.project}`, stack `{_NAMES.stack}`, function `{_KEYS[0]}`; account and region are"
    yield "left out of ARNs. The twin checks every call of every role against these policies, and a test"
    yield "takes each permission away in turn: something a real run did is then refused. *Not on the twin*"
    yield "marks what no run there asks for, with the reason it is there."
    for role in roles():
        yield from _role(role)
    yield from _keys()


def _role(role: Role) -> Iterator[str]:
    yield from ("", f"## {role.name}", "", f"{role.purpose[0].upper()}{role.purpose[1:]}.", "")
    yield f"Taken by {_trusted(json.loads(role.trust)['Statement'][0])}."
    yield ""
    for arn, why in role.managed.items():
        yield f"- AWS managed policy `{arn}`: {why}"
    if not role.policies:
        return
    if role.managed:
        yield ""
    yield "| may | on | because it |"
    yield "| --- | --- | --- |"
    statements = [each for policy in role.policies for each in json.loads(policy)["Statement"]]
    yield from dict.fromkeys(_row(role.word, statement) for statement in statements)


def _keys() -> Iterator[str]:
    yield from ("", "## With a KMS key of your own", "")
    yield "A policy of its own for each key that is set, on that key alone. *Not on the twin*: keys encrypt"
    yield "nothing there; the actions are those AWS's user guides of the services name."
    yield from ("", "| setting | roles | may |", "| --- | --- | --- |")
    settings = {"topic": "notifications"}
    for what, users in USERS.items():
        actions = "<br>".join(f"`{action}`" for action in key_actions(what))
        yield f"| `{settings.get(what, what)}.kmsKeyArn` | {', '.join(users)} | {actions} |"


def _trusted(statement: Mapping[str, Any]) -> str:
    conditions = [
        f"`{key}` is `{value}`" for keys in statement["Condition"].values() for key, value in keys.items()
    ]
    return f"`{statement['Principal']['Service']}`, where {' and '.join(conditions)}"


def _row(word: str, statement: Mapping[str, Any]) -> str:
    actions = "<br>".join(f"`{action}`{_note(word, action)}" for action in statement["Action"])
    resources = "<br>".join(f"`{_short(resource)}`" for resource in statement["Resource"])
    return f"| {actions} | {resources} | {why(word, statement['Sid'])} |"


def why(word: str, sid: str) -> str:
    """The reason of one statement; KeyError when nobody wrote one."""
    return WHY[word, sid] if (word, sid) in WHY else _SHARED[sid]


def _note(word: str, action: str) -> str:
    found = reason(word, action)
    return f" (*not on the twin*: {found})" if found else ""


def _short(arn: str) -> str:
    """Without the account and region, which are the same everywhere."""
    return arn.replace(f":{_ARNS.region}:{_ARNS.account}:", ":::")
