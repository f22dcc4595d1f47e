"""The region beside others, over time and by deprivation, and what its plan's own figures can carry.

``beside_comparator`` sets every indicator beside the comparator and all areas; ``trend`` and
``trend_change`` look back; ``quintiles`` and ``quintile_gaps`` look inside the region; ``plan_figures``
says of figures without limits what can and what cannot be said. A difference is claimed only where a test
from the published limits carries it (`estimates`).
"""

from helpers.scoring.beside import COUNCIL_AREAS, beside_comparator, spine_positions
from helpers.scoring.deprivation import quintile_gaps, quintiles
from helpers.scoring.over_time import trend, trend_change, trends
from helpers.scoring.plan import plan_figures

__all__ = [
    "COUNCIL_AREAS",
    "beside_comparator",
    "plan_figures",
    "quintile_gaps",
    "quintiles",
    "spine_positions",
    "trend",
    "trend_change",
    "trends",
]
