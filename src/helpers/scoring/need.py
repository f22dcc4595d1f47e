"""How far the population's figures speak for a need, dimension by dimension."""

from __future__ import annotations

import math

import pandas as pd

from helpers.reference.models import Model
from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import listing, plural

JUDGED = ("better", "worse", "no clear difference")
COLUMNS = ["dimension", "need", "n_worse", "n_linked", "need_words"]


def by_dimension(beside: pd.DataFrame, needs: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Count, for each dimension, the indicators linked to it on which the region is worse than its comparator.

    Parameters
    ----------
    beside
        One row an indicator (and sex or age group) of the region, as `comparison.beside_comparator` gives it:
        ``indicator``, ``short_name``, ``polarity`` and ``verdict`` are looked at.
    needs
        One row a link of a ``dimension`` and an ``indicator``, as `helpers.reference.needs.load_needs` gives it.
    model
        The maturity model; links to dimensions that it does not have are passed over.

    Returns
    -------
    DataFrame
        One row a dimension in model order: ``dimension``; ``need`` (share 0 to 1 of the linked indicators that were
        judged on which the region is worse; missing where none is linked or judged); ``n_worse``; ``n_linked`` (the
        linked indicators that were judged, so that need is n_worse / n_linked); ``need_words``.

    Raises
    ------
    ValueError
        If a column is missing.

    Notes
    -----
    Worse is what the test already made in ``beside`` says, so a difference that chance explains is no need. An
    indicator with a figure for each sex counts once, and as worse where either is. Which indicators speak for which
    dimension is a declared judgement and no finding; indicators linked to one dimension also go together, so a
    share of them is a sign and not a measurement.
    """
    check_columns(beside, ("indicator", "short_name", "polarity", "verdict"), "need")
    check_columns(needs, ("dimension", "indicator"), "need")
    known = beside[beside["indicator"].isin(needs["indicator"])]
    judged = known[known["verdict"].isin(JUDGED) & (known["polarity"] != "none")]
    worse = judged.assign(is_worse=judged["verdict"] == "worse").groupby("indicator", sort=False)["is_worse"].any()
    names = dict(zip(known["indicator"], known["short_name"], strict=True))
    linked = needs.groupby("dimension", sort=False)["indicator"].unique()
    rows = [_row(code, list(linked.get(code, ())), worse.to_dict(), names) for code in model.codes]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"need": float, "n_worse": int, "n_linked": int})


def _row(code: str, linked: list[str], worse: dict[str, bool], names: dict[str, str]) -> dict[str, object]:
    judged = [indicator for indicator in linked if indicator in worse]
    bad = [names[indicator] for indicator in judged if worse[indicator]]
    return {
        "dimension": code,
        "need": len(bad) / len(judged) if judged else math.nan,
        "n_worse": len(bad),
        "n_linked": len(judged),
        "need_words": _words(len(linked), len(judged), bad),
    }


def _words(n_linked: int, n_judged: int, bad: list[str]) -> str:
    if not n_linked:
        return "no indicator is linked to this dimension"
    if not n_judged:
        what = "the one linked indicator" if n_linked == 1 else f"any of the {n_linked} linked indicators"
        return f"the region could not be compared on {what}"
    said = f"worse than the comparator on {len(bad) or 'none'} of {plural(n_judged, 'linked indicator')}"
    if n_linked == 1:
        said = f"{'' if bad else 'not '}worse than the comparator on the one linked indicator"
    said += f": {listing(bad)}" if bad else ""
    rest = n_linked - n_judged
    return said + (f"; {rest} more could not be compared" if rest else "")
