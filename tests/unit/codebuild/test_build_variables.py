"""Environment variables from a buildspec, a project and the two stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.codebuild.buildspec import Buildspec
from greenshift.twin.codebuild.errors import PhaseFailure
from greenshift.twin.codebuild.settings import Variable
from greenshift.twin.codebuild.variables import SecretReference, merged, parse_reference, resolve
from greenshift.twin.service import ServiceError

ROLE = Principal("role", "arn:aws:iam::123456789012:role/build", "s")
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf"


class Stores:
    """A door with a few parameters and secrets behind it."""

    def __init__(self, parameters: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.secrets = secrets
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        request = parameters or {}
        self.calls.append((operation, request))
        if operation == "GetParameters":
            return self._parameters(request["Names"])
        if request["SecretId"] not in self.secrets:
            raise ServiceError("ResourceNotFoundException", "no such secret")
        return {"SecretString": self.secrets[request["SecretId"]]}

    def _parameters(self, names: list[str]) -> dict[str, Any]:
        found = [{"Name": name, "Value": self.parameters[name]} for name in names if name in self.parameters]
        return {"Parameters": found, "InvalidParameters": [n for n in names if n not in self.parameters]}

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        raise NotImplementedError


def test_start_build_and_project_win_over_the_buildspec() -> None:
    spec = Buildspec("0.2", {}, variables={"A": "spec", "B": "spec"}, parameter_store={"C": "/c"})

    assert merged(spec, [Variable("B", "project"), Variable("C", "plain")]) == [
        Variable("A", "spec"),
        Variable("B", "project"),
        Variable("C", "plain"),
    ]


async def test_values_come_from_their_stores_and_are_known_as_secrets() -> None:
    aws = Stores({"/c": "sea"}, {"app": '{"user": "me", "port": 5}', ARN: "plain"})
    wanted = [
        Variable("A", "a"),
        Variable("C", "/c", "PARAMETER_STORE"),
        Variable("S", "app:user", "SECRETS_MANAGER"),
        Variable("P", "app:port:AWSPENDING", "SECRETS_MANAGER"),
        Variable("W", ARN, "SECRETS_MANAGER"),
    ]

    resolved = await resolve(aws, ROLE, wanted)

    assert resolved.values == {"A": "a", "C": "sea", "S": "me", "P": "5", "W": "plain"}
    assert resolved.secrets == {"C", "S", "P", "W"}
    assert ("GetSecretValue", {"SecretId": "app", "VersionStage": "AWSPENDING"}) in aws.calls


async def test_parameters_are_read_ten_at_a_time() -> None:
    aws = Stores({f"/{number}": str(number) for number in range(23)}, {})
    wanted = [Variable(f"V{number}", f"/{number}", "PARAMETER_STORE") for number in range(23)]

    resolved = await resolve(aws, ROLE, wanted)

    assert resolved.values["V22"] == "22"
    assert [len(request["Names"]) for _, request in aws.calls] == [10, 10, 3]


@pytest.mark.parametrize(
    ("variable", "code", "words"),
    [
        (
            Variable("A", "/no", "PARAMETER_STORE"),
            "Decrypted Variables Error",
            "parameter does not exist: /no",
        ),
        (Variable("A", "no", "SECRETS_MANAGER"), "Secrets Manager Error", "ResourceNotFoundException"),
        (Variable("A", "app:no", "SECRETS_MANAGER"), "Secrets Manager Error", "has no key 'no'"),
        (Variable("A", "a:b:c:d:e", "SECRETS_MANAGER"), "Secrets Manager Error", "secret-id:json-key"),
    ],
)
async def test_a_value_that_cannot_be_read_fails_the_phase(variable: Variable, code: str, words: str) -> None:
    with pytest.raises(PhaseFailure) as raised:
        await resolve(Stores({}, {"app": "{}"}), ROLE, [variable])

    assert raised.value.code == code
    assert words in raised.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app", SecretReference("app")),
        ("app:key", SecretReference("app", "key")),
        ("app::AWSPREVIOUS", SecretReference("app", "", "AWSPREVIOUS")),
        (f"{ARN}:key::v1", SecretReference(ARN, "key", "", "v1")),
    ],
)
def test_a_secret_reference_has_four_parts(text: str, expected: SecretReference) -> None:
    assert parse_reference(text) == expected
