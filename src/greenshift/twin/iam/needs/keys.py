"""Parameters, secrets and keys: SSM, Secrets Manager, KMS."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import Facts, Find, Need, Parameters, Place, everything, on, texts


def _parameter_arn(place: Place, name: str) -> str:
    # A name that is a path begins with the slash that ends the word before it (user guide, Parameter Store).
    return place.or_arn("ssm", "parameter/{}", name if name.startswith("arn:") else name.lstrip("/"))


def _parameter(parameters: Parameters, place: Place) -> str:
    return _parameter_arn(place, str(parameters.get("Name") or parameters.get("Path") or ""))


def _parameters(parameters: Parameters, place: Place) -> Iterable[str]:
    return [_parameter_arn(place, name) for name in texts(parameters.get("Names"))]


def _secret(operation: str) -> Find:
    def find(parameters: Parameters, place: Place, facts: Facts) -> Iterable[Need]:
        name = str(parameters.get("SecretId") or parameters.get("Name") or "")
        arn = facts.secrets.get(name) or place.or_arn("secretsmanager", "secret:{}", name)
        return [Need(f"secretsmanager:{operation}", arn)]

    return find


def _key(parameters: Parameters, place: Place) -> str:
    name = str(parameters.get("KeyId") or "")
    if not name:
        return "*"
    return place.or_arn("kms", "{}" if name.startswith("alias/") else "key/{}", name)


SSM: dict[str, Find] = {
    **on("ssm", _parameter, "DeleteParameter", "GetParameter", "GetParameterHistory", "PutParameter"),
    **on("ssm", _parameter, "GetParametersByPath"),
    **on("ssm", _parameters, "DeleteParameters", "GetParameters"),
    **on("ssm", everything, "DescribeParameters"),
}

SECRETS: dict[str, Find] = {
    operation: _secret(operation)
    for operation in (
        "CreateSecret",
        "DeleteSecret",
        "DescribeSecret",
        "GetSecretValue",
        "PutSecretValue",
        "TagResource",
        "UpdateSecret",
    )
} | on("secretsmanager", everything, "ListSecrets")

KMS: dict[str, Find] = {
    **on(
        "kms",
        _key,
        "Decrypt",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GetKeyPolicy",
        "Sign",
        "Verify",
    ),
    **on("kms", everything, "CreateKey", "ListAliases", "ListKeys"),
}
