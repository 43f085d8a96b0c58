"""Speaks to a twin's ``/_twin/faults``, from wherever the twin runs."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from greenshift.errors import TwinError
from greenshift.twin.faults.admin import PATH
from greenshift.twin.faults.model import FaultReport
from greenshift.twin.faults.parse import report_of

HINT = "see what a fault may say under “Faults” of the documentation"


class FaultsClient:
    """Sets and clears the faults of one twin; raises TwinError where the twin refuses."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        # The twin is on this machine, whatever proxy leads to others.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def add(self, fault: Mapping[str, Any]) -> FaultReport:
        return report_of(self._request("POST", PATH, fault))

    def all(self) -> list[FaultReport]:
        return [report_of(each) for each in self._request("GET", PATH)["faults"]]

    def clear(self, id_: str | None = None) -> list[FaultReport]:
        """Take one fault away, or all; returns them as they fared."""
        path = PATH if id_ is None else f"{PATH}/{id_}"
        return [report_of(each) for each in self._request("DELETE", path)["faults"]]

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(dict(body)).encode() if body is not None else None
        request = urllib.request.Request(self._endpoint + path, data, method=method)
        try:
            with self._opener.open(request, timeout=30) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise TwinError(str(json.loads(error.read())["error"]), hint=HINT) from None
