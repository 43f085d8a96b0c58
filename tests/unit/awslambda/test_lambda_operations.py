"""What the twin's Lambda claims to implement, against AWS's own model."""

from __future__ import annotations

from botocore import xform_name

from greenshift.twin.awslambda.api import Lambda
from greenshift.twin.service import service_model

NEEDED_BY_RELEASES = {
    "CreateAlias", "CreateFunction", "DeleteFunction", "GetAlias", "GetFunction", "GetFunctionConfiguration",
    "Invoke", "ListVersionsByFunction", "PublishVersion", "UpdateAlias", "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
}  # fmt: skip


def test_every_operation_claimed_is_one_of_awss() -> None:
    claimed = Lambda.operations()

    assert set(claimed) <= set(service_model("lambda").operation_names)
    assert len(claimed) == len(set(claimed))


def test_what_a_release_needs_is_there() -> None:
    assert set(Lambda.operations()) >= NEEDED_BY_RELEASES


def test_every_operation_has_a_method_of_its_name() -> None:
    missing = [name for name in Lambda.operations() if not hasattr(Lambda, xform_name(name))]

    assert missing == []
    assert "Invoke" in Lambda.operations()
