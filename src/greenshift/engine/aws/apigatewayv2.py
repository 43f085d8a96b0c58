"""API Gateway's HTTP and WebSocket APIs: the API, and what is in it by the API's id."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Entry
from greenshift.engine.aws.fit import Rule
from greenshift.engine.aws.simple import Describe, Kind, account, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("NotFoundException",)
_API_SETTINGS = (
    "name description corsConfiguration version routeSelectionExpression apiKeySelectionExpression "
    "disableExecuteApiEndpoint ipAddressType"
)


def _api(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not id_:
        found = [each for page in calls.pages("GetApis") for each in page["Items"]]
        id_ = next((each["ApiId"] for each in found if each["Name"] == inputs["name"]), "")
    answer = calls.look("GetApi", *_NONE, ApiId=id_) if id_ else None
    if answer is None:
        return None
    execution = f"arn:aws:execute-api:{calls.region}:{account(calls)}:{id_}"
    arn = f"arn:aws:apigateway:{calls.region}::/apis/{id_}"
    return {**answer, "arn": arn, "executionArn": execution}


API = entry(
    Kind(
        token="aws:apigatewayv2/api:Api",
        service="apigatewayv2",
        describe=_api,
        id="ApiId",
        key=lambda inputs, id_: {"ApiId": id_},
        create="CreateApi",
        update="UpdateApi",
        delete="DeleteApi",
        gone=_NONE,
        fixed="protocolType routeKey target credentialsArn",
        unseen="routeKey target credentialsArn",
        settings=_API_SETTINGS.removeprefix("name "),
        outputs={"arn": "arn", "apiEndpoint": "ApiEndpoint", "executionArn": "executionArn"},
        defaults={
            "routeSelectionExpression": "$request.method $request.path",
            "apiKeySelectionExpression": "$request.header.x-api-key",
            "disableExecuteApiEndpoint": False,
            "ipAddressType": "ipv4",
        },
        tagging=Tagging("arn", list=""),
        name="name",
        longest_name=128,
    )
)


def _inside(
    token: str,
    noun: str,
    listing: str,
    alike: str,
    *,
    fixed: str,
    settings: str,
    rules: dict[str, Rule] | None = None,
    **more: Any,
) -> Entry:
    """Something in an API: ``apiId/id`` in an import. ``alike`` are the properties one is found again by."""
    member = f"{noun}Id"

    def describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
        api = inputs["apiId"]
        if id_:
            found = calls.look(f"Get{noun}", *_NONE, ApiId=api, **{member: id_})
            return {**found, "ApiId": api} if found is not None else None
        pages = calls.look(listing, *_NONE, ApiId=api) or {}
        wanted = [inputs.get(key) for key in alike.split()]
        members = [(rules or {}).get(key, Rule()).name or key[0].upper() + key[1:] for key in alike.split()]
        for each in pages.get("Items", []):
            if [each.get(name) for name in members] == wanted:
                return {**each, "ApiId": api}
        return None

    return entry(
        Kind(
            token=token,
            service="apigatewayv2",
            describe=more.pop("describe", describe),
            id=member,
            key=lambda inputs, id_: {"ApiId": inputs["apiId"], member: id_},
            create=f"Create{noun}",
            update=f"Update{noun}",
            delete=f"Delete{noun}",
            gone=_NONE,
            fixed=f"apiId {fixed}",
            settings=settings,
            rules=rules or {},
            parents=("apiId",),
            **more,
        )
    )


def _mappings(parameters: Any) -> dict[str, Any]:
    return {str(each["statusCode"]): each["mappings"] for each in parameters}


def _mappings_back(parameters: Any) -> list[dict[str, Any]]:
    return [{"statusCode": code, "mappings": mappings} for code, mappings in parameters.items()]


INTEGRATION = _inside(
    "aws:apigatewayv2/integration:Integration",
    "Integration",
    "GetIntegrations",
    "integrationType integrationUri",
    fixed="integrationType integrationSubtype",
    settings="connectionId connectionType contentHandlingStrategy credentialsArn description "
    "integrationMethod integrationUri passthroughBehavior payloadFormatVersion requestParameters "
    "requestTemplates responseParameters templateSelectionExpression timeoutMilliseconds tlsConfig",
    rules={
        "responseParameters": Rule(form=_mappings, back=_mappings_back),
        "timeoutMilliseconds": Rule("TimeoutInMillis"),
    },
    defaults={"connectionType": "INTERNET", "payloadFormatVersion": "1.0"},
    shared="timeoutMilliseconds passthroughBehavior integrationMethod",
    outputs={"integrationResponseSelectionExpression": "IntegrationResponseSelectionExpression"},
)
ROUTE = _inside(
    "aws:apigatewayv2/route:Route",
    "Route",
    "GetRoutes",
    "routeKey",
    fixed="",
    settings="routeKey target authorizationType authorizerId authorizationScopes apiKeyRequired "
    "modelSelectionExpression operationName requestModels routeResponseSelectionExpression",
    defaults={"authorizationType": "NONE", "apiKeyRequired": False},
)
AUTHORIZER = _inside(
    "aws:apigatewayv2/authorizer:Authorizer",
    "Authorizer",
    "GetAuthorizers",
    "name",
    fixed="authorizerType",
    settings="authorizerCredentialsArn authorizerPayloadFormatVersion authorizerResultTtlInSeconds "
    "authorizerUri enableSimpleResponses identitySources jwtConfiguration",
    rules={"identitySources": Rule("IdentitySource"), "jwtConfiguration.audiences": Rule("Audience")},
    shared="authorizerResultTtlInSeconds enableSimpleResponses",
    name="name",
    longest_name=128,
)
DEPLOYMENT = _inside(
    "aws:apigatewayv2/deployment:Deployment",
    "Deployment",
    "GetDeployments",
    "description",
    fixed="triggers",
    settings="description",
    unseen="triggers",
    unsent="triggers",
    outputs={"autoDeployed": "AutoDeployed"},
)


def _stage(calls: Calls, inputs: Document, id_: str) -> Document | None:
    api, name = inputs["apiId"], id_ or inputs["name"]
    found = calls.look("GetStage", *_NONE, ApiId=api, StageName=name)
    if found is None:
        return None
    path = "" if name == "$default" else name
    endpoint = calls.call("GetApi", ApiId=api)["ApiEndpoint"]  # on a twin an address of its own
    return {
        **found,
        "ApiId": api,
        "arn": f"arn:aws:apigateway:{calls.region}::/apis/{api}/stages/{name}",
        "executionArn": f"arn:aws:execute-api:{calls.region}:{account(calls)}:{api}/{name}",
        "invokeUrl": f"{endpoint}/{path}",
    }


_describe_stage: Describe = _stage
_STAGE_RULES = {
    "name": Rule("StageName"),
    "routeSettings": Rule(
        form=lambda settings: {
            each["routeKey"]: {key: value for key, value in each.items() if key != "routeKey"}
            for each in settings
        },
    ),
}
STAGE = entry(
    Kind(
        token="aws:apigatewayv2/stage:Stage",
        service="apigatewayv2",
        describe=_describe_stage,
        id="StageName",
        key=lambda inputs, id_: {"ApiId": inputs["apiId"], "StageName": id_},
        create="CreateStage",
        update="UpdateStage",
        delete="DeleteStage",
        gone=_NONE,
        fixed="apiId",
        settings="autoDeploy description accessLogSettings defaultRouteSettings routeSettings stageVariables "
        "deploymentId clientCertificateId",
        rules=_STAGE_RULES,
        defaults={"autoDeploy": False},
        shared="deploymentId defaultRouteSettings",
        outputs={"arn": "arn", "executionArn": "executionArn", "invokeUrl": "invokeUrl"},
        tagging=Tagging("arn", list=""),
        name="name",
        longest_name=128,
        identity=("apiId", "name"),
        parents=("apiId",),
    )
)

ENTRIES = (API, INTEGRATION, ROUTE, AUTHORIZER, DEPLOYMENT, STAGE)
