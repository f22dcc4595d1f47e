"""Cohort-component projection: a base population, rates and migration, under named assumptions with intervals.

What a projection says holds if its assumptions hold. Its intervals span the declared intervals of the assumptions and
nothing else: no wrong base population, no change that nobody declared, no chance of single births and deaths.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.scoring import projection_assumptions as assumed
from helpers.scoring import projection_grid as grids
from helpers.scoring import projection_tables as tables
from helpers.scoring.projection_grid import Grid
from helpers.scoring.projection_steps import BOYS_PER_GIRL, Step, advance

METHOD = "cohort-component projection"
DRAWS = 1000
SEED = 20250101


def project(
    base: pd.DataFrame,
    rates: pd.DataFrame,
    assumptions: pd.DataFrame,
    *,
    base_year: int,
    years: int,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = 0.95,
    boys_per_girl: float = BOYS_PER_GIRL,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Project a population by sex and age under each named variant.

    Parameters
    ----------
    base
        One row a sex (female, male) and age group (single ages or five-year bands, an open one last): ``population``
        (people).
    rates
        The same rows: ``death_rate`` (deaths per person and year), ``birth_rate`` (births per woman and year; not read
        for males), ``net_migrants`` (people a year, in less out). Optional ``migration_profile``: how the assumption
        ``migration`` is spread over the rows (any weights of 0 or more); else in proportion to the base population.
    assumptions
        One row a variant, as `projection_assumptions.check_assumptions` says: factors on death and birth rates, yearly
        fall of death rates, a factor on net migration and further net migration, each with its 95 % interval.
    base_year
        The year of the base population.
    years
        How many years ahead; a multiple of the bands' width, which is the length of a step.
    draws, seed
        How many futures are drawn from the intervals for each variant; the same seed gives the same limits, and the
        same variant has the same limits whatever variants stand beside it.
    confidence
        Of the limits, which are quantiles of the draws.
    boys_per_girl
        At birth.

    Returns
    -------
    population : DataFrame
        One row a variant, year, sex (all, female, male) and age group (five-year bands, and the totals all, 0-15,
        16-64, 65+, 75+, 85+ as far as the bands have these ends): ``variant``, ``variant_name``, ``year``, ``is_base``,
        ``sex``, ``age_group``, ``age_from``, ``population`` (people; each parameter at its value), ``lowercl``,
        ``uppercl``, ``method``, ``confidence``, ``n_draws``.
    components : DataFrame
        One row a variant and step: ``variant``, ``variant_name``, ``year`` (its end), ``years`` (its length),
        ``population_start``, ``births``, ``deaths``, ``net_migration``, ``change``, ``population_end`` (people), each
        flow with ``_lowercl`` and ``_uppercl``, ``confidence``. births - deaths + net_migration = change = end - start,
        exactly in every draw and so in the values; not in the limits, which are quantiles.

    Raises
    ------
    ValueError
        If a table lacks a column, its bands do not fit, a number cannot be, or an assumption lies outside its interval.

    Notes
    -----
    See `projection_steps.advance` for a step and `projection_assumptions.draw` for the draws. A drawn parameter holds
    for all years, so that intervals widen with time.
    """
    grid = grids.grid_of(base, "base")
    if years < 1 or years % grid.width:
        raise ValueError(f"years has to be a multiple of the bands' width, {grid.width}; got {years}")
    start = grids.numbers(base, "population", grid, "base")
    known = _rates(rates, grid, start)
    variants = assumed.check_assumptions(assumptions)
    populations, components = [], []
    for _, row in variants.iterrows():
        drawn = assumed.draw(row, draws, np.random.default_rng([seed, *row["variant"].encode()]))
        steps = list(run(start, known, drawn, grid=grid, steps=years // grid.width, boys_per_girl=boys_per_girl))
        words = {"variant": row["variant"], "variant_name": row["variant_name"]}
        paths = [np.broadcast_to(start, steps[0].population.shape), *(step.population for step in steps)]
        populations.append(tables.population_table(paths, grid, base_year, confidence).assign(**words))
        flows = tables.component_table(paths, steps, grid, base_year, confidence)
        components.append(flows.assign(**words, confidence=confidence))
    people = pd.concat(populations, ignore_index=True).assign(method=METHOD, confidence=confidence, n_draws=draws)
    return people[tables.POPULATION], pd.concat(components, ignore_index=True)[tables.COMPONENTS]


def run(
    start: np.ndarray,
    known: dict[str, np.ndarray],
    drawn: dict[str, np.ndarray],
    *,
    grid: Grid,
    steps: int,
    boys_per_girl: float = BOYS_PER_GIRL,
) -> Iterator[Step]:
    """Carry every drawn future on, one step after the other.

    Parameters
    ----------
    start
        People by sex and band.
    known
        ``death_rate`` and ``net_migrants`` by sex and band, ``birth_rate`` by band, ``migration_profile`` by sex and
        band with the sum 1.
    drawn
        A value for each draw of each parameter of `projection_assumptions.PARAMETERS`.
    """
    draws = len(drawn["mortality"])
    population = np.broadcast_to(start, (draws, *start.shape)).copy()
    births = drawn["fertility"][:, None] * known["birth_rate"]
    factor, further = (drawn[name][:, None, None] for name in ("migration_factor", "migration"))
    migrants = factor * known["net_migrants"] + further * known["migration_profile"]
    for number in range(steps):
        middle = grid.width * (number + 0.5)
        factor = drawn["mortality"] * (1 - drawn["improvement_pct"] / 100) ** middle
        step = advance(
            population,
            death_rates=factor[:, None, None] * known["death_rate"],
            birth_rates=births,
            migrants=migrants,
            width=grid.width,
            boys_per_girl=boys_per_girl,
        )
        population = step.population
        yield step


def _rates(rates: pd.DataFrame, grid: Grid, start: np.ndarray) -> dict[str, np.ndarray]:
    """The rates on the grid, refused where they cannot be."""
    rows = rates.copy()
    if "birth_rate" in rows:
        rows["birth_rate"] = rows["birth_rate"].where(rows["sex"] == "female", 0.0)
    births = grids.numbers(rows, "birth_rate", grid, "rates")[0]
    if births[0] > 0:
        raise ValueError(f"rates: birth_rate of the youngest band, {grid.labels[0]}, has to be 0")
    profile = grids.numbers(rows, "migration_profile", grid, "rates") if "migration_profile" in rows else start
    if profile.sum() <= 0:
        raise ValueError("rates: migration_profile has to be above 0 in some row")
    return {
        "death_rate": grids.numbers(rows, "death_rate", grid, "rates"),
        "birth_rate": births,
        "net_migrants": grids.numbers(rows, "net_migrants", grid, "rates", lowest=-np.inf),
        "migration_profile": profile / profile.sum(),
    }
