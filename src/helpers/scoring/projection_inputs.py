"""From counted births, deaths and migration to the rates of a projection, each with its years and how it was made.

Nothing is distributed silently: ``basis`` says of each input what it rests on, and of a missing one what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.scoring import age_bands
from helpers.scoring.population import POPULATION
from helpers.scoring.projection_births import BIRTHS, birth_rates
from helpers.scoring.projection_flows import OLDEST, TOGETHER, Area, Found, cells, files_of, latest
from helpers.scoring.projection_grid import SEXES, Grid
from helpers.scoring.projection_migration import MIGRATION, net_migrants
from helpers.scoring.wording import listing, number

DEATHS = "deaths"
NAMES = {POPULATION: "Population", DEATHS: "Deaths", BIRTHS: "Births", MIGRATION: "Net migration"}
WIDTHS = (1, age_bands.FIVE)
LOWEST_OPEN = 50
BASE = ["sex", "age_group", "population"]
RATES = ["sex", "age_group", "death_rate", "birth_rate", "net_migrants"]
BASIS = ["input", "input_name", "is_there", "is_stand_in", "years", "how", "file"]


@dataclass(frozen=True)
class Inputs:
    """What a cohort-component projection of one area takes.

    Attributes
    ----------
    base, rates : DataFrame
        As `helpers.scoring.projection.project` takes them, on the same bands; no rows where an input is missing.
    base_year : int
        Of the population; 0 where there is none.
    basis : DataFrame
        One row an input (population, deaths, births, net migration) and file: ``input`` (the indicator),
        ``input_name``, ``is_there``, ``is_stand_in`` (lent from the country, or spread by a profile), ``years`` (that
        were pooled: "2016-2020"), ``how`` (what was done; of a missing one, what is missing), ``file``.
    """

    base: pd.DataFrame
    rates: pd.DataFrame
    base_year: int
    basis: pd.DataFrame


def projection_inputs(
    indicators: pd.DataFrame,
    area_code: str,
    *,
    parts: Collection[str] = (),
    country: str = "",
    country_parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Inputs:
    """Turn counted births, deaths and migration into rates by sex and age, on the finest bands that they have.

    Parameters
    ----------
    indicators
        One row a figure: ``population`` and ``deaths`` by sex and age, ``births`` (by the mother's age group, or all),
        ``net_migration`` (by sex and age, by age, or all), for single years.
    area_code, parts
        As in `helpers.scoring.population.pyramid`.
    country, country_parts
        The code of the country whose death and birth rates stand in where the area has none, "" for none, and the
        codes of the areas that make it up.
    names
        Names of areas by code.

    Returns
    -------
    Inputs

    Notes
    -----
    *Bands.* Single years of age where population and deaths have them and every sex and age has people, else five-year
    bands; up to the lower of their open ends. The area's own deaths by five-year band come before the country's by
    single age. *Years.* The latest five, within ten before the base year, that have what a rate takes, added up before
    dividing. *Deaths* are over the population of the same years; where the area has none by sex and age, the country's
    rates stand in as they are, not scaled. Somebody must have died in the open bands. *Births* and *net migration*: see
    `projection_births.birth_rates` and `projection_migration.net_migrants`.

    A mean over years says nothing of where births, deaths and migration are heading, and a total that was spread over
    ages nothing of the ages at which people move: the young move more than the old.
    """
    wanted, called = _recent(indicators, [area_code, *parts]), names or {}
    own = Area(wanted, area_code, tuple(parts), called.get(area_code, area_code))
    other = None
    if country and country != area_code:
        other = Area(wanted, country, tuple(country_parts), called.get(country, country))
    best = None
    for source in (own, other) if other else (own,):
        for width in WIDTHS:
            found = _at(own, other, source, width)
            if len(found.rates):
                return found
            best = found if best is None or _given(found) > _given(best) else best
    return best


def _recent(indicators: pd.DataFrame, areas: Collection[str]) -> pd.DataFrame:
    """The figures that can be inputs, from ten years before the areas' latest population on."""
    wanted = indicators[indicators["indicator"].isin(NAMES)]
    own = wanted[(wanted["indicator"] == POPULATION) & wanted["area_code"].isin(areas)]
    if own.empty or "period_end" not in wanted:
        return wanted
    ends = pd.to_datetime(wanted["period_end"])
    return wanted[ends >= pd.Timestamp(ends[own.index].max().year - OLDEST, 1, 1)]


def _given(found: Inputs) -> tuple[bool, int]:
    """Whether there is a population on the bands, and how many of the inputs are there."""
    return found.base_year > 0, found.basis.loc[found.basis["is_there"], "input"].nunique()


def _at(own: Area, other: Area | None, source: Area, width: int) -> Inputs:
    """All inputs on bands of one width, death rates from one of the two areas."""
    people = own.by_age(POPULATION, width)
    if people.empty or people["age_from"].max() < LOWEST_OPEN:
        return _without_population(own)
    base_year = int(people["year"].max())
    living = people if source is own else source.by_age(POPULATION, width)
    died = source.by_age(DEATHS, width)
    grid = _grid([people, living, died], base_year, width)
    base = cells(people, [base_year], grid)
    return _inputs(
        {
            POPULATION: _population(people, base, base_year, grid),
            DEATHS: _deaths(own, other, source, living, died, base_year, grid),
            BIRTHS: birth_rates(own, other, people, base_year, grid),
            MIGRATION: net_migrants(own, base, base_year, grid),
        },
        base_year,
        grid,
    )


def _grid(tables: Collection[pd.DataFrame], base_year: int, width: int) -> Grid:
    """Bands up to the lowest open end that any year in reach has."""
    recent = [table[table["year"] > base_year - OLDEST] for table in tables]
    ends = [table.groupby("year")["age_from"].max().min() for table in recent if len(table)]
    return Grid(width, tuple(range(0, int(min(ends)) + 1, width)))


def _population(people: pd.DataFrame, base: np.ndarray, base_year: int, grid: Grid) -> Found:
    bands = "single year of age" if grid.width == 1 else f"band of {grid.width} years"
    how = f"{number(base.sum(), 0)} people in the base year, by sex and {bands} up to {grid.labels[-1]}"
    return Found(base, how, (base_year,), files_of(people))


def _deaths(
    own: Area,
    other: Area | None,
    source: Area,
    living: pd.DataFrame,
    died: pd.DataFrame,
    base_year: int,
    grid: Grid,
) -> Found:
    """Pooled deaths over pooled people; missing where no year has both, a band has no people or the last no deaths."""
    years = latest(set(died["year"]) & set(living["year"]), base_year)
    people, counted = (cells(table, years, grid) for table in (living, died))
    is_sound = (people > 0).all() and (counted[:, -1] > 0).all() and grid.starts[-1] >= LOWEST_OPEN
    if not years or not is_sound:
        beside = f", or of {other.name}," if other else ""
        same = "with the population of the same year, at most ten years old"
        return Found(None, f"deaths by sex and age of {own.name}{own.hidden(DEATHS)}{beside} {same}")
    how = f"{number(counted.sum(), 0)} deaths by sex and age, over the people of the same years"
    if source is not own:
        lacking = f"there are no usable deaths of {own.name} by sex and age{own.hidden(DEATHS)}"
        how = f"{source.name}'s death rates as they are, since {lacking}"
    return Found(counted / people, how, tuple(years), files_of(died), is_stand_in=source is not own)


def _inputs(found: Mapping[str, Found], base_year: int, grid: Grid) -> Inputs:
    """The tables of what was found."""
    basis = _basis(found)
    if not basis["is_there"].all():
        return Inputs(pd.DataFrame(columns=BASE), pd.DataFrame(columns=RATES), base_year, basis)
    rows = pd.DataFrame([(sex, band) for sex in SEXES for band in grid.labels], columns=BASE[:2])
    births = np.vstack([found[BIRTHS].numbers, np.zeros(len(grid.starts))])
    rates = rows.assign(
        death_rate=found[DEATHS].numbers.ravel(),
        birth_rate=births.ravel(),
        net_migrants=found[MIGRATION].numbers.ravel(),
    )
    base = rows.assign(population=found[POPULATION].numbers.ravel())
    return Inputs(base[BASE], rates[RATES], base_year, basis)


def _without_population(own: Area) -> Inputs:
    """What is known where the population is missing: which of the others are given at all."""
    bands = "in single years or five-year bands up to an open one of 50 or later"
    found = {POPULATION: Found(None, f"population of {own.name} by sex and age, {bands}{own.hidden(POPULATION)}")}
    for name in (DEATHS, BIRTHS, MIGRATION):
        given = own.as_given(name)
        years = tuple(given["year"].unique())
        unused = Found(np.zeros(0), "given, but not used without the population", years, files_of(given))
        found[name] = unused if years else Found(None, f"{NAMES[name].lower()} of {own.name}")
    return Inputs(pd.DataFrame(columns=BASE), pd.DataFrame(columns=RATES), 0, _basis(found))


def _basis(found: Mapping[str, Found]) -> pd.DataFrame:
    rows = [
        (name, NAMES[name], one.numbers is not None, one.is_stand_in, _span(one.years), one.how, file)
        for name, one in found.items()
        for file in one.files or ("",)
    ]
    return pd.DataFrame(rows, columns=BASIS).drop_duplicates(["input", "file"], ignore_index=True)


def _span(years: Collection[int]) -> str:
    """The years in words: "2016-2020", or "2016, 2018 and 2019" where they do not follow each other."""
    order = sorted(int(year) for year in years)
    if len(order) > 2 and order[-1] - order[0] == len(order) - 1:
        return f"{order[0]}-{order[-1]}"
    return listing([str(year) for year in order], TOGETHER)
