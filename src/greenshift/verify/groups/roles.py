"""Roles: each for one service of this account, with what it needs and nothing it should not have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from greenshift.contract.policies import Statement, allows
from greenshift.reading.roles import Policy
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.groups import ledger_access
from greenshift.verify.groups.needs import Needs, needs
from greenshift.verify.reading.principals import build_role, codedeploy_roles, every_role
from greenshift.verify.reading.role import Role
from greenshift.verify.result import Verdict, failed, nothing_but, passed
from greenshift.verify.stack import Stack

CODEDEPLOY = "codedeploy.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
# AWS managed policies that are right and narrow, by service (IAM: "AWS managed policy reference").
NARROW = {
    LAMBDA: {
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaENIManagementAccess",
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
    },
    CODEDEPLOY: {"service-role/AWSCodeDeployRoleForLambda", "service-role/AWSCodeDeployRoleForLambdaLimited"},
}
# Actions that take no resource, or not in every use (Service Authorization Reference).
UNSCOPED = {
    "cloudwatch:describealarms",
    "cloudwatch:getmetricdata",
    "cloudwatch:putmetricdata",
    "codepipeline:putjobfailureresult",
    "codepipeline:putjobsuccessresult",
    "ec2:createnetworkinterface",
    "ec2:deletenetworkinterface",
    "ec2:describenetworkinterfaces",
    "ec2:describesubnets",
    "ec2:describesecuritygroups",
    "ec2:describevpcs",
    "ec2:describedhcpoptions",
    "lambda:listfunctions",
    "xray:putsegments",
    "xray:puttelemetryrecords",
}
# What a build must not be able to do: it runs the repository's code.
_DEPLOYING = (
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:000000000000:function:any"),
    ("lambda:UpdateAlias", "arn:aws:lambda:us-east-1:000000000000:function:any"),
    ("codedeploy:CreateDeployment", "arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:any/any"),
    ("iam:PassRole", "arn:aws:iam::000000000000:role/any"),
)


def no_inline(role: Role) -> Verdict:
    return nothing_but(
        (f"inline policy {name}" for name in role.inline),
        when_none=f"{len(role.policies)} managed policies",
    )


def one_service(role: Role) -> Verdict:
    others = {name for each in role.trust if each.is_allow for name in each.principals} - {role.service}
    if others:
        return failed(f"also {', '.join(sorted(others))}")
    if not any(role.service in each.principals for each in role.trust if each.is_allow):
        return failed(f"not {role.service}")
    return passed(role.service)


def confused_deputy(role: Role) -> Verdict:
    return nothing_but(
        (f"{_named(each)} {fault}" for each in role.trust if (fault := _deputy_fault(role, each))),
        when_none=f"aws:SourceAccount {role.account}",
    )


def _deputy_fault(role: Role, statement: Statement) -> str:
    """What lets a service act here for somebody else's account; empty when nothing does."""
    if not statement.is_allow:
        return ""
    accounts, arns = statement.required("aws:SourceAccount"), statement.required("aws:SourceArn")
    if not accounts and not arns:
        return "asks neither for aws:SourceAccount nor for aws:SourceArn"
    if accounts and set(accounts) != {role.account}:
        return f"asks for account {', '.join(accounts)}"
    if not accounts and not all(f":{role.account}:" in arn for arn in arns):
        return f"asks for {', '.join(arns)}"
    return ""


def _named(statement: Statement) -> str:
    return f"statement {statement.sid}" if statement.sid else "a statement without Sid"


def managed_policies(role: Role) -> Verdict:
    if role.service == CODEDEPLOY:
        return passed("judged by codedeploy-policy")
    narrow = NARROW.get(role.service, set())
    wrong = [policy.path for policy in role.aws_managed if policy.path not in narrow]
    return nothing_but([f"{path} is attached" for path in wrong], when_none="none but narrow ones")


def no_wildcard_actions(role: Role) -> Verdict:
    faults = [
        fault
        for policy in role.own
        for statement in policy.statements
        if statement.is_allow
        for fault in _wildcards(policy, statement)
    ]
    return nothing_but(faults, when_none="every action is named")


def _wildcards(policy: Policy, statement: Statement) -> Iterator[str]:
    if statement.not_actions:
        yield f"{policy.path} allows everything but {', '.join(statement.not_actions)}"
    for action in statement.actions:
        if "*" in action or "?" in action:
            yield f"{policy.path} allows {action}"


def resources_named(role: Role) -> Verdict:
    faults = [
        f"{policy.path} allows {action} on *"
        for policy in role.own
        for statement in policy.statements
        if statement.is_allow and ("*" in statement.resources or statement.not_resources)
        for action in statement.actions
        if action.lower() not in UNSCOPED
    ]
    return nothing_but(faults, when_none="every resource is named where it can be")


def codedeploy_policy(seen: Needs) -> Verdict:
    wrong = [p.path for p in seen.role.aws_managed if p.path not in NARROW[CODEDEPLOY]]
    faults = [f"{path} is attached, which is not for Lambda" for path in wrong]
    return nothing_but([*faults, *_lacking(seen)], when_none=_attached(seen.role))


def can_do_its_work(seen: Needs) -> Verdict:
    return nothing_but(_lacking(seen), when_none=f"{len(seen.actions)} actions tried")


def _lacking(seen: Needs) -> list[str]:
    statements = seen.role.statements
    return [
        f"no {action} on {resource}"
        for action, resource in seen.actions
        if not allows(statements, action, resource)
    ]


def _attached(role: Role) -> str:
    return ", ".join(policy.path for policy in role.policies) or "no policy"


def build_cannot_deploy(role: Role) -> Verdict:
    able = [action for action, resource in _DEPLOYING if allows(role.statements, action, resource)]
    return nothing_but([f"it may {action}" for action in able], when_none="it cannot deploy")


def _roles(stack: Stack) -> Iterator[Subject[Role]]:
    for principal in every_role(stack):
        yield Subject(f"role {principal.arn.rsplit('/', 1)[1]}", partial(principal.read, stack))


def _build(stack: Stack) -> Iterator[Subject[Role]]:
    principal = build_role(stack)
    yield Subject(f"role {principal.arn.rsplit('/', 1)[1]}", partial(principal.read, stack))


def _codedeploy(stack: Stack) -> Iterator[Subject[Needs]]:
    for principal in codedeploy_roles(stack):
        yield Subject(f"role {principal.arn.rsplit('/', 1)[1]}", partial(needs, stack, principal))


def _working(stack: Stack) -> Iterator[Subject[Needs]]:
    """Roles with work of their own to do; functions of the user have the ledger alone."""
    users = {function.name for function in stack.functions} | {"CodeDeploy"}
    for principal in every_role(stack):
        if principal.user not in users:
            yield Subject(f"role {principal.arn.rsplit('/', 1)[1]}", partial(needs, stack, principal))


EVERY: tuple[Check[Role], ...] = (
    Check(
        name="no-inline",
        expected="it has managed policies only: an inline one can be neither seen in a list nor versioned",
        judge=no_inline,
        fix="remove it: aws iam delete-role-policy --role-name … --policy-name …",
    ),
    Check(
        name="one-service",
        expected="the one AWS service it is for may assume it, and nobody else",
        judge=one_service,
        fix="leave that service's name as the only Principal of the trust policy",
    ),
    Check(
        name="confused-deputy",
        expected="the service may assume it on behalf of this account only",
        judge=confused_deputy,
        fix="add to the trust policy the condition StringEquals aws:SourceAccount with the account's id",
    ),
    Check(
        name="managed-policies",
        expected="of AWS's managed policies only narrow ones are attached",
        judge=managed_policies,
        fix="detach it, and allow what is needed in a customer-managed policy: "
        "aws iam detach-role-policy --role-name … --policy-arn …",
    ),
    Check(
        name="no-wildcard-actions",
        expected="its policies name every action",
        judge=no_wildcard_actions,
        fix="name the actions it uses; CloudTrail, or the IAM console under Access Advisor, shows which",
    ),
    Check(
        name="resources-named",
        expected="its policies name the resource wherever the action takes one",
        judge=resources_named,
        fix="put the ARNs it works on in place of *",
    ),
)

BUILD: Check[Role] = Check(
    name="build-cannot-deploy",
    expected="a build runs the repository's code, so it cannot deploy anything",
    judge=build_cannot_deploy,
    fix="take these actions from the build's role",
)

GROUP = Group(
    name="roles",
    title="Roles: who may do what",
    sections=(
        Section(subjects=_roles, checks=EVERY),
        Section(subjects=_build, checks=(BUILD,)),
        Section(
            subjects=_codedeploy,
            checks=(
                Check(
                    name="codedeploy-policy",
                    expected="CodeDeploy may move the aliases, read alarms and call the hooks, by "
                    "service-role/AWSCodeDeployRoleForLambda or …Limited",
                    judge=codedeploy_policy,
                    fix="detach the wrong one and attach the right one: aws iam attach-role-policy "
                    "--role-name … --policy-arn "
                    "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited",
                ),
            ),
        ),
        Section(
            subjects=_working,
            checks=(
                Check(
                    name="can-work",
                    expected="it may do what its part of a release takes",
                    judge=can_do_its_work,
                    fix="attach its policy again: aws iam attach-role-policy --policy-arn … --role-name …",
                ),
            ),
        ),
        ledger_access.SECTION,
    ),
)
