"""Metric math, pure: text -> tokens -> tree -> values.

In: an expression and the values its ids stand for. Out: a number or a time series. It refuses to know where
values come from. The language is that of "Metric math syntax and functions" (CloudWatch user guide); what
is not implemented (``SEARCH``, ``ANOMALY_DETECTION_BAND`` and so on) is an error by name.
"""

from greenshift.twin.alarms.expressions.errors import ExpressionError
from greenshift.twin.alarms.expressions.evaluate import Scope, evaluate
from greenshift.twin.alarms.expressions.parser import parse
from greenshift.twin.alarms.expressions.tree import Expression, references
from greenshift.twin.alarms.expressions.values import Scalar, Series, SeriesList, Value

__all__ = [
    "Expression",
    "ExpressionError",
    "Scalar",
    "Scope",
    "Series",
    "SeriesList",
    "Value",
    "evaluate",
    "parse",
    "references",
]
