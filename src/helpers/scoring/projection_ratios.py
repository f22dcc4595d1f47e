"""Projection from past age structures alone: cohort change ratios and child-woman ratios (Hamilton and Perry).

How many of those aged x were there again a year later, aged x + 1, holds deaths and migration together; so no births,
deaths or migrants are known apart. It carries the recent past on, and its intervals say how much the ratios varied.

References
----------
C. H. Hamilton and J. Perry, A Short Method for Projecting Population by Age from One Decennial Census to Another,
Social Forces 1962, 41(2), 163-170; D. A. Swanson, A. Schlottmann and B. Schmidt, Forecasting the Population of Census
Tracts by Age and Sex, Population Research and Policy Review 2010, 29, 47-63.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring import projection_grid as grids
from helpers.scoring import projection_tables as tables
from helpers.scoring.projection_grid import Grid

METHOD = "cohort change ratios (Hamilton-Perry)"
VARIANT = "recent_past"
FEWEST = 5
LEVEL = 5
WINDOW = 10
MOTHERS = (15, 50)
SMALLEST = 0.5
DRAWS = 1000
SEED = 20250101


def project_ratios(
    past: pd.DataFrame, *, years: int, draws: int = DRAWS, seed: int = SEED, confidence: float = 0.95
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Carry the recent past of a population by sex and age on.

    Parameters
    ----------
    past
        One row a year, sex and age group: ``year``, ``sex``, ``age_group`` (single ages, or five-year bands whose years
        are five apart; an open one last), ``population``. The latest years without a gap are used.
    years
        How many years ahead, a multiple of the bands' width.
    draws, seed, confidence
        As `helpers.scoring.projection.project` has them.

    Returns
    -------
    population : DataFrame
        As `helpers.scoring.projection.project` gives it; one variant, ``recent_past``.
    components : DataFrame
        One row a step: ``population_start``, ``change``, ``population_end`` (people), and what the method can tell
        apart: ``newborn`` (people in the youngest band at the end) and ``cohort_change`` (all others less everybody at
        the start: deaths and migration together). ``births``, ``deaths`` and ``net_migration`` are missing.

    Raises
    ------
    ValueError
        If fewer than 6 years (5 changes) stand without a gap, or a band is missing.

    Notes
    -----
    *Ratios.* P(x + 1, t + 1) / P(x, t) by sex; into the open band, its people over those of the last two bands; the
    youngest over women aged 15 to 49 of the same year. *Level*: the mean of the logarithms of the latest 5 changes.
    *Intervals*: the departures of up to 10 past changes from their own mean, widened by sqrt(n / (n - 1)). Each draw
    takes all departures of one past change for the whole future (a lasting difference), and those of another, drawn
    anew, for each step. Whole changes are drawn, so that ages and sexes keep moving together. This is a convention; how
    often such intervals held what came is in docs/needs.md, measured by benchmarks/projection_backtest.py.
    """
    grid, history = _history(past)
    if years < 1 or years % grid.width:
        raise ValueError(f"years has to be a multiple of the bands' width, {grid.width}; got {years}")
    logs = ratios(history, grid)
    departures = logs[-WINDOW:] - logs[-WINDOW:].mean(axis=0)
    departures *= np.sqrt(len(departures) / (len(departures) - 1))
    paths = list(_paths(history[-1], logs[-LEVEL:].mean(axis=0), departures, grid, years // grid.width, draws, seed))
    base = int(past["year"].max())
    words = {"variant": VARIANT, "variant_name": "As in the recent past"}
    people = tables.population_table(paths, grid, base, confidence)
    people = people.assign(**words, method=METHOD, confidence=confidence, n_draws=draws)
    return people[tables.POPULATION], _components(paths, grid, base).assign(**words)


def ratios(history: np.ndarray, grid: Grid) -> np.ndarray:
    """Give the logarithms of all ratios of each change.

    Parameters
    ----------
    history
        People by time, sex and band.

    Returns
    -------
    ndarray
        By change, sex and band that is reached; the youngest: children per woman. An empty band counts as half a
        person, so that a small area's does not break the chain.
    """
    before, after = np.maximum(history[:-1], SMALLEST), np.maximum(history[1:], SMALLEST)
    result = np.empty_like(after)
    result[..., 1:] = after[..., 1:] / before[..., :-1]
    result[..., -1] = after[..., -1] / (before[..., -1] + before[..., -2])
    result[..., 0] = after[..., 0] / np.maximum(_mothers(history[1:], grid), SMALLEST)[..., None]
    return np.log(result)


def _mothers(people: np.ndarray, grid: Grid) -> np.ndarray:
    starts = np.array(grid.starts)
    return people[..., 0, (starts >= MOTHERS[0]) & (starts < MOTHERS[1])].sum(axis=-1)


def _paths(start: np.ndarray, level: np.ndarray, departures: np.ndarray, grid: Grid, steps: int, draws: int, seed: int):
    """Yield people by draw, sex and band, from the base year on; the first draw has no departures."""
    random = np.random.default_rng(seed)
    population = np.broadcast_to(start, (draws, *start.shape)).copy()
    yield population
    lasting = departures[random.integers(0, len(departures), draws)]
    for _ in range(steps):
        passing = departures[random.integers(0, len(departures), draws)]
        off = lasting + passing
        off[0] = 0
        population = _step(population, np.exp(level + off), grid)
        yield population


def _step(population: np.ndarray, ratio: np.ndarray, grid: Grid) -> np.ndarray:
    result = np.empty_like(population)
    result[..., 1:] = population[..., :-1] * ratio[..., 1:]
    result[..., -1] = (population[..., -1] + population[..., -2]) * ratio[..., -1]
    result[..., 0] = _mothers(result, grid)[..., None] * ratio[..., 0]
    return result


def _history(past: pd.DataFrame) -> tuple[Grid, np.ndarray]:
    """The latest years without a gap, by time, sex and band."""
    years = sorted(past["year"].unique())
    grid = grids.grid_of(past[past["year"] == years[-1]], f"past, {years[-1]}")
    kept = [years[-1]]
    while kept[0] - grid.width in years and len(kept) <= WINDOW:
        kept.insert(0, kept[0] - grid.width)
    if len(kept) <= FEWEST:
        apart = "every year" if grid.width == 1 else f"every {grid.width} years"
        raise ValueError(f"past: {FEWEST + 1} populations by sex and age, {apart} without a gap, are needed; "
                         f"up to {years[-1]} there are {len(kept)}")  # fmt: skip
    parts = [grids.numbers(past[past["year"] == year], "population", grid, f"past, {year}") for year in kept]
    return grid, np.stack(parts)


def _components(paths: list[np.ndarray], grid: Grid, base: int) -> pd.DataFrame:
    rows = []
    for number in range(1, len(paths)):
        before, after = paths[number - 1][0], paths[number][0]
        newborn = float(after[:, 0].sum())
        start, end = float(before.sum()), float(after.sum())
        flows = {"newborn": newborn, "cohort_change": end - newborn - start, "change": end - start}
        when = {"year": base + number * grid.width, "years": grid.width}
        rows.append({**when, "population_start": start, **flows, "population_end": end})
    unknown = dict.fromkeys(("births", "deaths", "net_migration"), np.nan)
    return pd.DataFrame(rows).assign(**unknown)
