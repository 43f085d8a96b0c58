"""The resource policy of a function: who outside its account's roles may invoke it, and through what.

User guide, "Resource-based policies": a permission given with a qualifier covers only invocations through
that version or alias; one given without covers only the bare function.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Function, Policy, Statement, new_id
from greenshift.twin.awslambda.names import LATEST, Place
from greenshift.twin.awslambda.versions import check_revision

Json = dict[str, object]


def statement_document(statement: Statement, resource: str, account: str) -> Json:
    """One statement as GetPolicy shows it."""
    document: Json = {
        "Sid": statement.statement_id,
        "Effect": "Allow",
        "Principal": _principal(statement.principal),
        "Action": statement.action,
        "Resource": resource,
    }
    if conditions := _conditions(statement):
        document["Condition"] = conditions
    return document


def _principal(principal: str) -> object:
    if principal == "*":
        return "*"
    if principal.isdigit():
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    return {"AWS": principal} if principal.startswith("arn:") else {"Service": principal}


def _conditions(statement: Statement) -> dict[str, dict[str, str]]:
    conditions: dict[str, dict[str, str]] = {}
    equals: dict[str, str] = {}
    if statement.source_account:
        equals["AWS:SourceAccount"] = statement.source_account
    if statement.organization:
        equals["aws:PrincipalOrgID"] = statement.organization
    if statement.event_source_token:
        equals["lambda:EventSourceToken"] = statement.event_source_token
    if statement.url_auth_type:
        equals["lambda:FunctionUrlAuthType"] = statement.url_auth_type
    if equals:
        conditions["StringEquals"] = equals
    if statement.through_url is not None:
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": str(statement.through_url).lower()}
    if statement.source_arn:
        conditions["ArnLike"] = {"AWS:SourceArn": statement.source_arn}
    return conditions


_PRINCIPAL = re.compile(
    r"\*|\d{12}|[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+"
)


def check_principal(principal: str) -> None:
    """A service's domain, an account, or the ARN of a user or role; the text is an observed reply's."""
    if not _PRINCIPAL.fullmatch(principal):
        raise errors.invalid("The provided principal was invalid. Please check the principal and try again.")


def policy_document(function: Function, qualifier: str | None, place: Place) -> str:
    policy = _existing(function, qualifier)
    resource = place.arn(function.name, qualifier)
    statements = [statement_document(s, resource, place.account) for s in policy.statements.values()]
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements})


def add_statement(
    function: Function, qualifier: str | None, statement: Statement, revision_id: str | None
) -> None:
    if qualifier == LATEST:
        raise errors.invalid("We currently do not support adding policies for $LATEST.")
    policy = function.policies.setdefault(qualifier, Policy(revision_id=new_id()))
    check_revision(revision_id, policy.revision_id, "resource policy")
    if statement.statement_id in policy.statements:
        raise errors.statement_exists(statement.statement_id)
    policy.statements[statement.statement_id] = statement
    policy.revision_id = new_id()


def remove_statement(
    function: Function, qualifier: str | None, statement_id: str, revision_id: str | None
) -> None:
    policy = _existing(function, qualifier)
    if statement_id not in policy.statements:
        raise errors.statement_not_found(statement_id)
    check_revision(revision_id, policy.revision_id, "resource policy")
    del policy.statements[statement_id]
    policy.revision_id = new_id()


def revision_of(function: Function, qualifier: str | None) -> str:
    return _existing(function, qualifier).revision_id


def _existing(function: Function, qualifier: str | None) -> Policy:
    policy = function.policies.get(qualifier)
    if policy is None or not policy.statements:
        raise errors.resource_not_found()
    return policy


def may_service_invoke(
    function: Function, qualifier: str | None, service: str, source_arn: str, account: str
) -> bool:
    """Whether some statement lets an AWS service invoke the function through this qualifier."""
    policy = function.policies.get(None if qualifier == LATEST else qualifier)
    statements = policy.statements.values() if policy else ()
    return any(_allows(statement, service, source_arn, account) for statement in statements)


def _allows(statement: Statement, service: str, source_arn: str, account: str) -> bool:
    if statement.principal not in ("*", service) or statement.through_url:
        return False
    if statement.action not in ("lambda:InvokeFunction", "lambda:*", "*"):
        return False
    if statement.source_account and statement.source_account != account:
        return False
    return statement.source_arn is None or fnmatchcase(source_arn, statement.source_arn)
