"""The resource policy, statement by statement."""

from __future__ import annotations

import json

from greenshift.twin.awslambda.model import Statement
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.policy import (
    add_statement,
    check_principal,
    policy_document,
    remove_statement,
    revision_of,
    statement_document,
)
from greenshift.twin.service import CallContext, Request, Response, operation


class PermissionOperations(LambdaBase):
    """API reference: AddPermission, RemovePermission, GetPolicy."""

    @operation
    def add_permission(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        qualifier = self.checked_qualifier(function, target.qualifier)
        statement = Statement(
            statement_id=request["StatementId"],
            action=request["Action"],
            principal=request["Principal"],
            source_arn=request.get("SourceArn"),
            source_account=request.get("SourceAccount"),
            organization=request.get("PrincipalOrgID"),
            event_source_token=request.get("EventSourceToken"),
            url_auth_type=request.get("FunctionUrlAuthType"),
            through_url=request.get("InvokedViaFunctionUrl"),
        )
        check_principal(statement.principal)
        add_statement(function, qualifier, statement, request.get("RevisionId"))
        resource = self.place.arn(function.name, qualifier)
        return {"Statement": json.dumps(statement_document(statement, resource, self.place.account))}

    @operation
    def remove_permission(self, context: CallContext, request: Request) -> None:
        function, target = self.found(request)
        remove_statement(function, target.qualifier, request["StatementId"], request.get("RevisionId"))

    @operation
    def get_policy(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        return {
            "Policy": policy_document(function, target.qualifier, self.place),
            "RevisionId": revision_of(function, target.qualifier),
        }
