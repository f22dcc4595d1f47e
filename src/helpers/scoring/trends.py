"""Change over time: control charts for months, and tests of the direction over all periods of an indicator."""

from helpers.scoring.xmr import xmr
from helpers.scoring.xmr_summary import xmr_summary

__all__ = ["xmr", "xmr_summary"]
