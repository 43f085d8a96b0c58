"""A function that is a container image, released together with a zip. What stands in for images is at the
client of Lambda (`image_account`); the twin's own client still refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from support.accounts.image_account import IMAGE, ImageAccount
from support.accounts.release_account import BAD, BROKEN, ended, good

from greenshift.contract.statuses import State, Status
from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImageAccount]:
    with start_twin(speed=300) as twin:
        yield ImageAccount(twin, tmp_path_factory.mktemp("targets"))


def test_image_and_zip_are_released_together_and_the_same_digest_keeps_its_version(
    account: ImageAccount,
) -> None:
    sources = good("one")
    done = account.shift_until(account.publish(sources), ended)

    assert done.status is Status.SUCCEEDED, done
    assert account.updates == [account.pushed(sources["charge"])]
    first = account.versions()
    assert first == {item.key: (item.to_version, {}) for item in done.functions}

    again = account.shift_until(account.publish(sources), ended)
    assert again.status is Status.UNCHANGED
    assert len(account.updates) == 1

    other = {**sources, "refund": good("two")["refund"]}
    done = account.shift_until(account.publish(other), ended)
    assert [item.key for item in done.changed] == ["refund"]
    assert account.versions()["charge"] == first["charge"]


def test_an_image_that_does_not_start_is_refused_before_any_traffic(account: ImageAccount) -> None:
    before = account.versions()

    failed = account.release(account.publish(good("half") | {"charge": BROKEN.format(answer="x")}))

    assert failed.status is Status.FAILED
    assert "charge: version" in (failed.reason or "") and "did not pass its smoke test" in (
        failed.reason or ""
    )
    assert account.versions() == before


def test_an_image_that_fails_its_callers_goes_back_and_takes_the_zip_along(account: ImageAccount) -> None:
    before = account.versions()
    id_ = account.publish(good("new") | {"charge": BAD.format(answer="charge fails")})

    stop = account.traffic("charge")
    try:
        done = account.shift_until(id_, ended)
    finally:
        stop()

    assert done.status is Status.ROLLED_BACK, done
    assert account.versions() == before
    assert {item.state for item in done.functions} == {State.ROLLED_BACK}


def test_a_build_of_the_other_package_type_publishes_nothing(account: ImageAccount) -> None:
    before, id_ = account.versions(), str(uuid4())

    account.job("publish", id_, super(ImageAccount, account).build(good("zips")))

    failed = account.release(id_)
    assert failed.status is Status.FAILED
    assert "charge: the build made a zip, the function's PackageType is Image" in (failed.reason or "")
    assert account.versions() == before


def test_the_twin_itself_refuses_images_and_says_why(account: ImageAccount) -> None:
    with pytest.raises(ClientError, match="the twin runs zip packages only"):
        account.functions.update_function_code(FunctionName=IMAGE, ImageUri=account.pushed("x"))
    with pytest.raises(ClientError, match="the twin runs zip packages only"):
        account.functions.create_function(
            FunctionName="web",
            PackageType="Image",
            Role=account.role,
            Code={"ImageUri": account.pushed("x")},
        )
