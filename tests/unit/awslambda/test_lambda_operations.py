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


def test_every_operation_but_invoke_has_its_own_name() -> None:
    # Service.invoke is the dispatcher, so the operation Invoke is the one exception.
    missing = [name for name in Lambda.operations() if not hasattr(Lambda, xform_name(name))]

    assert missing == []
    assert hasattr(Lambda, "invoke_function")
