"""Title, subtitle and alt text of funnels and ranks; better and worse stand only where the corrected test says so."""

from __future__ import annotations

import pandas as pd

from helpers.charts.areas_scale import own_rows
from helpers.charts.words import joined, short_period, with_interval, with_unit
from helpers.scoring.wording import listing, plural, sentence


def region_row(part: pd.DataFrame) -> pd.Series:
    """The region's row of one indicator, or, where it has none, the first."""
    own = part[part["is_region"]]
    return own.iloc[0] if len(own) else part.iloc[0]


def measure(row: pd.Series) -> str:
    """Say measure, period and number of areas: "per 100,000; 2022/23; 32 areas"."""
    return joined([str(row["unit"]), short_period(row["period"]), plural(int(row["n_areas"]), "area")])


def finding(row: pd.Series) -> str:
    """Say how the region lies to the average: "Better than the average of 538, below the 99.8 % limits"."""
    average = with_unit(_average(row), str(row["unit"]), row["lowercl"], row["uppercl"])
    verdict = str(row["verdict"])
    if verdict in {"better", "worse", "higher", "lower"}:
        said = f"{verdict.capitalize()} than the average of {average}"
    elif verdict == "no clear difference":
        said = f"No clear difference from the average of {average}"
    else:
        return f"Not compared with the average of {average}"
    return f"{said}, {_where(row)}"


def title_areas(funnels: pd.DataFrame, ranks: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: in what the region is clearly better and worse than the average of all areas."""
    rows, said = _rows(funnels, ranks), []
    for word in ("worse", "better", "higher", "lower"):
        names = [_name(row) for row in rows if row["verdict"] == word]
        than = "" if said else " than the average of all areas"
        said += [f"{word}{than} on {listing(names, 4)}"] if names else []
    if not said:
        return f"{region_name} shows no clear difference from the average of all areas"
    return f"{region_name} is {' and '.join(said)}"


def subtitle_areas(funnels: pd.DataFrame, ranks: pd.DataFrame) -> str:
    """Return what was chosen and how, and how many figures have no place in a funnel."""
    absent = int(funnels["sign"].isna().sum()) if len(funnels) else 0
    verb = "is" if absent == 1 else "are"
    left_out = f"{plural(absent, 'area')} without a published count {verb} not drawn in a funnel" if absent else ""
    n = len(_rows(funnels, ranks))
    which = "The indicator" if n == 1 else f"The {n} indicators"
    return joined([f"{which} on which it differs most clearly, after correction for the number of tests", left_out])


def alt_areas(funnels: pd.DataFrame, ranks: pd.DataFrame, *, region_name: str) -> str:
    """Describe the charts: kinds, subject, finding, and of each the region's figure, the average and its place."""
    rows = _rows(funnels, ranks)
    n = len(own_rows(funnels))
    kinds = [plural(n, "funnel plot")] if n else []
    kinds += (
        [plural(len(rows) - n, "chart of all areas in order", "charts of all areas in order")] if len(rows) > n else []
    )
    said = f"{listing(kinds)}: {region_name} among all areas" if kinds else ""
    each = "; ".join(_row_words(row) for row in rows)
    title = title_areas(funnels, ranks, region_name=region_name)
    return " ".join(sentence(part) for part in (said, title, each) if part)


def _rows(funnels: pd.DataFrame, ranks: pd.DataFrame) -> list[pd.Series]:
    """The region's row of each indicator, in the order in which they are drawn."""
    return [region_row(part) for table in (funnels, ranks) for part in own_rows(table)]


def _row_words(row: pd.Series) -> str:
    own = with_interval(row["value"], str(row["unit"]), row["lowercl"], row["uppercl"])
    found = finding(row)
    return f"{row['indicator_name']}: {own}, {found[:1].lower()}{found[1:]}"


def _average(row: pd.Series) -> float:
    return float(row["target"] if "target" in row else row["average"])


def _where(row: pd.Series) -> str:
    """Where the region lies: outside or within the funnel's limits, or its place in the order."""
    if "position" in row:
        return str(row["position"])
    place, n = int(row["place"]), int(row["n_areas"])
    ends = ("lowest", "highest") if row["polarity"] == "lower_is_better" else ("highest", "lowest")
    from_end, end = (place, ends[0]) if place <= n / 2 else (n - place + 1, ends[1])
    return f"{_ordinal(from_end)}{end} of {n}"


def _ordinal(place: int) -> str:
    """Nothing for 1, then 2nd, 3rd, 11th, each with a space."""
    if place == 1:
        return ""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th") if place % 100 not in (11, 12, 13) else "th"
    return f"{place}{ending} "


def _name(row: pd.Series) -> str:
    """An indicator's name inside a sentence: a small first letter unless it is an abbreviation; no comma."""
    name, _, which = str(row["short_name"] or row["indicator_name"]).partition(", ")
    name += f" ({which})" if which else ""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
