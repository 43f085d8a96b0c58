"""The clients moto is asked with: models of AWS are read once a process, however many twins there are."""

from __future__ import annotations

from typing import Any

from greenshift.twin.callers.record_chains import RecordChains
from greenshift.twin.clock import ManualClock
from greenshift.twin.moto import Moto


async def warmed() -> Any:
    moto = Moto(account="123456789012", region="us-east-1", clock=ManualClock())
    await moto.start(lambda arn, payload: None, RecordChains())
    await moto.warm(("sns",))
    try:
        return moto._clients["sns"]
    finally:
        await moto.stop()


async def test_twins_share_the_models_they_read() -> None:
    first, second = await warmed(), await warmed()

    assert first is not second
    assert first.meta.service_model.metadata is second.meta.service_model.metadata
