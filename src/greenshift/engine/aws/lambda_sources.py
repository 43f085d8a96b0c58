"""What feeds a function, and what is set for one of its qualifiers: mappings, URLs, retries, provisioning."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, keys
from greenshift.engine.aws.fit import Rule, fit
from greenshift.engine.aws.simple import Kind, described, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("ResourceNotFoundException", "ProvisionedConcurrencyConfigNotFoundException")


def _mapping(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if id_:
        found = calls.look("GetEventSourceMapping", *_NONE, UUID=id_)
        return None if found is None or found["State"] == "Deleting" else found
    name = str(inputs["functionName"])
    source = {"EventSourceArn": inputs["eventSourceArn"]} if inputs.get("eventSourceArn") else {}
    for page in calls.pages("ListEventSourceMappings", FunctionName=name, **source):
        for each in page["EventSourceMappings"]:
            if each["State"] != "Deleting":
                return dict(each)
    return None


def _create_mapping(calls: Calls, inputs: Document) -> Document:
    shape = calls.model("CreateEventSourceMapping").input_shape
    made = calls.call("CreateEventSourceMapping", **fit(shape, inputs, _DESTINATIONS))
    _settle(calls, made["UUID"])
    return {"_id": made["UUID"]}


def _update_mapping(calls: Calls, change: Change) -> None:
    """What was set and is no more goes back to the provider's default, or to AWS's own."""
    changed = change.changed(keys(_SETTINGS))
    wanted = {key: value for key, value in changed.items() if value is not None}
    wanted |= {key: _UNSET[key] for key, value in changed.items() if value is None and key in _UNSET}
    shape = calls.model("UpdateEventSourceMapping").input_shape
    _settle(calls, change.id)
    calls.call("UpdateEventSourceMapping", UUID=change.id, **fit(shape, wanted, _DESTINATIONS))
    _settle(calls, change.id)


def _delete_mapping(calls: Calls, inputs: Document, id_: str) -> None:
    if _mapping(calls, inputs, id_) is not None:
        _settle(calls, id_)
        calls.look("DeleteEventSourceMapping", *_NONE, UUID=id_)


def _settle(calls: Calls, uuid: str) -> None:
    """A change that is under way refuses the next one (API reference: ResourceInUseException)."""

    def is_settled() -> bool:
        found = calls.look("GetEventSourceMapping", *_NONE, UUID=uuid)
        return found is None or not str(found["State"]).endswith("ing")

    calls.wait(f"event source mapping {uuid}", is_settled)


_SETTINGS = (
    "functionName enabled batchSize bisectBatchOnFunctionError destinationConfig filterCriteria "
    "functionResponseTypes kmsKeyArn maximumBatchingWindowInSeconds maximumRecordAgeInSeconds "
    "maximumRetryAttempts metricsConfig parallelizationFactor scalingConfig sourceAccessConfigurations "
    "tumblingWindowInSeconds provisionedPollerConfig"
)
_UNSET: Document = {
    "enabled": True,
    "filterCriteria": {"filters": []},
    "functionResponseTypes": [],
    "scalingConfig": {},
    "destinationConfig": {},
    "kmsKeyArn": "",
}
_DESTINATIONS = {
    "destinationConfig.onFailure.destinationArn": Rule("Destination"),
    "destinationConfig.onFailure.destination": Rule("Destination"),
    "destinationConfig.onSuccess.destination": Rule("Destination"),
}


def _observe_mapping(told: Document) -> Document:
    members = {
        "eventSourceArn": "EventSourceArn",
        "functionName": "FunctionArn",
        "batchSize": "BatchSize",
        "maximumBatchingWindowInSeconds": "MaximumBatchingWindowInSeconds",
        "maximumRetryAttempts": "MaximumRetryAttempts",
        "maximumRecordAgeInSeconds": "MaximumRecordAgeInSeconds",
        "parallelizationFactor": "ParallelizationFactor",
        "tumblingWindowInSeconds": "TumblingWindowInSeconds",
        "bisectBatchOnFunctionError": "BisectBatchOnFunctionError",
        "startingPosition": "StartingPosition",
        "functionResponseTypes": "FunctionResponseTypes",
        "kmsKeyArn": "KMSKeyArn",
    }
    found = {key: told.get(member) for key, member in members.items()}
    found["enabled"] = told["State"] not in ("Disabled", "Disabling")
    patterns = told.get("FilterCriteria", {}).get("Filters", [])
    if patterns:
        found["filterCriteria"] = {"filters": [{"pattern": each["Pattern"]} for each in patterns]}
    config = told.get("ScalingConfig", {}).get("MaximumConcurrency")
    if config:
        found["scalingConfig"] = {"maximumConcurrency": config}
    failure = told.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if failure:
        found["destinationConfig"] = {"onFailure": {"destinationArn": failure}}
    return found


EVENT_SOURCE_MAPPING = entry(
    Kind(
        token="aws:lambda/eventSourceMapping:EventSourceMapping",
        service="lambda",
        describe=_mapping,
        id="UUID",
        key=lambda inputs, id_: {"UUID": id_},
        create=_create_mapping,
        update=_update_mapping,
        delete=_delete_mapping,
        fixed="eventSourceArn startingPosition startingPositionTimestamp queues topics "
        "selfManagedEventSource",
        settings=_SETTINGS,
        outputs={
            "arn": "EventSourceMappingArn",
            "uuid": "UUID",
            "functionArn": "FunctionArn",
            "state": "State",
            "stateTransitionReason": "StateTransitionReason",
            "lastProcessingResult": "LastProcessingResult",
        },
        rules=_DESTINATIONS,
        defaults={"enabled": True},
        observe=_observe_mapping,
        shared="batchSize maximumBatchingWindowInSeconds maximumRetryAttempts maximumRecordAgeInSeconds "
        "parallelizationFactor tumblingWindowInSeconds bisectBatchOnFunctionError",
        tagging=Tagging("arn", list="ListTags"),
        identity=("eventSourceArn", "functionName"),
        volatile="functionArn state stateTransitionReason lastProcessingResult",
    )
)


def _of(inputs: Document, id_: str) -> Document:
    """``function`` or ``function/qualifier``, as the provider has its ids."""
    text = id_ or _id(inputs)
    function, _, qualifier = text.partition("/") if not text.startswith("arn:") else (text, "", "")
    return {"FunctionName": function, **({"Qualifier": qualifier} if qualifier else {})}


def _id(inputs: Document) -> str:
    """The function by its own name, however it was given."""
    name = str(inputs["functionName"])
    name = name.split(":")[6] if name.startswith("arn:") else name
    return f"{name}/{inputs['qualifier']}" if inputs.get("qualifier") else name


def _of_arn(told: Document) -> str:
    parts = str(told["FunctionArn"]).split(":")[6:]
    return "/".join(part for part in parts if part != "$LATEST")


def _observe_qualified(told: Document, **more: Any) -> Document:
    function, _, qualifier = _of_arn(told).partition("/")
    return {"functionName": function, "qualifier": qualifier, **more}


FUNCTION_URL = entry(
    Kind(
        token="aws:lambda/functionUrl:FunctionUrl",
        service="lambda",
        describe=described("GetFunctionUrlConfig", "", _of, *_NONE),
        id=_of_arn,
        key=_of,
        create="CreateFunctionUrlConfig",
        update="UpdateFunctionUrlConfig",
        delete="DeleteFunctionUrlConfig",
        gone=_NONE,
        fixed="functionName qualifier",
        settings="authorizationType cors invokeMode",
        outputs={
            "functionArn": "FunctionArn",
            "functionUrl": "FunctionUrl",
            "urlId": lambda told: told["FunctionUrl"].removeprefix("https://").partition(".")[0],
        },
        rules={"authorizationType": Rule("AuthType")},
        defaults={"invokeMode": "BUFFERED"},
        observe=lambda told: _observe_qualified(
            told,
            authorizationType=told["AuthType"],
            invokeMode=told.get("InvokeMode"),
            cors={key[0].lower() + key[1:]: value for key, value in told.get("Cors", {}).items()},
        ),
        identity=("functionName", "qualifier"),
    )
)


def _observe_events(told: Document) -> Document:
    where = told.get("DestinationConfig", {})
    destinations = {
        f"on{kind}": {"destination": where[f"On{kind}"]["Destination"]}
        for kind in ("Failure", "Success")
        if where.get(f"On{kind}", {}).get("Destination")
    }
    return _observe_qualified(
        told,
        maximumEventAgeInSeconds=told.get("MaximumEventAgeInSeconds"),
        maximumRetryAttempts=told.get("MaximumRetryAttempts"),
        destinationConfig=destinations,
    )


EVENT_INVOKE_CONFIG = entry(
    Kind(
        token="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        service="lambda",
        describe=described("GetFunctionEventInvokeConfig", "", _of, *_NONE),
        id=_of_arn,
        key=_of,
        create="PutFunctionEventInvokeConfig",
        update="PutFunctionEventInvokeConfig",
        delete="DeleteFunctionEventInvokeConfig",
        gone=_NONE,
        fixed="functionName qualifier",
        settings="maximumEventAgeInSeconds maximumRetryAttempts destinationConfig",
        rules=_DESTINATIONS,
        observe=_observe_events,
        shared="maximumEventAgeInSeconds maximumRetryAttempts",
        identity=("functionName", "qualifier"),
    )
)


def _provisioned(calls: Calls, inputs: Document, id_: str) -> Document | None:
    function, _, qualifier = (id_ or _pair(inputs)).partition(",")
    which = {"FunctionName": function, "Qualifier": qualifier}
    found = calls.look("GetProvisionedConcurrencyConfig", *_NONE, **which)
    return {**found, "function": function, "alias": qualifier} if found is not None else None


def _pair(inputs: Document) -> str:
    return f"{inputs['functionName']},{inputs['qualifier']}"


def _provision(calls: Calls, inputs: Document) -> Document:
    calls.call(
        "PutProvisionedConcurrencyConfig",
        FunctionName=inputs["functionName"],
        Qualifier=inputs["qualifier"],
        ProvisionedConcurrentExecutions=int(inputs["provisionedConcurrentExecutions"]),
    )
    return {"_id": _pair(inputs)}


PROVISIONED_CONCURRENCY = entry(
    Kind(
        token="aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        service="lambda",
        describe=_provisioned,
        id=lambda told: f"{told['function']},{told['alias']}",
        key=lambda inputs, id_: {
            "FunctionName": id_.partition(",")[0],
            "Qualifier": id_.partition(",")[2],
        },
        create=_provision,
        update="PutProvisionedConcurrencyConfig",
        delete="DeleteProvisionedConcurrencyConfig",
        gone=_NONE,
        fixed="functionName qualifier",
        settings="provisionedConcurrentExecutions",
        kept="skipDestroy",
        defaults={"skipDestroy": False},
        observe=lambda told: {
            "functionName": told["function"],
            "qualifier": told["alias"],
            "provisionedConcurrentExecutions": told["RequestedProvisionedConcurrentExecutions"],
        },
        identity=("functionName", "qualifier"),
    )
)


ENTRIES = (EVENT_SOURCE_MAPPING, FUNCTION_URL, EVENT_INVOKE_CONFIG, PROVISIONED_CONCURRENCY)
