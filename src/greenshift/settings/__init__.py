"""What a user can say to Greenshift, and nothing else.

In: the Pulumi config of a stack, namespace ``greenshift:``, either as Pulumi hands it to a program
(``Settings.from_pulumi()``) or read from ``Pulumi.yaml`` and ``Pulumi.<stack>.yaml`` before any engine
starts (``load_project``). Both ways meet in one function, so they cannot disagree.
Out: one frozen, validated ``Settings``; or one ``SettingsError`` naming the full key and what is allowed.
Refuses to know: what AWS resources come of it. Imports nothing of ours but the errors.
"""

from greenshift.contract.runtimes import RUNTIMES, Runtime
from greenshift.settings.functions import FunctionSettings, SmokeSettings
from greenshift.settings.model import Settings
from greenshift.settings.project import Project, load_project
from greenshift.settings.source import GithubToken, SourceSettings

__all__ = [
    "RUNTIMES",
    "FunctionSettings",
    "GithubToken",
    "Project",
    "Runtime",
    "Settings",
    "SmokeSettings",
    "SourceSettings",
    "load_project",
]
