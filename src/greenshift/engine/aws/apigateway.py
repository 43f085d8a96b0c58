"""API Gateway's REST APIs: the API, its tree of resources, their methods and integrations."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.apigateway_common import API, NONE, patches
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, keys
from greenshift.engine.aws.fit import Rule, fit
from greenshift.engine.aws.simple import Kind, account, entry
from greenshift.engine.aws.tagging import Tagging


def _rest_api(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not id_:
        found = [each for page in calls.pages("GetRestApis") for each in page["items"]]
        id_ = next((each["id"] for each in found if each["name"] == inputs["name"]), "")
    answer = calls.look("GetRestApi", *NONE, restApiId=id_) if id_ else None
    if answer is None:
        return None
    root = next(
        each["id"]
        for page in calls.pages("GetResources", restApiId=id_)
        for each in page["items"]
        if each["path"] == "/"
    )
    return {
        **answer,
        "arn": f"arn:aws:apigateway:{calls.region}::/restapis/{id_}",
        "executionArn": f"arn:aws:execute-api:{calls.region}:{account(calls)}:{id_}",
        "rootResourceId": root,
    }


_API_PATHS = {
    "description": "/description",
    "policy": "/policy",
    "apiKeySource": "/apiKeySource",
    "minimumCompressionSize": "/minimumCompressionSize",
    "disableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
}


def _update_api(calls: Calls, change: Change) -> None:
    calls.call("UpdateRestApi", restApiId=change.id, patchOperations=patches(change, _API_PATHS))


REST_API = entry(
    Kind(
        token="aws:apigateway/restApi:RestApi",
        service="apigateway",
        describe=_rest_api,
        id="id",
        key=lambda inputs, id_: {"restApiId": id_},
        create="CreateRestApi",
        update=_update_api,
        delete="DeleteRestApi",
        asks_first=True,
        gone=NONE,
        fixed="binaryMediaTypes endpointConfiguration",
        settings=" ".join(_API_PATHS),
        outputs={
            "arn": "arn",
            "executionArn": "executionArn",
            "rootResourceId": "rootResourceId",
            "createdDate": lambda told: told["createdDate"].isoformat(),
        },
        defaults={"apiKeySource": "HEADER", "disableExecuteApiEndpoint": False},
        shared="policy endpointConfiguration",
        tagging=Tagging("arn", list=""),
        name="name",
        longest_name=128,
    )
)


def _resource(calls: Calls, inputs: Document, id_: str) -> Document | None:
    api = inputs["restApi"]
    if id_:
        found = calls.look("GetResource", *NONE, restApiId=api, resourceId=id_)
        return {**found, "restApiId": api} if found is not None else None
    for page in calls.pages("GetResources", restApiId=api):
        for each in page["items"]:
            if (each.get("parentId"), each.get("pathPart")) == (inputs["parentId"], inputs["pathPart"]):
                return {**each, "restApiId": api}
    return None


RESOURCE = entry(
    Kind(
        token="aws:apigateway/resource:Resource",
        service="apigateway",
        describe=_resource,
        id="id",
        key=lambda inputs, id_: {"restApiId": inputs["restApi"], "resourceId": id_},
        create="CreateResource",
        delete="DeleteResource",
        asks_first=True,
        gone=NONE,
        fixed="restApi parentId pathPart",
        outputs={"path": "path"},
        rules=API,
        parents=("restApi",),
    )
)


def _place(inputs: Document, id_: str) -> Document:
    return {
        "restApiId": inputs["restApi"],
        "resourceId": inputs["resourceId"],
        "httpMethod": inputs.get("httpMethod") or id_.rpartition("-")[2],
    }


def _method(calls: Calls, inputs: Document, id_: str) -> Document | None:
    place = _place(inputs, id_)
    found = calls.look("GetMethod", *NONE, **place)
    return {**found, **place} if found is not None else None


_METHOD_PATHS = {
    "authorization": "/authorizationType",
    "authorizerId": "/authorizerId",
    "apiKeyRequired": "/apiKeyRequired",
    "operationName": "/operationName",
    "requestParameters": "/requestParameters",
    "requestModels": "/requestModels",
}


def _put_method(calls: Calls, inputs: Document) -> Document:
    parameters = fit(calls.model("PutMethod").input_shape, inputs, _METHOD_RULES)
    calls.call("PutMethod", **parameters)
    return {"_id": ""}


def _update_method(calls: Calls, change: Change) -> None:
    operations = patches(change, _METHOD_PATHS)
    calls.call("UpdateMethod", **_place(change.new, change.id), patchOperations=operations)


def _is_under(prefix: str) -> Any:
    """``agm-api-resource-METHOD``, as the provider has its ids."""
    return lambda told: "-".join([prefix, told["restApiId"], told["resourceId"], told["httpMethod"]])


_METHOD_RULES = {**API, "authorization": Rule("authorizationType")}
METHOD = entry(
    Kind(
        token="aws:apigateway/method:Method",
        service="apigateway",
        describe=_method,
        id=_is_under("agm"),
        key=_place,
        create=_put_method,
        update=_update_method,
        delete="DeleteMethod",
        gone=NONE,
        fixed="restApi resourceId httpMethod authorizationScopes requestValidatorId",
        settings=" ".join(_METHOD_PATHS),
        rules=_METHOD_RULES,
        defaults={"apiKeyRequired": False},
        observe=lambda told: {
            "httpMethod": told["httpMethod"],
            "authorization": told.get("authorizationType"),
            "authorizerId": told.get("authorizerId"),
            "apiKeyRequired": told.get("apiKeyRequired"),
            "requestParameters": told.get("requestParameters"),
            "requestModels": told.get("requestModels"),
        },
        parents=("restApi", "resourceId"),
        identity=("restApi", "resourceId", "httpMethod"),
    )
)

_INTEGRATION_RULES = {
    **API,
    "integrationHttpMethod": Rule("integrationHttpMethod"),
    "timeoutMilliseconds": Rule("timeoutInMillis"),
}
_INTEGRATION = (
    "type uri integrationHttpMethod connectionId connectionType credentials requestTemplates "
    "requestParameters passthroughBehavior contentHandling timeoutMilliseconds cacheKeyParameters "
    "cacheNamespace tlsConfig"
)


def _integration(calls: Calls, inputs: Document, id_: str) -> Document | None:
    place = _place(inputs, id_)
    found = calls.look("GetIntegration", *NONE, **place)
    if found is None or not found.get("type"):
        return None
    return {"integrationHttpMethod": found.pop("httpMethod", None), **found, **place}


def _put_integration(calls: Calls, inputs: Document) -> Document:
    """Put again it is replaced whole (API reference: PutIntegration)."""
    calls.call("PutIntegration", **fit(calls.model("PutIntegration").input_shape, inputs, _INTEGRATION_RULES))
    return {"_id": ""}


INTEGRATION = entry(
    Kind(
        token="aws:apigateway/integration:Integration",
        service="apigateway",
        describe=_integration,
        id=_is_under("agi"),
        key=_place,
        create=_put_integration,
        update=lambda calls, change: _put_integration(calls, change.new),
        delete="DeleteIntegration",
        asks_first=True,
        gone=NONE,
        fixed="restApi resourceId httpMethod",
        settings=_INTEGRATION,
        rules=_INTEGRATION_RULES,
        defaults={"connectionType": "INTERNET"},
        observe=lambda told: {
            "httpMethod": told["httpMethod"],
            **{key: told.get(key) for key in keys(_INTEGRATION)},
            "timeoutMilliseconds": told.get("timeoutInMillis"),
        },
        shared="passthroughBehavior timeoutMilliseconds cacheNamespace cacheKeyParameters requestTemplates "
        "requestParameters",
        parents=("restApi", "resourceId"),
        identity=("restApi", "resourceId", "httpMethod"),
    )
)

ENTRIES = (REST_API, RESOURCE, METHOD, INTEGRATION)
