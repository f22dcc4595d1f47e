"""Title, subtitle, row words and alt text of the chart of agreement; a verdict only where the rule gave one."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, named, short
from helpers.scoring.wording import FEW, NBSP, every, plural, sentence

SPLIT, AGREED = "Split", "Agreement"


def ordered(by_dimension: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as the chart shows them: most divided first, and those without ratings last."""
    share = (by_dimension["n_outside"].astype("Float64") / by_dimension["n"].astype("Float64")).astype(float)
    keyed = by_dimension.assign(
        _unrated=by_dimension["n"].fillna(0) == 0, _split=by_dimension["distribution"] != SPLIT, _share=-share
    )
    by = ["_unrated", "_split", "_share", *[column for column in ("agreement_a", "order") if column in keyed]]
    return keyed.sort_values(by, kind="stable").drop(columns=["_unrated", "_split", "_share"]).reset_index(drop=True)


def row_words(row) -> str:
    """Say how many are near the middle, and the verdict: "11 of 12 within a level of the middle: Agreement"."""
    if row.refusal or not row.n:
        return row.refusal or "not rated"
    near = f"{_near(row)} within a level of the middle"
    return f"{near}: {row.distribution}" if row.distribution else near


def title_agreement(by_dimension: pd.DataFrame) -> str:
    """Return the finding: on how many dimensions the stakeholders agree, and where views are split.

    Where the rule is not defined for any dimension the title only says where views lie furthest apart.
    """
    rated = _rated(by_dimension)
    if rated.empty:
        return "There are no single ratings to show"
    judged = rated[rated["distribution"] != ""]
    if judged.empty:
        return _without_verdict(rated)
    split = judged[judged["distribution"] == SPLIT]
    return f"{_finding(judged, split)}{_not_judged(rated, judged)}"


def subtitle_agreement(by_dimension: pd.DataFrame, *, when: str = "", scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale, wave, n and the rule."""
    rated = _rated(by_dimension)
    people = plural(int(rated["n"].max()), "stakeholder") if len(rated) else ""
    judged = len(rated) and (rated["distribution"] != "").any()
    rule = "agreement by the RAND/UCLA rule" if judged else "too few for the rule of agreement" if people else ""
    return joined([f"Ratings of each dimension, {scale[0]} (lowest) to {scale[1]} (highest)", when, people, rule])


def alt_agreement(by_dimension: pd.DataFrame, *, when: str = "") -> str:
    """Describe the chart: kind, subject, finding, how many ratings of each dimension are near its median."""
    kind = joined([f"Strip chart of agreement: {plural(len(by_dimension), 'dimension')}, most divided first", when])
    each = [
        f"{row.dimension_name}: {f'median {short(row.median)}, ' if row.n else ''}{row_words(row)}"
        for row in ordered(by_dimension).itertuples()
    ]
    return " ".join(sentence(part) for part in (kind, title_agreement(by_dimension), "; ".join(each)) if part)


def _finding(judged: pd.DataFrame, split: pd.DataFrame) -> str:
    total, agreed = len(judged), len(judged) - len(split)
    if split.empty:
        return f"Stakeholders agree on {every(total, 'dimension') if total > 1 else judged['dimension_name'].iloc[0]}"
    names = list(split["dimension_name"])
    if not agreed:
        most = f" dimension, most on {names[0]}" if total > 1 else ""
        return f"Views are split on {'every' if total > 1 else names[0]}{most}"
    views = named(names, total) if len(names) <= 3 else f"the other {len(names)}, most on {names[0]}"
    return f"Stakeholders agree on {agreed} of {plural(total, 'dimension')}; views are split on {views}"


def _not_judged(rated: pd.DataFrame, judged: pd.DataFrame) -> str:
    left = len(rated) - len(judged)
    return f"; {left} cannot be judged" if left else ""


def _without_verdict(rated: pd.DataFrame) -> str:
    first = next(rated.itertuples())
    if rated["n"].max() == 1:
        return "One stakeholder has rated so far, so there is nothing to agree on"
    if not first.n_outside:
        where = "on every dimension" if len(rated) > 1 else f"on {first.dimension_name}"
        return f"All ratings lie within a level of the middle {where}"
    near = f"{_near(first)} ratings are within a level of the middle"
    return f"Views lie furthest apart on {first.dimension_name}, where {near}"


def _rated(by_dimension: pd.DataFrame) -> pd.DataFrame:
    table = ordered(by_dimension)
    return table[table["n"].fillna(0) > 0]


def _near(row) -> str:
    """Say how many of how many; a share from 30 on, which is 100 % only where it is all of them."""
    n, near = int(row.n), int(row.n_near)
    if n < FEW:
        return f"{near or 'none'} of {n}"
    share = 100 if near == n else min(99, round(100 * near / n))
    return f"{share}{NBSP}% of {n:,}"
