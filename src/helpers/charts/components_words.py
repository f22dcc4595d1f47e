"""Title, subtitle and alt text of the components of change; "more" only where the intervals say so in every step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.charts.projection_words import rounded
from helpers.charts.words import joined
from helpers.scoring.wording import number, sentence

NOTHING = "The projection does not tell births, deaths and migration apart."
FLOWS = ("births", "deaths", "net_migration")
ALL = (*FLOWS, "change")


def first_variant(components: pd.DataFrame) -> pd.DataFrame:
    """The steps of the first variant with every flow per year; no rows where births and deaths are not told apart.

    ``year_name`` names a step: its end year, or both its ends where it is longer than a year.
    """
    if components.empty or components[list(FLOWS)].isna().any(axis=None):
        return components.iloc[:0]
    own = components[components["variant"] == components["variant"].iloc[0]].sort_values("year")
    columns = [name for flow in ALL for name in (flow, f"{flow}_lowercl", f"{flow}_uppercl")]
    names = [str(end) if years == 1 else f"{end - years}–{str(end)[-2:]}"
             for end, years in zip(own["year"].astype(int), own["years"].astype(int), strict=True)]  # fmt: skip
    return own.assign(**{name: own[name].astype(float) / own["years"] for name in columns}, year_name=names)


def title_components(components: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: births beside deaths, and migration, each only where its intervals agree in every step."""
    own = first_variant(components)
    if own.empty:
        return f"Births, deaths and migration of {region_name} are not told apart"
    return f"{_natural(own)} in {region_name}, and {_moving(own)}"


def _natural(own: pd.DataFrame) -> str:
    if (own["births_lowercl"] > own["deaths_uppercl"]).all():
        return "More people would be born than die"
    if (own["births_uppercl"] < own["deaths_lowercl"]).all():
        return "More people would die than be born"
    return "Whether births or deaths will be more is open"


def _moving(own: pd.DataFrame) -> str:
    if (own["net_migration_lowercl"] > 0).all():
        return "more would come than leave"
    if (own["net_migration_uppercl"] < 0).all():
        return "more would leave than come"
    if np.allclose(own[["net_migration_lowercl", "net_migration_uppercl"]].to_numpy(dtype=float), 0):
        return "as many would come as leave"
    return "whether more come or leave is open"


def subtitle_components(components: pd.DataFrame) -> str:
    """Return measure, years and variant."""
    own = first_variant(components)
    if own.empty:
        return ""
    first, last = own.iloc[0], own.iloc[-1]
    start = int(first["year"] - first["years"])
    steps = "" if (own["years"] == 1).all() else f"yearly means of {number(first['years'], 0)} years"
    years = f"{start} to {int(last['year'])}, base year {start}"
    variant = f"variant: {first['variant_name']}"
    return joined(["What the projected change is made of, people a year", steps, years, variant])


def alt_components(components: pd.DataFrame, *, region_name: str) -> str:
    """Describe the bars: kind, subject, finding, and the first and last step."""
    own = first_variant(components)
    if own.empty:
        return NOTHING
    kind = f"Bars of projected births, deaths and net migration of {region_name} with a line of the change"
    ends = [own.iloc[0]] if len(own) == 1 else [own.iloc[0], own.iloc[-1]]
    said = [kind, title_components(components, region_name=region_name), *map(_step, ends)]
    return " ".join(sentence(part) for part in said)


def _step(row: pd.Series) -> str:
    flows = f"births {rounded(row['births'])}, deaths {rounded(row['deaths'])}"
    between = f"{rounded(row['change_lowercl'])} to {rounded(row['change_uppercl'])}"
    moved = f"net migration {rounded(row['net_migration'])}, change {rounded(row['change'])} ({between})"
    return f"{row['year_name']}: {flows}, {moved}"
