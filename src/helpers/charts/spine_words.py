"""Title, subtitle and alt text of the spine chart; what they claim is what the verdicts say."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, with_unit
from helpers.scoring.wording import listing, plural, sentence


def title_spine(beside: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: on how many indicators the region is better and worse than its comparator."""
    compared = beside[beside["verdict"] != "not compared"]
    if compared.empty:
        return f"No indicator of {region_name} can be compared"
    directed = compared[compared["polarity"] != "none"]
    if directed.empty:
        differs = int((compared["verdict"] != "no clear difference").sum())
        return f"{region_name} differs from {_comparator(beside)} on {differs} of {plural(len(compared), 'indicator')}"
    better, worse = (int((directed["verdict"] == verdict).sum()) for verdict in ("better", "worse"))
    total = plural(len(directed), "indicator")
    if not better and not worse:
        return f"{region_name} shows no clear difference from {_comparator(beside)} on any of {total}"
    return f"{region_name} does better than {_comparator(beside)} on {better} of {total}, worse on {worse or 'none'}"


def subtitle_spine(beside: pd.DataFrame) -> str:
    """Return measure, period and n."""
    areas = int(beside["n_areas"].max()) if len(beside) and beside["x_min"].notna().any() else 0
    spread = f"range of {plural(areas, 'area')}" if areas else ""
    return joined(["Latest figure of each indicator with its 95\u00a0% interval", spread, _undirected(beside)])


def alt_spine(beside: pd.DataFrame, *, region_name: str) -> str:
    """Describe the spine chart: kind, subject, finding, and every indicator that is better, worse, higher or lower."""
    kind = f"Spine chart: {region_name} beside {_comparator(beside)} on {plural(len(beside), 'indicator')}"
    parts = [kind, title_spine(beside, region_name=region_name)]
    for verdict in ("better", "worse", "higher", "lower"):
        rows = beside[beside["verdict"] == verdict]
        if len(rows):
            parts.append(f"{verdict}: {'; '.join(_figures(row) for row in rows.itertuples())}")
    for verdict in ("no clear difference", "not compared"):
        if number := int((beside["verdict"] == verdict).sum()):
            parts.append(f"{verdict}: {plural(number, 'indicator')}")
    return " ".join(sentence(part) for part in parts)


def _comparator(beside: pd.DataFrame) -> str:
    """Name the comparator mid-sentence; several of them are just "its comparators"."""
    known = beside[beside["comparator_value"].notna()]
    column = "comparator_basis" if "comparator_basis" in beside else "comparator_name"
    names = list(known[column].unique())
    if len(names) != 1:
        return listing([_article(name) for name in names], most=2) if 0 < len(names) <= 2 else "its comparator"
    return _article(names[0])


def _article(name: str) -> str:
    return f"the {name}" if name.startswith("median") else name


def _undirected(beside: pd.DataFrame) -> str:
    without = int((beside["polarity"] == "none").sum())
    return (
        "" if not without else f"for {plural(without, 'indicator')} without a better or worse, higher is to the right"
    )


def _figures(row) -> str:
    own = with_unit(row.value, row.unit, row.lowercl, row.uppercl)
    return f"{row.indicator_name} {own} against {with_unit(row.comparator_value, row.unit, row.lowercl, row.uppercl)}"
