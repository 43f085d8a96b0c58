"""All that a twin tells: each operation of a service that lists, gets or describes, asked for all there is.

Operations that need nothing are asked first; whatever texts they answer with is put, by the name of the
member it stood in, into the requests of the others. What a service refuses counts as an answer.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import OperationModel, Shape

from greenshift.testing import RunningTwin
from greenshift.twin.service import service_model

READING = ("List", "Describe", "Get", "BatchGet", "Scan")
NEW_EACH_TIME = {
    # what is made for who asks
    ("sts", "GetSessionToken"), ("sts", "GetFederationToken"), ("sts", "GetDelegatedAccessToken"),
    ("sts", "GetWebIdentityToken"), ("kinesis", "GetShardIterator"), ("dynamodbstreams", "GetShardIterator"),
    ("kinesis", "GetRecords"), ("dynamodbstreams", "GetRecords"), ("secretsmanager", "GetRandomPassword"),
    ("ecr", "GetAuthorizationToken"), ("kms", "GetParametersForImport"), ("iam", "GetCredentialReport"),
    # what moto makes up: a user for who is none, and the moment it is asked in the place of another
    ("iam", "GetUser"), ("secretsmanager", "ListSecretVersionIds"),
    # what moto fails at
    ("stepfunctions", "ListExecutions"),
}  # fmt: skip
"""What nobody could tell twice in the same words."""
OF_NETWORKS = ("Vpcs", "Subnets", "SecurityGroups", "RouteTables", "NetworkAcls", "SecurityGroupRules")
"""The hundreds of other things that EC2 describes, nobody here has."""
_MOST = 12
_ROUNDS = 3
_OTHER_NAMES = {
    "bucket": "name", "tablename": "tablenames", "queueurl": "queueurls", "keyid": "targetkeyid",
    "names": "name", "ids": "id", "projectnames": "projects", "name": "projects", "restapiid": "id",
    "streamname": "streamnames", "pipelinename": "name", "secretid": "arn", "userpoolid": "id",
    "applicationname": "applications", "deploymentgroupname": "deploymentgroups", "resourcearn": "arn",
    "policyarn": "arn", "deploymentids": "deployments", "deploymentid": "deployments", "groupname": "name",
    "reportgrouparns": "reportgroups", "reportarns": "reports", "restapi": "id",
    "deploymentconfigname": "deploymentconfigslist",
}  # fmt: skip
"""Members that are told under another name than they are asked by; lower case."""


class Teller:
    """Asks one service of one twin."""

    def __init__(self, twin: RunningTwin, service: str) -> None:
        self._client = twin.client(service)
        self._service = service
        self._known: dict[str, dict[str, None]] = defaultdict(dict)
        self.answers: dict[str, Any] = {}

    def ask_all(self) -> dict[str, Any]:
        """Every answer by its request."""
        model = service_model(self._service)
        names = [name for name in model.operation_names if name.startswith(READING)]
        if self._service == "ec2":
            names = [f"Describe{each}" for each in OF_NETWORKS]
        wanted = [model.operation_model(n) for n in names if (self._service, n) not in NEW_EACH_TIME]
        for _ in range(_ROUNDS):
            for operation in wanted:
                for request in self._requests(operation):
                    self._ask(operation, request)
        return self.answers

    def _requests(self, operation: OperationModel) -> Iterator[dict[str, Any]]:
        shape = operation.input_shape
        needed = {name: shape.members[name] for name in shape.required_members} if shape else {}
        choices = [[(name, each) for each in self._values(name, shape)] for name, shape in needed.items()]
        for chosen in itertools.islice(itertools.product(*choices), _MOST):
            yield dict(chosen)

    def _values(self, name: str, shape: Shape) -> list[Any]:
        if shape.type_name == "list":
            return [[each] for each in self._values(name, shape.member)]
        if shape.type_name in ("integer", "long"):
            return [10]
        if shape.type_name != "string":
            return []
        lower = name.lower()
        return list({**self._known[lower], **self._known[_OTHER_NAMES.get(lower, lower)]})

    def _ask(self, operation: OperationModel, request: dict[str, Any]) -> None:
        name = f"{operation.name} {sorted(request.items())}"
        if name in self.answers:
            return
        try:
            answer = getattr(self._client, xform_name(operation.name))(**request)
        except ClientError as refused:
            self.answers[name] = refused.response["Error"]["Code"]
            return
        except ParamValidationError:
            return
        del answer["ResponseMetadata"]
        if hasattr(answer.get("Body"), "read"):
            answer["Body"] = answer["Body"].read()
        self.answers[name] = answer
        self._learn("", answer)

    def _learn(self, name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                self._learn(str(key), each)
        elif isinstance(value, list):
            for each in value:
                self._learn(name, each)
        elif isinstance(value, str) and value:
            self._known[name.lower()][value] = None


def everything(twin: RunningTwin, services: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """By service, what each request was answered with."""
    return {service: Teller(twin, service).ask_all() for service in services}
