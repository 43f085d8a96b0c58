"""A developer's working copy behind the aliases of a twin, until it is put back.

In: folders of functions, and whoever can build one. Out: new code behind an alias a moment after a save.
Refuses to know how code is built, and anything of pipelines: no release comes of it.
"""

from greenshift.develop.behind import Behind
from greenshift.develop.saves import Saves
from greenshift.develop.session import Built, Session

__all__ = ["Behind", "Built", "Saves", "Session"]
