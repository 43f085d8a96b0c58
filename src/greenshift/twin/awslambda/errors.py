"""Every error AWS Lambda of the twin answers with: the code is the name in AWS's model.

Texts are AWS's own where an observed reply or the API reference shows one; ``(twin)`` at the front marks a
refusal that only the twin makes.
"""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def function_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)


def alias_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Cannot find alias arn: {arn}", 404)


def recursive_invocation() -> ServiceError:
    message = (
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services "
        "resources and stopped your function's invocation."
    )
    return ServiceError("RecursiveInvocationException", message)


def too_many_events() -> ServiceError:
    return ServiceError("TooManyRequestsException", "(twin) Too many asynchronous events wait already.", 429)


def resource_not_found() -> ServiceError:
    return ServiceError("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def provisioned_concurrency_not_found() -> ServiceError:
    message = "No Provisioned Concurrency Config found for this function"
    return ServiceError("ProvisionedConcurrencyConfigNotFoundException", message, 404)


def statement_not_found(statement_id: str) -> ServiceError:
    message = f"Statement {statement_id} is not found in resource policy."
    return ServiceError("ResourceNotFoundException", message, 404)


def invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", message, 400)


def unsupported(message: str) -> ServiceError:
    return invalid(f"(twin) {message}")


def conflict(message: str) -> ServiceError:
    return ServiceError("ResourceConflictException", message, 409)


def function_exists(name: str) -> ServiceError:
    return conflict(f"Function already exist: {name}")


def alias_exists(arn: str) -> ServiceError:
    return conflict(f"Alias already exists: {arn}")


def update_in_progress(arn: str) -> ServiceError:
    """aws/aws-cli#6718 shows the text."""
    return conflict(
        "The operation cannot be performed at this time. An update is in progress for resource: " + arn
    )


def function_pending(arn: str) -> ServiceError:
    return conflict(
        "The operation cannot be performed at this time. The function is currently in the following state: "
        f"Pending ({arn})"
    )


def version_in_use(arn: str, aliases: list[str]) -> ServiceError:
    return conflict(
        f"Version {arn} can not be deleted because it is referenced by alias(es): {', '.join(aliases)}"
    )


def statement_exists(statement_id: str) -> ServiceError:
    return conflict(
        f"The statement id ({statement_id}) provided already exists. "
        "Please provide a new statement id, or remove the existing statement."
    )


def stale_revision(what: str) -> ServiceError:
    message = (
        f"The RevisionId provided does not match the latest RevisionId of the {what}. "
        "Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource."
    )
    return ServiceError("PreconditionFailedException", message, 412)


def role_not_assumable() -> ServiceError:
    return invalid("The role defined for the function cannot be assumed by Lambda.")


def throttled(reason: str) -> ServiceError:
    """API reference, Invoke: TooManyRequestsException carries the reason and the seconds to wait."""
    return ServiceError(
        "TooManyRequestsException", "Rate Exceeded.", 429, Reason=reason, Type="User", retryAfterSeconds="1"
    )


def request_too_large(limit: int) -> ServiceError:
    message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
    return ServiceError("RequestTooLargeException", message, 413)


def not_json(detail: str) -> ServiceError:
    message = f"Could not parse request body into json: {detail}"
    return ServiceError("InvalidRequestContentException", message, 400)


def invoke_denied(principal: str, arn: str) -> ServiceError:
    message = (
        f"User: {principal} is not authorized to perform: lambda:InvokeFunction on resource: {arn} "
        "because no resource-based policy allows the lambda:InvokeFunction action"
    )
    return ServiceError("AccessDeniedException", message, 403)


def invalid_zip(detail: str) -> ServiceError:
    """API reference, Invoke: InvalidZipFileException."""
    message = f"Lambda could not unzip the deployment package: {detail}"
    return ServiceError("InvalidZipFileException", message, 502)


def code_denied(detail: str) -> ServiceError:
    message = (
        "Your access has been denied by S3, please make sure your request credentials have permission "
        f"to GetObject. S3 Error Code: AccessDenied. S3 Error Message: {detail}"
    )
    return ServiceError("AccessDeniedException", message, 403)


def code_unreadable(code: str, detail: str) -> ServiceError:
    return invalid(f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {detail}")


def event_config_not_found(arn: str) -> ServiceError:
    message = f"The function {arn} doesn't have an EventInvokeConfig"
    return ServiceError("ResourceNotFoundException", message, 404)


def mapping_exists(source: str, function: str, uuid: str) -> ServiceError:
    return conflict(
        f"An event source mapping with event source ({source}) and function ({function}) already exists. "
        f"Please update or delete the existing mapping with UUID {uuid}"
    )


def mapping_in_use(state: str) -> ServiceError:
    """API reference, UpdateEventSourceMapping: ResourceInUseException."""
    message = f"The operation cannot be performed: the event source mapping is {state.lower()}."
    return ServiceError("ResourceInUseException", message, 400)
