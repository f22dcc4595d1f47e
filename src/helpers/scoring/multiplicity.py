"""Many tests at once: signs corrected for their number, and the words for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.scoring.confidence import column
from helpers.scoring.estimates import verdict


def with_false_discovery_rate(
    t: pd.DataFrame, *, p_value: str = "p_value", level: float = 0.05, by: str = ""
) -> pd.DataFrame:
    """Correct the signs of many tests: on average at most a share ``level`` of those called different is so by chance.

    Parameters
    ----------
    t
        A table of comparisons with ``sign``.
    p_value
        The column of p values; missing ones are no tests.
    level
        The false discovery rate.
    by
        A column that tells families of tests apart, such as the area; "" for one family.

    Returns
    -------
    DataFrame
        The table with ``q_value`` (the p value as corrected) and ``sign`` set to 0 where that is ``level`` or more.

    Notes
    -----
    Benjamini and Hochberg (Journal of the Royal Statistical Society B 1995; 57: 289-300), by scipy; it also holds for
    tests that are positively dependent.
    """
    p = column(t, p_value, "p_value")
    family = pd.factorize(t[by])[0] if by else np.zeros(len(t), dtype=int)
    q = np.full(len(t), np.nan)
    for one in np.unique(family):
        own = (family == one) & ~np.isnan(p)
        if own.any():
            q[own] = stats.false_discovery_control(p[own], method="bh")
    sign = t["sign"].mask(pd.Series(q >= level, index=t.index), 0)
    return t.assign(q_value=q, sign=sign)


def with_verdicts(t: pd.DataFrame, *, polarity: str) -> pd.DataFrame:
    """Add ``verdict``: the words of `estimates.verdict` for the ``sign`` and the column ``polarity`` of each row."""
    pairs = zip(t["sign"], t[polarity], strict=True)
    return t.assign(verdict=[verdict(None if pd.isna(sign) else int(sign), str(way)) for sign, way in pairs])
