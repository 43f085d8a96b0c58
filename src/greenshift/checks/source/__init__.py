"""Faults a commit would carry into the pipeline, found in the files before it is made.

Decides with the build kit's own rules wherever the build kit has one, so that what passes here is not
refused there; adds the line, the reason and the fix that a build's log has no room for.
"""

from greenshift.checks.source.project import check_project, check_surroundings

__all__ = ["check_project", "check_surroundings"]
