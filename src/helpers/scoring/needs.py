"""All that the chapter on population needs works out, by name: what stands where is told in each function's module."""

from helpers.scoring.against_all import against_all
from helpers.scoring.beside import beside_comparator
from helpers.scoring.citizens import said
from helpers.scoring.delays import control, monthly, summary
from helpers.scoring.demand import beds_needed
from helpers.scoring.deprivation import quintile_gaps, quintiles
from helpers.scoring.directions import directions
from helpers.scoring.disclosure import hidden_summary
from helpers.scoring.inequality_over_time import inequality_indices
from helpers.scoring.latent_classes import classes
from helpers.scoring.lives import lives
from helpers.scoring.messages_needs import headline_needs, needs
from helpers.scoring.outcomes import coverage, evidence
from helpers.scoring.over_time import trend_change, trends
from helpers.scoring.plan import plan_figures
from helpers.scoring.residents import residents
from helpers.scoring.together import pairs

__all__ = [
    "against_all",
    "beds_needed",
    "beside_comparator",
    "classes",
    "control",
    "coverage",
    "directions",
    "evidence",
    "headline_needs",
    "hidden_summary",
    "inequality_indices",
    "lives",
    "monthly",
    "needs",
    "pairs",
    "plan_figures",
    "quintile_gaps",
    "quintiles",
    "residents",
    "said",
    "summary",
    "trend_change",
    "trends",
]
