"""Cognito user pools and their clients."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, keys
from greenshift.engine.aws.fit import Rule, fit, observed, tag_map
from greenshift.engine.aws.simple import Kind, entry

_NONE = ("ResourceNotFoundException",)
_POOL_RULES = {
    "name": Rule("PoolName"),
    "schemas": Rule("Schema"),
    "passwordPolicy": Rule("Policies", lambda value: {"passwordPolicy": value}),
    "accountRecoverySetting.recoveryMechanisms": Rule("RecoveryMechanisms"),
    "emailConfiguration.fromEmailAddress": Rule("From"),
    "lambdaConfig.customEmailSender": Rule("CustomEmailSender"),
    "tags": Rule("UserPoolTags", dict),
}
_FIXED = "aliasAttributes usernameAttributes usernameConfiguration schemas"
_SETTINGS = (
    "autoVerifiedAttributes mfaConfiguration passwordPolicy adminCreateUserConfig lambdaConfig "
    "accountRecoverySetting emailConfiguration deletionProtection verificationMessageTemplate userPoolTier "
    "emailVerificationMessage emailVerificationSubject smsAuthenticationMessage smsVerificationMessage "
    "smsConfiguration deviceConfiguration userPoolAddOns userAttributeUpdateSettings"
)
_DEFAULTS: Document = {"mfaConfiguration": "OFF", "deletionProtection": "INACTIVE"}


def _create(calls: Calls, inputs: Document) -> Document:
    shape = calls.model("CreateUserPool").input_shape
    return {"_id": calls.call("CreateUserPool", **fit(shape, inputs, _POOL_RULES))["UserPool"]["Id"]}


def _pool(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not id_:
        found = [each for page in calls.pages("ListUserPools", MaxResults=60) for each in page["UserPools"]]
        id_ = next((each["Id"] for each in found if each["Name"] == inputs["name"]), "")
    answer = calls.look("DescribeUserPool", *_NONE, UserPoolId=id_) if id_ else None
    if answer is None:
        return None
    pool = dict(answer["UserPool"])
    shape = calls.model("CreateUserPool").input_shape
    told = observed(shape, pool, keys(f"{_FIXED} {_SETTINGS}") - keys("schemas passwordPolicy"), _POOL_RULES)
    policy = pool.get("Policies", {}).get("PasswordPolicy")
    if policy:
        told["passwordPolicy"] = {key[0].lower() + key[1:]: value for key, value in policy.items()}
    return {
        **pool,
        "told": {"name": pool["Name"], **told, "tags": tag_map(pool.get("UserPoolTags", {}))},
        "endpoint": f"cognito-idp.{calls.region}.amazonaws.com/{pool['Id']}",
    }


def _update(calls: Calls, change: Change) -> None:
    """All of it is sent: what a request leaves out goes back to AWS's default (API reference)."""
    shape = calls.model("UpdateUserPool").input_shape
    members = {name.lower() for name in shape.members}
    wanted = {
        key: value
        for key, value in {**_DEFAULTS, **change.new}.items()
        if key in keys(f"{_SETTINGS} tags") and (_POOL_RULES.get(key, Rule()).name or key).lower() in members
    }
    calls.call("UpdateUserPool", UserPoolId=change.id, **fit(shape, wanted, _POOL_RULES))


USER_POOL = entry(
    Kind(
        token="aws:cognito/userPool:UserPool",
        service="cognito-idp",
        describe=_pool,
        id="Id",
        key=lambda inputs, id_: {"UserPoolId": id_},
        create=_create,
        update=_update,
        delete="DeleteUserPool",
        gone=_NONE,
        fixed=_FIXED,
        settings=f"{_SETTINGS} tags",
        outputs={
            "arn": "Arn",
            "endpoint": "endpoint",
            "creationDate": lambda told: told["CreationDate"].isoformat(),
            "estimatedNumberOfUsers": "EstimatedNumberOfUsers",
        },
        defaults=_DEFAULTS,
        observe=lambda told: dict(told["told"]),
        unseen="schemas",
        shared=" ".join(keys(f"{_SETTINGS} usernameConfiguration")),
        name="name",
        longest_name=128,
    )
)

_CLIENT_RULES = {
    "name": Rule("ClientName"),
    "callbackUrls": Rule("CallbackURLs"),
    "logoutUrls": Rule("LogoutURLs"),
    "defaultRedirectUri": Rule("DefaultRedirectURI"),
    "allowedOauthFlows": Rule("AllowedOAuthFlows"),
    "allowedOauthScopes": Rule("AllowedOAuthScopes"),
    "allowedOauthFlowsUserPoolClient": Rule("AllowedOAuthFlowsUserPoolClient"),
}
_CLIENT_SETTINGS = (
    "accessTokenValidity idTokenValidity refreshTokenValidity tokenValidityUnits allowedOauthFlows "
    "allowedOauthFlowsUserPoolClient allowedOauthScopes analyticsConfiguration authSessionValidity "
    "callbackUrls defaultRedirectUri enableTokenRevocation explicitAuthFlows logoutUrls "
    "preventUserExistenceErrors readAttributes writeAttributes supportedIdentityProviders"
)


def _client(calls: Calls, inputs: Document, id_: str) -> Document | None:
    pool = inputs["userPoolId"]
    if not id_:
        pages = calls.look("ListUserPoolClients", *_NONE, UserPoolId=pool, MaxResults=60) or {}
        found: list[Any] = pages.get("UserPoolClients", [])
        id_ = next((each["ClientId"] for each in found if each["ClientName"] == inputs["name"]), "")
    answer = calls.look("DescribeUserPoolClient", *_NONE, UserPoolId=pool, ClientId=id_) if id_ else None
    return dict(answer["UserPoolClient"]) if answer is not None else None


USER_POOL_CLIENT = entry(
    Kind(
        token="aws:cognito/userPoolClient:UserPoolClient",
        service="cognito-idp",
        describe=_client,
        id="ClientId",
        key=lambda inputs, id_: {"UserPoolId": inputs["userPoolId"], "ClientId": id_},
        create="CreateUserPoolClient",
        update="UpdateUserPoolClient",
        delete="DeleteUserPoolClient",
        gone=_NONE,
        fixed="userPoolId generateSecret",
        settings=_CLIENT_SETTINGS,
        rules=_CLIENT_RULES,
        outputs={"clientSecret": "ClientSecret"},
        shared=_CLIENT_SETTINGS,
        unseen="generateSecret",
        name="name",
        longest_name=128,
        identity=("userPoolId", "name"),
        parents=("userPoolId",),
    )
)

ENTRIES = (USER_POOL, USER_POOL_CLIENT)
