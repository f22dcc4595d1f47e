"""How well the recent past carried on foretold what came: cohort change ratios tried out on Scotland's council areas.

    .venv/bin/python benchmarks/projection_backtest.py MID_YEAR_ESTIMATES.csv.gz

The file holds National Records of Scotland's mid-year estimates 1998-2018 with the columns Area, Year, Sex (F, M), Age
(0 to 90, the last one open) and Population. Each council area is projected from the years before a base year alone and
set beside the estimate that came later. Printed are the mean absolute error in % of the population that came, the mean
error (below 0: too few were foretold), and the share of 95 % intervals that held it. The same estimates stood at both
ends, so errors of the estimates themselves do not count; areas of one country err together.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from helpers.scoring.projection_ratios import project_ratios

TRIALS = ((1998, 2003, 2008), (1998, 2008, 2013), (1998, 2008, 2018), (1998, 2013, 2018))
TOTALS = ("all", "0-15", "16-64", "65+", "75+", "85+")
DRAWS = 1000


def read(path: str) -> pd.DataFrame:
    """One row an area, year, sex and single year of age."""
    table = pd.read_csv(path).rename(columns=str.lower)
    table = table[table["area"] != "Scotland"]
    ages = table["age"].astype(str).replace("90", "90+")
    return table.assign(sex=table["sex"].map({"F": "female", "M": "male"}), age_group=ages)


def trial(table: pd.DataFrame, first: int, base: int, then: int) -> pd.DataFrame:
    """Project every area from ``first`` to ``base`` beside the estimate of ``then``, one row a sex and age group."""
    rows = []
    for area, own in table.groupby("area"):
        known = own[own["year"].between(first, base)]
        found, _ = project_ratios(known, years=then - base, draws=DRAWS)
        came, _ = project_ratios(own[own["year"].between(then - 5, then)], years=1, draws=2)
        keys = ["sex", "age_group"]
        came = came.loc[came["is_base"], [*keys, "population"]].rename(columns={"population": "came"})
        rows.append(found[found["year"] == then].merge(came, on=keys, validate="1:1").assign(area=area))
    return pd.concat(rows, ignore_index=True)


def measured(found: pd.DataFrame) -> pd.DataFrame:
    """Errors and coverage by age group: totals of both sexes, and all five-year bands by sex together."""
    error = 100 * (found["population"] / found["came"] - 1)
    held = 100 * found["came"].between(found["lowercl"], found["uppercl"])
    width = 100 * (found["uppercl"] - found["lowercl"]) / found["population"]
    table = found.assign(error=error, absolute=error.abs(), held=held, width=width)
    is_total = table["age_group"].isin(TOTALS) & (table["sex"] == "all")
    is_band = ~table["age_group"].isin(TOTALS) & (table["sex"] != "all")
    table = table[is_total | is_band].assign(group=table["age_group"].where(is_total, "five-year bands by sex"))
    return table.groupby("group", sort=False)[["absolute", "error", "held", "width"]].mean()


def main(path: str) -> None:
    table = read(path)
    for first, base, then in TRIALS:
        found = measured(trial(table, first, base, then))
        print(f"\n{table['area'].nunique()} areas, {then} from {first}-{base}")
        print(f"{'':24}{'|error| %':>10}{'error %':>10}{'held %':>10}{'width %':>10}")
        for group, row in found.iterrows():
            print(f"{group:24}" + "".join(f"{value:10.1f}" for value in np.asarray(row)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
