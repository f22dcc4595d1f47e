"""Change over time: control charts for months, and tests of the direction over all periods of an indicator."""

from helpers.scoring.directions import directions
from helpers.scoring.trend_tests import latest_apart, monotone, slopes
from helpers.scoring.xmr import xmr
from helpers.scoring.xmr_summary import xmr_summary

__all__ = ["directions", "latest_apart", "monotone", "slopes", "xmr", "xmr_summary"]
