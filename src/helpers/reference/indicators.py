"""The register of indicators: what each one is called, in which unit it comes, and which way is better.

The register is the table ``data/reference/indicators.csv``; the outcomes that it refers to are ``outcomes.csv``
beside it.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

POLARITIES = ("higher_is_better", "lower_is_better", "none")


class UnknownIndicator(ValueError):
    """The register has no indicator of this code or name. ``suggestion`` is the nearest code, or empty."""

    def __init__(self, indicator: str, suggestion: str = "") -> None:
        self.suggestion = suggestion
        hint = f" - did you mean {suggestion!r}?" if suggestion else "; see data/reference/indicators.csv"
        super().__init__(f"no indicator is called {indicator!r}{hint}")


def load_register(data: str | Path = "") -> pd.DataFrame:
    """Load the register.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row an indicator, indexed by its code (``indicator``), in the order of the themes:
        ``indicator_name`` (plain English), ``short_name`` (at most 32 characters), ``theme``, ``theme_order``
        (whole number), ``measure``, ``unit`` (as printed after the number), ``polarity`` (higher_is_better,
        lower_is_better or none), ``outcomes`` (numbers of the National Health and Wellbeing Outcomes that it
        speaks to, joined by ``;``), ``source_names`` (as the sources write it, joined by ``;``), ``note``,
        ``source``, ``role`` (building block: a count that others are worked out from; projection: it may lie in the
        future; a register of somebody's own may lack the column). Text, "" for none. A copy.
    """
    import pandas as pd

    table = pd.DataFrame([dict(row) for row in _rows(_file(data))]).set_index("indicator")
    table["theme_order"] = table["theme_order"].astype(int)
    return table


def load_outcomes(data: str | Path = "") -> pd.DataFrame:
    """Load Scotland's nine National Health and Wellbeing Outcomes.

    Returns
    -------
    pandas.DataFrame
        One row an outcome, indexed by its number (``outcome``): ``short_name``, ``text`` (in own words),
        ``source``. A copy.
    """
    import pandas as pd

    return pd.read_csv(paths.reference_file("outcomes.csv", data), index_col="outcome")


def find_indicator(text: str, data: str | Path = "") -> str:
    """Find the code of the indicator that a text names.

    Parameters
    ----------
    text
        A code, or a name as a source or the register writes it; case and outer spaces do not matter.

    Raises
    ------
    UnknownIndicator
        If there is none; with a suggestion. Nothing near is taken.
    """
    spellings = _spellings(_file(data))
    wanted = _key(text)
    if wanted not in spellings:
        near = difflib.get_close_matches(wanted, spellings, n=1, cutoff=0.75)
        raise UnknownIndicator(str(text), spellings[near[0]] if near else "")
    return spellings[wanted]


def _file(data: str | Path) -> Path:
    return paths.reference_file("indicators.csv", data)


@cache
def _rows(file: Path) -> tuple[dict[str, str], ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def _spellings(file: Path) -> dict[str, str]:
    return {
        _key(spelling): row["indicator"]
        for row in _rows(file)
        for spelling in (row["indicator"], row["indicator_name"], *row["source_names"].split(";"))
    }


def _key(text: str) -> str:
    return " ".join(str(text).split()).casefold()
