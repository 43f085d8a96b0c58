"""How two versions of a function differ in settings, read as Lambda tells them."""

from __future__ import annotations

from typing import Any

from greenshift.reading.settings import VersionSettings, read_settings
from greenshift.view.settings import SettingChange, changes_of

FULL: dict[str, Any] = {
    "Runtime": "python3.13", "Handler": "app.handler", "MemorySize": 128, "Timeout": 3,
    "EphemeralStorage": {"Size": 512}, "Architectures": ["arm64"],
    "Role": "arn:aws:iam::123456789012:role/service/charge",
    "Layers": [{"Arn": "arn:aws:lambda:us-east-1:123456789012:layer:shared:3"}],
    "VpcConfig": {"SubnetIds": ["subnet-2", "subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/mnt/data"}],
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
    "TracingConfig": {"Mode": "Active"}, "SnapStart": {"ApplyOn": "None"},
    "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/shop"}, "KMSKeyArn": "arn:aws:kms:key",
    "Environment": {"Variables": {"API_KEY": "sk-123"}},
}  # fmt: skip


class FakeLambda:
    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def get_function_configuration(self, FunctionName: str, Qualifier: str) -> dict[str, Any]:
        return self.answer


def read(answer: dict[str, Any]) -> VersionSettings:
    found = read_settings(FakeLambda(answer), "charge", "1")
    assert found is not None
    return found


def test_every_setting_is_told_by_a_word_and_one_text() -> None:
    found = read(FULL)

    assert found.values == {
        "runtime": "python3.13", "handler": "app.handler", "memory": "128 MB", "time-out": "3 s",
        "ephemeral storage": "512 MB", "architecture": "arm64", "role": "charge", "layers": "shared:3",
        "network": "subnet-1, subnet-2, sg-1", "file systems": "/mnt/data",
        "dead-letter target": "arn:aws:sqs:us-east-1:123456789012:dead", "tracing": "Active",
        "SnapStart": "None", "log format": "JSON", "log group": "/shop",
        "key of the environment": "arn:aws:kms:key",
    }  # fmt: skip
    assert "sk-123" not in repr(found)


def test_what_differs_is_told_in_the_order_of_settings_and_variables_by_name() -> None:
    later = FULL | {
        "MemorySize": 256, "Layers": [], "Environment": {"Variables": {"API_KEY": "sk-456", "B": "1"}}
    }  # fmt: skip

    assert changes_of(read(FULL), read(later)) == (
        SettingChange("memory", "128 MB", "256 MB"),
        SettingChange("layers", "shared:3", ""),
        SettingChange("API_KEY", variable="changed"),
        SettingChange("B", variable="added"),
    )
    assert changes_of(read(later), read(FULL))[-1] == SettingChange("B", variable="removed")
    assert changes_of(read(FULL), read(FULL)) == ()


def test_what_lambda_does_not_tell_is_not_set() -> None:
    assert set(read({}).values.values()) == {""}
    assert changes_of(read({}), read({"Timeout": 3})) == (SettingChange("time-out", "", "3 s"),)
