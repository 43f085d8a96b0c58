"""The Query protocol's names of a service that left it: its model keeps what is flattened, but no names.

SQS spoke Query until 2023; boto3 before 1.28 and the AWS CLI of its age still do. The names are those of the
SQS API reference's requests and answers (``AttributeName.1``, ``Attribute.1.Name``, ``<Message>``).
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from botocore.model import ServiceModel

from greenshift.twin.service import model_loader, service_model

_NAMESPACES = {"sqs": "http://queue.amazonaws.com/doc/2012-11-05/"}
# A list's name on the wire is that of its items: their shape's, for an entry or a result; else as told here.
_ITEMS = {
    "AWSAccountIdList": "AWSAccountId", "ActionNameList": "ActionName", "AttributeNameList": "AttributeName",
    "MessageAttributeNameList": "MessageAttributeName", "MessageSystemAttributeList": "AttributeName",
    "QueueUrlList": "QueueUrl", "TagKeyList": "TagKey", "StringList": "StringListValue",
    "BinaryList": "BinaryListValue",
}  # fmt: skip
_MAPS = {
    "QueueAttributeMap": ("Attribute", "Name", "Value"),
    "MessageSystemAttributeMap": ("Attribute", "Name", "Value"),
    "MessageBodyAttributeMap": ("MessageAttribute", "Name", "Value"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name", "Value"),
    "TagMap": ("Tag", "Key", "Value"),
}


@cache
def query_model(service: str) -> ServiceModel:
    """The service's model for the Query protocol; the one everybody has where that speaks Query itself."""
    if service not in _NAMESPACES:
        return service_model(service)
    described: dict[str, Any] = copy.deepcopy(model_loader().load_service_model(service, "service-2"))
    described["metadata"]["xmlNamespace"] = _NAMESPACES[service]
    for name, shape in described["shapes"].items():
        _name(name, shape, described["shapes"])
    return ServiceModel(described, service)


def _name(name: str, shape: dict[str, Any], shapes: dict[str, Any]) -> None:
    match shape["type"]:
        case "list":
            shape["flattened"] = True
            shape["member"]["locationName"] = _ITEMS.get(name, shape["member"]["shape"])
        case "map":
            _, key, value = _MAPS[name]
            shape["key"]["locationName"], shape["value"]["locationName"] = key, value
        case "structure":
            for member in shape["members"].values():
                if shapes[member["shape"]]["type"] == "map":
                    member["locationName"] = _MAPS[member["shape"]][0]
