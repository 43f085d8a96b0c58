"""All functions, each a row that is sent anew only when it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.dashboard.render import render
from greenshift.view import FunctionView, Snapshot


class FunctionsScreen:
    tab = "functions"
    template = "functions.html"
    title = "Functions"

    def __init__(self, query: Mapping[str, str]) -> None:
        self._text = query.get("text", "").strip().lower()
        self._state = query.get("state", "")
        self._rows: dict[str, tuple[FunctionView, str]] = {}
        self._listed: tuple[str, ...] | None = None

    def values(self) -> Mapping[str, Any]:
        return {"text": self._text, "state": self._state, "keys": self._listed or ()}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        if self._listed is None:
            self._listed = tuple(each.key for each in snapshot.functions if self._fits(each))
        known = {function.key: function for function in snapshot.functions}
        rows = {f"function:{key}": self._row(known.get(key), key) for key in self._listed}
        return {"count": self._count(snapshot), **rows}

    def _fits(self, function: FunctionView) -> bool:
        is_wanted = {
            "": True,
            "moving": bool(function.new_version),
            "alarm": function.alarm_state == "ALARM",
        }.get(self._state, True)
        return is_wanted and self._text in f"{function.key} {function.name}".lower()

    def _row(self, function: FunctionView | None, key: str) -> str:
        if function is None:
            return render("parts/function-gone.html", key=key)
        seen, text = self._rows.get(key, (None, ""))
        if seen != function:
            text = render("parts/function-row.html", function=function)
            self._rows[key] = function, text
        return text

    def _count(self, snapshot: Snapshot) -> str:
        moving = sum(1 for each in snapshot.functions if each.new_version)
        alarms = sum(1 for each in snapshot.functions if each.alarm_state == "ALARM")
        return render(
            "parts/function-count.html",
            shown=len(self._listed or ()), total=len(snapshot.functions), moving=moving, alarms=alarms,
        )  # fmt: skip
