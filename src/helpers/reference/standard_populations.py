"""Standard populations for directly standardised rates: how many people of each age a standard has.

They are the table ``data/reference/standard_populations.csv``, in the bands in which they were published.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

FIVE_YEARS = tuple(range(0, 95, 5))


def standard_names(data: str | Path = "") -> list[str]:
    """List the standards: ``esp1976`` and ``esp2013``, the European Standard Populations."""
    return list(dict.fromkeys(row["standard"] for row in _rows(_file(data))))


def standard_population(
    standard: str, *, age_starts: Sequence[int] = FIVE_YEARS, data: str | Path = ""
) -> pd.DataFrame:
    """Return a standard population in the age bands that the figures have.

    Parameters
    ----------
    standard
        ``esp2013`` or ``esp1976``.
    age_starts
        Where the bands start, the last one open: 0, 5 ... 90 unless told (19 bands, 90 and over the last);
        ``range(0, 90, 5)`` ends with 85 and over. Bands are folded by adding up; a start beyond the last published one
        is left out only from the default, so that ``esp1976`` ends with 85 and over.
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row a band: ``age_group`` ("0-4", "85+"), ``age_start`` (years), ``standard_population`` (people). A copy.

    Raises
    ------
    ValueError
        If there is no such standard, or a band starts where no published band does: a band cannot be split.

    Notes
    -----
    Rates by 1976 and by 2013 do not compare: the later one has far more old people. Rates whose last band is 85+
    differ a little from those with 85-89 and 90+, since the people in the open band are not spread as the standard's.
    """
    import pandas as pd

    published = {int(row["age_start"]): float(row["population"]) for row in _of(standard, data)}
    starts = [int(start) for start in age_starts]
    if tuple(starts) == FIVE_YEARS:
        starts = [start for start in starts if start <= max(published)]
    _check_starts(standard, starts, published)
    ends = [*starts[1:], None]
    people = [_sum(published, start, end) for start, end in zip(starts, ends, strict=True)]
    names = [band_name(start, end) for start, end in zip(starts, ends, strict=True)]
    return pd.DataFrame({"age_group": names, "age_start": starts, "standard_population": people})


def band_name(start: int, end: int | None) -> str:
    """Name a band that starts at one age and ends before another: "0-4", "0", or "85+" for an open one."""
    if end is None:
        return f"{start}+"
    return str(start) if end == start + 1 else f"{start}-{end - 1}"


def _sum(published: dict[int, float], start: int, end: int | None) -> float:
    return sum(people for age, people in published.items() if age >= start and (end is None or age < end))


def _of(standard: str, data: str | Path) -> list[dict[str, str]]:
    rows = [row for row in _rows(_file(data)) if row["standard"] == standard]
    if not rows:
        raise ValueError(f"standard: there is no {standard!r}; there are {', '.join(standard_names(data))}")
    return rows


def _check_starts(standard: str, starts: Sequence[int], published: dict[int, float]) -> None:
    if not starts or list(starts) != sorted(set(starts)):
        raise ValueError(f"age_starts: ages in years, each once and from young to old; got {list(starts)}")
    if split := [str(start) for start in starts if start not in published]:
        known = ", ".join(map(str, published))
        raise ValueError(f"age_starts: {standard} has no band that starts at {', '.join(split)}; its bands: {known}")


def _file(data: str | Path) -> Path:
    return paths.reference_file("standard_populations.csv", data)


@cache
def _rows(file: Path) -> tuple[dict[str, str], ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
