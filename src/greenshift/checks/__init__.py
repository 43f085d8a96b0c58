"""What is wrong, found by looking: at a project's files before a commit, at a deployed stack through boto3.

    source/    files and settings -> findings; no network, no twin        (``greenshift check``)
    deployed/  a stack's outputs and boto3 clients -> findings; read-only (``greenshift doctor``)

Out: ``Finding``s, each with where, why and how to fix it. Nothing here prints or changes anything, and
nothing here knows of the twin.
"""

from greenshift.checks.finding import Finding, Level, is_healthy

__all__ = ["Finding", "Level", "is_healthy"]
