"""Safe, pleasant releases of AWS Lambda functions.

The public names, and only those. Importing this package is cheap: the components (and with them Pulumi)
are loaded when one of their names is first used.
"""

from __future__ import annotations

__version__ = "0.1.0"
