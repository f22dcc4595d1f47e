"""Title, subtitle, row words and alt text of the chart of coefficients; what is claimed follows the usual readings."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined
from helpers.scoring.wording import number, plural, sentence

WIDE_INTERVAL = 0.4
_TITLE = ("kendall_w", "krippendorff_alpha", "gwet_ac2")
# how firmly the usual reading of a coefficient speaks for its question: 2 firmly, 1 broadly, 0 hardly
_FIRM = {"unusually strong", "strong", "almost perfect", "substantial", "reliable"}
_BROAD = {"moderate", "good enough for tentative conclusions"}
_ORDER = (
    "hardly put the dimensions in the same order",
    "broadly put the dimensions in the same order",
    "put the dimensions in much the same order",
)
_RATINGS = ("agree little on their levels", "give them broadly similar ratings", "give them much the same ratings")
_UNSURE = "how alike their ratings are depends on how agreement is measured"


def row_words(row) -> str:
    """Say value, interval and usual reading: "0.42 (0.20 to 0.61): moderate", or why there is none."""
    if row.refusal or pd.isna(row.value):
        return row.refusal or "no value"
    known = not (pd.isna(row.lowercl) or pd.isna(row.uppercl))
    interval = f" ({number(row.lowercl, 2)} to {number(row.uppercl, 2)})" if known else ""
    return f"{number(row.value, 2)}{interval}" + (f": {row.reading}" if row.reading else "")


def title_coefficients(coefficients: pd.DataFrame) -> str:
    """Return the finding in plain words, from the usual readings of Kendall's W, Krippendorff's alpha and AC2."""
    known = coefficients[(coefficients["refusal"] == "") & coefficients["value"].notna()].set_index("coefficient")
    if known.empty:
        refusals = set(coefficients["refusal"]) - {""}
        why = f": {refusals.pop().rstrip('.')}" if len(refusals) == 1 else ""
        return f"No coefficient of agreement can be given{why}"
    order, ratings = _strengths(known, _TITLE[:1]), _strengths(known, _TITLE[1:])
    if not order and not ratings:
        return f"{len(known)} of {plural(len(coefficients), 'coefficient')} can be given for this panel"
    return f"{sentence(_said(order, ratings)).rstrip('.')}{_caution(known)}"


def subtitle_coefficients(coefficients: pd.DataFrame, *, when: str = "") -> str:
    """Return measure, n and interval."""
    known = coefficients[coefficients["refusal"] == ""]
    panel = _count(known, "n_stakeholders", "stakeholder")
    dimensions = _count(known, "n_dimensions", "dimension")
    share = round(100 * float(known["confidence"].iloc[0])) if len(known) and "confidence" in known else 95
    interval = f"lines: {share}\u00a0% intervals" if len(known) and known["lowercl"].notna().any() else ""
    return joined(["Coefficients of agreement and reliability; 1 is the most there can be", when,
                   ", ".join(part for part in (panel, dimensions) if part), interval])  # fmt: skip


def alt_coefficients(coefficients: pd.DataFrame, *, when: str = "") -> str:
    """Describe the chart: kind, subject, finding, every value with its interval and reading."""
    kind = joined([f"Forest plot: {plural(len(coefficients), 'coefficient')} of agreement and reliability", when])
    each = [f"{row.coefficient_name}: {row_words(row).rstrip('.')}" for row in coefficients.itertuples()]
    return " ".join(sentence(part) for part in (kind, title_coefficients(coefficients), "; ".join(each)) if part)


def _strengths(known: pd.DataFrame, codes: tuple[str, ...]) -> list[int]:
    """Return how firmly each of these coefficients speaks for its question, by its usual reading."""
    readings = [known.loc[code, "reading"] for code in codes if code in known.index]
    return [2 if reading in _FIRM else 1 if reading in _BROAD else 0 for reading in readings]


def _said(order: list[int], ratings: list[int]) -> str:
    """Join what is said of order and ratings: "but" where only one speaks for agreement, neither where measures differ.

    Of two measures of the ratings the weaker one counts; where one is firm and the other hardly speaks for
    agreement, nothing is claimed.
    """
    first = f"stakeholders {_ORDER[order[0]]}" if order else ""
    if ratings and max(ratings) - min(ratings) > 1:
        return joined([first, _UNSURE if order else _UNSURE.replace("their", "stakeholders'")])
    if not ratings:
        return first
    rest = _RATINGS[min(ratings)]
    if not first:
        return f"stakeholders {rest.replace('them', 'the dimensions').replace('their', 'the')}"
    return f"{first} {'and' if (order[0] > 0) == (min(ratings) > 0) else 'but'} {rest}"


def _caution(known: pd.DataFrame) -> str:
    used = known.loc[[code for code in _TITLE if code in known.index]]
    widths = (used["uppercl"] - used["lowercl"]).astype(float)
    return "; the intervals are wide" if (widths > WIDE_INTERVAL).any() else ""


def _count(known: pd.DataFrame, column: str, noun: str) -> str:
    """Say the count, or from which to which where coefficients differ in it."""
    counts = known[column].dropna() if column in known else known.iloc[:0, 0]
    if counts.empty:
        return ""
    low, high = int(counts.min()), int(counts.max())
    return plural(high, noun) if low == high else f"{low} to {plural(high, noun)}"
