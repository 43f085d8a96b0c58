"""Releases that fit, out of a ledger that knows function and status, and no text."""

from __future__ import annotations

import binascii
import time
from dataclasses import dataclass

from botocore.exceptions import ClientError, ParamValidationError

from greenshift.dashboard.problems import Problem
from greenshift.view import LedgerPage, Query, ReleaseView, StackOutputs, StackView

_PAGE = 20
# A text may be nowhere: one page of results looks for it this long, and says how far it came.
_SECONDS = 1.5
_ROWS_AT_ONCE = 50


@dataclass(frozen=True)
class Wanted:
    """Empty values want everything; ``start`` is where the page before ended."""

    function: str = ""
    """The function's key."""
    status: str = ""
    text: str = ""
    start: str = ""


@dataclass(frozen=True)
class Found:
    releases: tuple[ReleaseView, ...]
    next: str
    """Where to go on; empty at the end of the ledger."""
    searched_to: str = ""
    """How far back a search for a text came; empty when it came to the end, or there was no text."""


def search(view: StackView, outputs: StackOutputs, wanted: Wanted) -> Found:
    """One page of results, newest first."""
    names = {function.key: function.name for function in outputs.functions}
    query = Query(function=names.get(wanted.function, ""), status=wanted.status)
    try:
        if not wanted.text:
            page = view.ledger_page(wanted.start, _PAGE, query)
            return Found(page.releases, page.next)
        return _search_text(view, query, wanted)
    except (ValueError, binascii.Error, ClientError, ParamValidationError) as error:
        if wanted.start and not _is_about_something_else(error):
            raise Problem(
                400,
                "this page of the history does not exist",
                hint="begin with the newest release at: /history",
            ) from None
        raise


def _is_about_something_else(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] != "ValidationException"


def _search_text(view: StackView, query: Query, wanted: Wanted) -> Found:
    fitting: list[ReleaseView] = []
    page, deadline = LedgerPage((), wanted.start), time.monotonic() + _SECONDS
    while True:
        page = view.ledger_page(page.next, _ROWS_AT_ONCE, query)
        fitting += [release for release in page.releases if has_text(release, wanted.text)]
        if not page.next or len(fitting) >= _PAGE or time.monotonic() > deadline:
            break
    oldest = page.releases[-1].started_at if page.releases and page.next else ""
    return Found(tuple(fitting), page.next, oldest)


def has_text(release: ReleaseView, text: str) -> bool:
    """Whether a release's words contain the text, whatever its case."""
    told = (
        release.id, release.commit, release.message, release.reason, release.by, release.why,
        release.author, release.alarm,
    )  # fmt: skip
    return text.lower() in "\n".join(told).lower()
