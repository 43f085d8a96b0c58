"""Why a release ended as it did, in one line: the words of ``release --follow`` and of the page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.view.model import ActionView, ReleaseView, StageView


def why(stages: Sequence[StageView], release: ReleaseView | None) -> str:
    """``stage Build: [charge] npm test: exit status 1``; the release's own reason where no stage failed, and
    of a release that went back. Empty when nobody recorded one.
    """
    failed = next((stage for stage in stages if stage.error), None)
    if failed is None or (release is not None and release.status == "ROLLED_BACK"):
        return release.reason if release else ""
    return f"stage {failed.name}: {failed.error}"


def failed_build(stages: Sequence[StageView]) -> str:
    """The id of the build that failed, whose log tells the rest; empty where none did."""
    actions = (action for stage in stages for action in stage.actions)
    return next((action.external_id for action in actions if _is_failed_build(action)), "")


def _is_failed_build(action: ActionView) -> bool:
    return action.category == "Build" and action.status == "Failed"
