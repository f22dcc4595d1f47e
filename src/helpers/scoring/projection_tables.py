"""Drawn futures as tables: one row a year, sex and age group, or a step and its components, each with its limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.projection_grid import SEXES, Grid, groups
from helpers.scoring.projection_steps import Step

POPULATION = [
    "variant", "variant_name", "year", "is_base", "sex", "age_group", "age_from", "population", "lowercl", "uppercl",
    "method", "confidence", "n_draws",
]  # fmt: skip
FLOWS = ("births", "deaths", "net_migration", "change")
COMPONENTS = [
    "variant", "variant_name", "year", "years", "population_start",
    *[f"{flow}{end}" for flow in FLOWS for end in ("", "_lowercl", "_uppercl")], "population_end",
]  # fmt: skip


def limits(values: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The quantiles of the draws (first axis) that hold the middle share ``confidence`` of them."""
    tail = (1 - confidence) / 2
    return tuple(np.quantile(values, [tail, 1 - tail], axis=0))


def population_table(paths: Sequence[np.ndarray], grid: Grid, base_year: int, confidence: float) -> pd.DataFrame:
    """The population of every year by sex and age group, the first draw as the value and the draws' quantiles.

    Parameters
    ----------
    paths
        For each year that a step ends in, from the base year on: people by draw, sex and band.
    """
    parts = []
    for number, path in enumerate(paths):
        for name, start, bands in groups(grid):
            people = path[..., bands].sum(axis=-1)
            people = np.column_stack([people.sum(axis=-1), people])
            lower, upper = limits(people, confidence)
            columns = {"sex": ["all", *SEXES], "population": people[0], "lowercl": lower, "uppercl": upper}
            year = base_year + number * grid.width
            parts.append(pd.DataFrame(columns).assign(age_group=name, age_from=start, year=year, is_base=number == 0))
    return pd.concat(parts, ignore_index=True)


def component_table(
    paths: Sequence[np.ndarray], steps: Sequence[Step], grid: Grid, base_year: int, confidence: float
) -> pd.DataFrame:
    """The components of change of every step; see `projection.project`."""
    rows = []
    for number, (before, step) in enumerate(zip(paths, steps, strict=False), start=1):
        flows = {
            "births": step.births.sum(axis=-1),
            "deaths": step.deaths.sum(axis=(-1, -2)),
            "net_migration": step.migrants.sum(axis=(-1, -2)),
        }
        flows["change"] = flows["births"] - flows["deaths"] + flows["net_migration"]
        start = float(before[0].sum())
        row = {"year": base_year + number * grid.width, "years": grid.width, "population_start": start}
        for flow, values in flows.items():
            lower, upper = limits(values, confidence)
            row |= {flow: values[0], f"{flow}_lowercl": lower, f"{flow}_uppercl": upper}
        rows.append(row | {"population_end": start + row["change"]})
    return pd.DataFrame(rows)
