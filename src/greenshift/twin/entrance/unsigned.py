"""The operations that nobody signs, by AWS's own design: who calls them has no credentials yet.

Botocore's models mark them (``authtype: none``). Of the services behind this port, STS trades tokens of
others for credentials, and Cognito signs people in; Cognito's public keys are read by anybody.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qs

from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import service_model

_TARGETS = {
    "AWSCognitoIdentityService": "cognito-identity",
    "AWSCognitoIdentityProviderService": "cognito-idp",
}
_FORMS = ("sts",)
_PUBLIC_KEYS = ("/.well-known/jwks.json", "/.well-known/openid-configuration")


def is_open(request: HttpRequest) -> bool:
    """Whether AWS itself answers this request without a signature."""
    prefix, _, operation = request.header("x-amz-target").rpartition(".")
    if prefix:
        return operation in _open_operations(_TARGETS.get(prefix, ""))
    if request.method == "GET" and request.raw_path.endswith(_PUBLIC_KEYS):
        return True
    action = form_action(request)
    return any(action in _open_operations(service) for service in _FORMS)


def form_action(request: HttpRequest) -> str:
    """The operation a request of the Query protocol names, in its body or its query; empty in any other."""
    is_form = request.header("content-type").startswith("application/x-www-form-urlencoded")
    text = request.body.decode("latin-1") if is_form and request.body else request.query
    return parse_qs(text).get("Action", [""])[0]


@cache
def _open_operations(service: str) -> frozenset[str]:
    if not service:
        return frozenset()
    model = service_model(service)
    return frozenset(
        name for name in model.operation_names if model.operation_model(name).auth_type == "none"
    )
