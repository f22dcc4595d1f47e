"""The slope and the relative index of inequality by deprivation, under the two conventions published in Britain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring import confidence as levels
from helpers.scoring import conventions, slopes
from helpers.scoring.confidence import Confidence, Data
from helpers.scoring.conventions import Indices
from helpers.scoring.estimated import beside_keys
from helpers.scoring.grids import check_rows
from helpers.scoring.quantile_grid import BACK, Quantiles, quantiles

CONVENTIONS = ("phe", "scotpho")
SCALES = {"rate": "log", "proportion": "logit"}
DRAWS = 10_000
SEED = 20_250_401


def slope_index(
    t: pd.DataFrame,
    by: Sequence[str] = ("area",),
    *,
    quantile: Data,
    population: Data,
    value: Data,
    se: Data | None = None,
    lowercl: Data | None = None,
    uppercl: Data | None = None,
    value_type: str = "normal",
    convention: str = "phe",
    confidence: Confidence = 0.95,
    transform: bool = False,
    multiplier: float = 1,
    overall: Data | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Work out the slope and the relative index of inequality.

    Parameters
    ----------
    t
        One row an area and quantile.
    by
        The columns that name an area.
    quantile
        Its number, 1 the most deprived.
    population, value
        The people of the quantile and its value. Zero is a value; a missing one is not.
    se, lowercl, uppercl
        The value's standard error, or else its 95 % limits. A proportion without either gets the binomial one from its
        population. The ScotPHO convention takes none.
    value_type
        "normal" (life expectancy, means), "rate" or "proportion" (0 to 1).
    convention
        "phe" or "scotpho".
    confidence
        One level or several; see `helpers.scoring.confidence`.
    transform
        Fit the line through the logarithms of rates or the logits of proportions (PHE convention).
    multiplier
        Multiplies the slope index, never the relative one: 100 gives a proportion's in percentage points. A negative
        one turns both round, for values of which more is worse (PHE) or better (ScotPHO).
    overall
        ScotPHO convention: the area's overall value, the same in all its rows; the mean of the quantiles weighted by
        their populations where it is not given.
    draws, seed
        For the limits that are simulated.

    Returns
    -------
    DataFrame
        One row an area, in the order of the table: the columns of ``by``; ``sii`` and ``rii``, each with ``_lowercl``
        and ``_uppercl``; ``most_deprived_end`` and ``least_deprived_end``, the line's heights; ``overall``;
        ``population``; ``n_quantiles``; ``convention``, ``method``, and ``reason`` where something is blank.

    Raises
    ------
    ValueError
        If an option is none of those named, or the input impossible (`quantile_grid.quantiles`).

    Notes
    -----
    *PHE.* ``sii`` is the least less the most deprived end and ``rii`` the least over the most deprived one (1 means
    equal). The limits hold the chance in each value. Those of the slope have a closed form; those of a ratio of ends,
    and of lines on another scale, are quantiles of seeded draws, but for the ratio on the logarithmic scale, which is
    exact. A limit of the ratio that lies where an end is at or below 0 is blank.

    *ScotPHO.* ``sii`` is the most less the least deprived end, ``rii`` that over the overall value (0 means equal), and
    the limits are those of the regression (Student's t with quantiles - 2 degrees of freedom), the overall value taken
    as fixed. They say how well a line fits and hold no chance in the values: five quantiles on a line have limits of
    width 0, however small the area.

    An area that lacks a quantile that others have, or its population or value, is blank with a reason, as at ScotPHO.
    """
    _check_options(value_type, convention, multiplier, transform=transform)
    scale = SCALES[value_type] if transform else "natural"
    given = {"quantile": quantile, "population": population, "value": value, "value_type": value_type, "scale": scale}
    grades = levels.levels(confidence)
    if convention == "phe":
        found = quantiles(t, by, **given, se=se, lowercl=lowercl, uppercl=uppercl)
        indices = conventions.phe(found, scale, multiplier, grades, draws, seed)
    else:
        found = quantiles(t, by, **given)
        indices = conventions.scotpho(found, multiplier, grades, _overall(t, found, overall))
    return _table(found, indices, scale, confidence, convention)


def _check_options(value_type: str, convention: str, multiplier: float, *, transform: bool) -> None:
    if convention not in CONVENTIONS:
        raise ValueError(f"convention must be one of {', '.join(CONVENTIONS)}; got {convention!r}")
    if not np.isfinite(multiplier) or multiplier == 0:
        raise ValueError(f"multiplier is a number other than 0; got {multiplier!r}")
    if transform and value_type not in SCALES:
        raise ValueError(f"transform is for {' and '.join(SCALES)}; the value_type is {value_type!r}")
    if transform and convention != "phe":
        raise ValueError("transform belongs to the PHE convention; ScotPHO fits the values as they are")


def _overall(t: pd.DataFrame, found: Quantiles, overall: Data | None) -> np.ndarray:
    """The overall value of each area, which all its rows have to agree on."""
    if overall is None:
        return found.overall
    values = found.lines.fill(levels.column(t, overall, "overall"))
    first = values[np.arange(len(values)), np.argmax(found.lines.has_row, axis=1)]
    differs = found.lines.has_row & (values != first[:, None]) & ~(np.isnan(values) & np.isnan(first)[:, None])
    wrong = np.zeros(len(t), dtype=bool)
    wrong[found.lines.rows[differs]] = True
    check_rows(t, wrong, "overall: an area has one overall value, the same in all its rows")
    return first


def _table(found: Quantiles, indices: Indices, scale: str, confidence: Confidence, convention: str) -> pd.DataFrame:
    """Write the indices with their columns of limits, blank where an area has a reason."""
    lines = slopes.fit(found.share, found.value)
    columns = {}
    for name, values, limits in (
        ("sii", indices.sii, indices.sii_limits),
        ("rii", indices.rii, indices.rii_limits),
    ):
        columns |= {name: values, **dict(zip(levels.limit_columns(name, confidence), limits, strict=True))}
    columns["most_deprived_end"] = BACK[scale](lines.start)
    columns["least_deprived_end"] = BACK[scale](lines.start + lines.slope)
    columns["overall"] = indices.overall
    columns = {name: found.blanked(values) for name, values in columns.items()}
    said = {"convention": convention, "method": indices.method, "reason": indices.reasons}
    counts = {"population": np.nansum(found.population, axis=1), "n_quantiles": found.lines.has_row.sum(axis=1)}
    return beside_keys(found.lines.areas, {**columns, **counts, **said})
