"""The arithmetic of a cohort-component projection: survival, births and migration, one step of a band's width a time.

References
----------
S. H. Preston, P. Heuveline and M. Guillot, Demography: Measuring and Modeling Population Processes (2001), chapters 3
and 6; S. K. Smith, J. Tayman and D. A. Swanson, A Practitioner's Guide to State and Local Population Projections
(2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BOYS_PER_GIRL = 1.05


@dataclass(frozen=True)
class Step:
    """What one step did, for every draw: ``population`` at its end by sex and band, and the flows within it.

    ``births`` are by sex; ``deaths`` and ``migrants`` by sex and the band in which the people stand at the end.
    """

    population: np.ndarray
    births: np.ndarray
    deaths: np.ndarray
    migrants: np.ndarray


def survival(death_rates: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the shares that live through a step: of each band into the next, within the open band, and of newborns.

    Parameters
    ----------
    death_rates
        Deaths per person and year, bands along the last axis.
    width
        Years.

    Notes
    -----
    Within a band the force of mortality is taken as constant, so that l falls as exp(-m t) and
    L = (l(start) - l(end)) / m (Preston et al., section 3.5). Survival from a closed band is L(next) / L(own); into the
    open band, L of its first ``width`` years over L(own); within it, exp(-width m). Newborns come evenly over the step,
    and L(first) / (width l(0)) of them are alive at its end. With wide first bands this puts the deaths of infants too
    evenly over them.
    """
    through = np.exp(-width * death_rates)
    lived = _mean_of_exponential(width * death_rates)
    reached = np.concatenate([np.ones_like(through[..., :1]), np.cumprod(through, axis=-1)[..., :-1]], axis=-1)
    years = reached * lived
    return years[..., 1:] / years[..., :-1], through[..., -1], lived[..., 0]


def _mean_of_exponential(x: np.ndarray) -> np.ndarray:
    """The mean of exp(-t) for t from 0 to x: (1 - exp(-x)) / x, and 1 where x is 0."""
    return np.where(x > 1e-12, -np.expm1(-x) / np.maximum(x, 1e-12), 1.0)


def advance(
    population: np.ndarray,
    *,
    death_rates: np.ndarray,
    birth_rates: np.ndarray,
    migrants: np.ndarray,
    width: int,
    boys_per_girl: float = BOYS_PER_GIRL,
) -> Step:
    """Carry a population one step on.

    Parameters
    ----------
    population
        People by draw, sex (female, male) and band.
    death_rates
        Deaths per person and year, in the same shape.
    birth_rates
        Births per woman and year by draw and band.
    migrants
        Net people a year by draw, sex and band; where more leave than are there, only those who are there leave.
    width
        Of the bands and the step, in years.
    boys_per_girl
        At birth.

    Notes
    -----
    Half of the migrants come at the start and live through the step, half at its end (Smith et al.). Births are the
    rates times the mean of the women at both ends. Population at the end = population at the start + births - deaths +
    migrants, in every draw, sex and cohort.
    """
    early = np.maximum(width * migrants / 2, -population)
    there = population + early
    onward, staying, newborn = survival(death_rates, width)
    aged = np.zeros_like(there)
    aged[..., 1:] = there[..., :-1] * onward
    aged[..., -1] += there[..., -1] * staying
    late = np.maximum(width * migrants / 2, -aged)
    women = (population[..., 0, :] + aged[..., 0, :] + late[..., 0, :]) / 2
    born = width * (women * birth_rates).sum(axis=-1)
    births = born[..., None] * np.array([1, boys_per_girl]) / (1 + boys_per_girl)
    late[..., 0] = np.maximum(width * migrants[..., 0] / 2, -births * newborn)
    before = np.concatenate([births[..., None], there[..., :-1]], axis=-1)
    before[..., -1] += there[..., -1]
    aged[..., 0] = births * newborn
    moved = np.concatenate([np.zeros_like(early[..., :1]), early[..., :-1]], axis=-1)
    moved[..., -1] += early[..., -1]
    return Step(aged + late, births, before - aged, moved + late)
