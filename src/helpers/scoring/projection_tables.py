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
BOTH = ("all", *SEXES)
FLOWS = ("births", "deaths", "net_migration", "change")
COMPONENTS = [
    "variant", "variant_name", "year", "years", "population_start",
    *[f"{flow}{end}" for flow in FLOWS for end in ("", "_lowercl", "_uppercl")], "population_end",
    "confidence",
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
    shown = groups(grid)
    names = pd.MultiIndex.from_product(
        [[base_year + number * grid.width for number in range(len(paths))], [name for name, _, _ in shown], BOTH],
        names=["year", "age_group", "sex"],
    )
    table = names.to_frame(index=False)
    table["age_from"] = table["age_group"].map({name: start for name, start, _ in shown})
    table["is_base"] = table["year"] == base_year
    people = np.concatenate([_people(path, shown) for path in paths], axis=1)
    table["population"] = people[0]
    table["lowercl"], table["uppercl"] = limits(people, confidence)
    return table


def _people(path: np.ndarray, shown: Sequence[tuple[str, int, np.ndarray]]) -> np.ndarray:
    """People by draw, and in a row by age group and both sexes together, females, males."""
    by_group = np.stack([path[..., bands].sum(axis=-1) for _, _, bands in shown], axis=1)
    return np.concatenate([by_group.sum(axis=-1, keepdims=True), by_group], axis=-1).reshape(len(path), -1)


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
