"""The algebra of a period life table on grids of areas x age bands: no table, no text, no loop over areas.

References: Chiang CL (1984), The Life Table and its Applications, chapter 6 (abridged table, q from the death rate and
the share of the band that those who die in it live); Silcocks PBS, Jenner DA, Reza R (2001), Life expectancy as a
summary of mortality in a population, J Epidemiol Community Health 55:38-43 (variance with the term of the open band);
Sullivan DF (1971), A single index of mortality and morbidity, HSMHA Health Reports 86:347-354 (years weighted by the
share in good health).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LIVED_IN_FIRST_YEAR = 0.1
LIVED_IN_OTHER_BANDS = 0.5


@dataclass(frozen=True)
class Table:
    """A life table of many areas, each array areas x bands.

    ``width`` (years, the open band's missing) and ``lived`` (the share of it that those who die in it live) are one
    line for all areas; ``survivors`` starts at 1; ``dying`` is q; ``rate`` deaths over population; ``exposed`` the
    population.
    """

    width: np.ndarray
    lived: np.ndarray
    rate: np.ndarray
    exposed: np.ndarray
    dying: np.ndarray
    survivors: np.ndarray
    years: np.ndarray


def build(start: np.ndarray, deaths: np.ndarray, population: np.ndarray) -> Table:
    """Work out survivors and years lived in each band from deaths and population.

    ``start`` are the ages at which the bands begin, the last one open. The years lived in the open band are survivors
    over death rate; without deaths there, or without people in any band, they are not finite, which is for the caller
    to blank.
    """
    width = np.diff(start, append=np.nan)
    lived = np.where((start == 0) & (width == 1), LIVED_IN_FIRST_YEAR, LIVED_IN_OTHER_BANDS)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = deaths / population
        dying = width * rate / (1 + width * (1 - lived) * rate)
        dying[:, -1] = 1.0
        survivors = np.cumprod(np.hstack([np.ones((len(rate), 1)), 1 - dying[:, :-1]]), axis=1)
        years = width * survivors * (1 - (1 - lived) * dying)
        years[:, -1] = survivors[:, -1] / rate[:, -1]
    return Table(width, lived, rate, population, dying, survivors, years)


def expectancy(table: Table, share: np.ndarray | float = 1.0, share_variance: np.ndarray | float = 0.0) -> np.ndarray:
    """Return the years still to be lived from the start of each band in a state, and their variance.

    Parameters
    ----------
    table
        The life table.
    share
        The share of the years in each band that is lived in the state (Sullivan); 1 for life expectancy.
    share_variance
        The variance of that share.

    Returns
    -------
    ndarray
        Two grids: years and variance. The variance has the part of the deaths (Chiang and Silcocks, with the years
        weighted by the share) and that of the share.
    """
    share = np.broadcast_to(np.asarray(share, dtype=float), table.rate.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        years = _from_here_on(share * table.years) / table.survivors
        later = np.hstack([years[:, 1:], np.zeros((len(years), 1))])
        effect = (1 - table.lived) * np.nan_to_num(table.width) * share + later
        parts = (table.survivors * effect) ** 2 * _variance_of_dying(table)
        parts[:, -1] = (table.survivors[:, -1] * share[:, -1]) ** 2 / (table.rate[:, -1] ** 3 * table.exposed[:, -1])
        parts = parts + table.years**2 * share_variance
        return np.stack([years, _from_here_on(parts) / table.survivors**2])


def _variance_of_dying(table: Table) -> np.ndarray:
    """Return Chiang's variance of q, q^2 (1 - q) / deaths, written so that no deaths give 0 and not 0 over 0."""
    n, a, m = table.width, table.lived, table.rate
    return n**2 * m * (1 - a * n * m) / (table.exposed * (1 + (1 - a) * n * m) ** 3)


def _from_here_on(parts: np.ndarray) -> np.ndarray:
    """Sum each band with all later ones."""
    return np.cumsum(parts[:, ::-1], axis=1)[:, ::-1]
