"""What the coefficients of agreement ask, and the usual words for their sizes, each with its source."""

from __future__ import annotations

import math
from typing import NamedTuple


class Coefficient(NamedTuple):
    """What a reader is told of a coefficient."""

    name: str
    asks: str
    method: str
    words: tuple[tuple[float, str], ...]
    source: str


KRIPPENDORFF = ((0.8, "reliable"), (0.667, "good enough for tentative conclusions"), (-math.inf, "not reliable"))
LANDIS_KOCH = (
    (0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"),
    (-math.inf, "poor"),
)  # fmt: skip
SCHMIDT = (
    (0.9, "unusually strong"), (0.7, "strong"), (0.5, "moderate"), (0.3, "weak"), (-math.inf, "very weak"),
)  # fmt: skip
KOO_LI = ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate"), (-math.inf, "poor"))
GEORGE_MALLERY = (
    (0.9, "excellent"), (0.8, "good"), (0.7, "acceptable"), (0.6, "questionable"), (0.5, "poor"),
    (-math.inf, "unacceptable"),
)  # fmt: skip
# The ends and the middle are van der Eijk's; the steps between are ours, since he gives none. Ratings spread evenly
# have 0, but so have some in two camps (one person at 0, five at 1, six at 4: 0.02), hence the words about 0.
AGREEMENT_A = (
    (1.0, "unanimous"), (0.75, "close together"), (0.5, "fairly close"), (0.25, "loosely together"),
    (-0.25, "no agreement: spread out or in camps"), (-math.inf, "drawn to both ends"),
)  # fmt: skip

DRAWN = "the interval comes from panels drawn from the stakeholders with replacement"
COMPLETE = "from stakeholders who rated every dimension"

COEFFICIENTS: dict[str, Coefficient] = {
    "krippendorff_alpha": Coefficient(
        "Krippendorff's alpha (ordinal)",
        "Do stakeholders give a dimension the same rating, beyond what chance would bring?",
        f"Krippendorff 2011 for ordered levels, missing ratings left out; {DRAWN}.",
        KRIPPENDORFF,
        "Krippendorff, Content Analysis, 2nd edition 2004",
    ),
    "gwet_ac2": Coefficient(
        "Gwet's AC2 (ordinal weights)",
        "Do stakeholders give a dimension nearly the same rating, if a flat profile is not held against them?",
        f"Gwet 2014, ordinal weights over the whole scale, missing ratings left out; {DRAWN}.",
        LANDIS_KOCH,
        "Landis and Koch, Biometrics 1977, 33(1), 159-174",
    ),
    "kendall_w": Coefficient(
        "Kendall's W",
        "Do stakeholders put the dimensions in the same order?",
        f"Kendall 1948, corrected for ties, {COMPLETE}; {DRAWN}.",
        SCHMIDT,
        "Schmidt, Decision Sciences 1997, 28(3), 763-774",
    ),
    "icc_2_1": Coefficient(
        "ICC(2,1)",
        "How well do one stakeholder's ratings stand for those of the others?",
        f"Shrout and Fleiss 1979, two-way random effects, absolute agreement of single ratings, {COMPLETE}; {DRAWN}.",
        KOO_LI,
        "Koo and Li, Journal of Chiropractic Medicine 2016, 15(2), 155-163",
    ),
    "icc_2_k": Coefficient(
        "ICC(2,k)",
        "Would another panel of this size draw the same profile on average?",
        f"Shrout and Fleiss 1979, two-way random effects, absolute agreement of the panel's mean, {COMPLETE}; {DRAWN}.",
        KOO_LI,
        "Koo and Li, Journal of Chiropractic Medicine 2016, 15(2), 155-163",
    ),
    "cronbach_alpha": Coefficient(
        "Cronbach's alpha",
        "Do those who rate one dimension high rate the others high as well?",
        f"Cronbach 1951, dimensions as items and stakeholders as persons, {COMPLETE}; {DRAWN}.",
        GEORGE_MALLERY,
        "George and Mallery, SPSS for Windows Step by Step, 4th edition 2003",
    ),
    "ordinal_alpha": Coefficient(
        "Ordinal alpha",
        "Do those who rate one dimension high rate the others high as well, if ratings are levels in order only?",
        "Zumbo, Gadermann and Zeisser 2007, polychoric correlations in two steps (Olsson 1979), "
        f"{COMPLETE}; {DRAWN}, each by one step of scoring from the panel's estimate with thresholds of its own "
        "(Davidson and MacKinnon 1999).",
        GEORGE_MALLERY,
        "George and Mallery, SPSS for Windows Step by Step, 4th edition 2003",
    ),
}


def reading(code: str, value: float) -> str:
    """The usual word for a coefficient of this size; "" where there is no value."""
    return word(value, COEFFICIENTS[code].words)


def reading_of_a(value: float) -> str:
    """The word for van der Eijk's A: his anchors are 1, 0 and -1, the steps between are ours; "" without a value."""
    return word(value, AGREEMENT_A)


def word(value: float, words: tuple[tuple[float, str], ...]) -> str:
    """The word of the highest step that the value reaches, to nine decimals."""
    if math.isnan(value):
        return ""
    return next(text for least, text in words if round(value, 9) >= least)
