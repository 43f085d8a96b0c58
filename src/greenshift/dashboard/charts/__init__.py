"""Charts as numbers: where lines, areas and marks lie. Pure; templates/parts/chart.html draws them.

A plot is 1000 wide and 100 high whatever its size on the screen; what must not be stretched (words, marks) is
placed in percent of the width.
"""

from greenshift.dashboard.charts.axis import Axis, axis_of
from greenshift.dashboard.charts.chart import Chart, charts_of
from greenshift.dashboard.charts.sparks import Sparks, sparks_of

__all__ = ["Axis", "Chart", "Sparks", "axis_of", "charts_of", "sparks_of"]
