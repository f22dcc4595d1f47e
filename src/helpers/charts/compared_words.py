"""Words for charts of many regions: who took part, what stands highest and lowest, what the levels are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from helpers.charts.words import named
from helpers.scoring.wording import NBSP, listing, plural

NOTHING = "No region has an assessment to show."
NO_LEVELS = "No region has levels to show."
_STATUS = {"illustrative": "illustrative", "reconstructed": "reconstructed", "unknown": "status unknown"}


def status_words(status: object) -> str:
    """Return what a reader must know of a region's ratings, nothing for its own."""
    return _STATUS.get(str(status), "")


def panel_words(row) -> str:
    """Say who took part, when, and what their ratings are: "12 stakeholders, March 2025, illustrative"."""
    said = (people_words(row), str(row.wave_name), status_words(row.status))
    return ", ".join(part.replace(" ", NBSP) for part in said if part)


def people_words(row) -> str:
    """Say how many took part, nothing where that is not known."""
    return "" if pd.isna(row.n_stakeholders) else plural(int(row.n_stakeholders), "stakeholder")


def regions(levels: pd.DataFrame) -> pd.DataFrame:
    """Return one row a region, in the order of the table."""
    return levels.drop_duplicates("region")


def parts(table: pd.DataFrame, *, most: int) -> list[pd.DataFrame]:
    """Split a table into as few tables of whole regions as hold at most `most` each, about equally many."""
    names = list(table["region"].unique())
    count = max(1, math.ceil(len(names) / most))
    each = math.ceil(len(names) / count)
    starts = range(0, max(len(names), 1), max(each, 1))
    return [table[table["region"].isin(names[start : start + each])] for start in starts]


def usable(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a level and may stand beside other regions."""
    return levels[levels["level"].notna() & levels["is_comparable"].astype(bool)]


def blank_words(row) -> str:
    """Say why a row shows no level: "does not compare", "no level"; nothing where it does."""
    if not row.is_comparable:
        return "does not compare"
    return "no level" if pd.isna(row.level) else ""


def extremes(levels: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the short names of a region's highest and lowest dimensions; both empty where all levels are equal."""
    own = usable(levels)
    if own.empty or own["level"].min() == own["level"].max():
        return [], []
    ends = own["level"].max(), own["level"].min()
    return tuple(own.loc[own["level"] == end, "short_name"].tolist() for end in ends)


def extremes_words(levels: pd.DataFrame) -> str:
    """Say what stands highest and lowest in one region: "Readiness highest, Digital and Funding lowest"."""
    highest, lowest = extremes(levels)
    if not highest:
        said = extremes_choices(levels)[0][0]
        return said[:1].lower() + said[1:]
    return f"{_few(highest)[0]} highest, {_few(lowest)[0]} lowest"


def extremes_choices(levels: pd.DataFrame) -> list[list[str]]:
    """Say what stands highest and what lowest in one region, each in wordings from long to short."""
    own = usable(levels)
    if own.empty:
        return [["No level to show"]]
    highest, lowest = extremes(levels)
    if not highest:
        return [[f"All at level{NBSP}{int(own['level'].iloc[0])}"]]
    return [[f"{end}: {words}" for words in _few(names)] for end, names in (("Highest", highest), ("Lowest", lowest))]


def _few(names: Sequence[str]) -> list[str]:
    """Name up to two dimensions, or count them."""
    counted = plural(len(names), "dimension")
    return [listing(names), ", ".join(names), counted] if len(names) <= 2 else [counted]


def measure_words(levels: pd.DataFrame) -> str:
    """Say what the levels are: agreed, or medians where nothing is agreed."""
    bases = set(levels.loc[levels["level"].notna(), "level_from"])
    if bases == {"consensus"}:
        return "Level agreed for each dimension"
    return "Median rating of each dimension" if bases == {"median"} else "Level agreed, or the median where none is"


def scale_words(scale: tuple[int, int]) -> str:
    """Name both ends of the scale."""
    return f"{scale[0]} (lowest) to {scale[1]} (highest)"


def count_words(table: pd.DataFrame) -> str:
    """Say how many regions there are and how many of them are illustrative or reconstructed."""
    own = regions(table)
    counts = {said: int((own["status"] == status).sum()) for status, said in _STATUS.items()}
    marked = [f"{_all(count, len(own))}{said}" for said, count in counts.items() if count]
    return ", ".join([plural(len(own), "region"), *marked])


def _all(count: int, total: int) -> str:
    """Say how many of all are meant, nothing where there is only one."""
    return f"{'all' if count == total else count} " if total > 1 else ""


def reference_words(reference: pd.DataFrame) -> str:
    """Return the name of the profile that the regions stand beside, or nothing."""
    if reference.empty or not (reference["median"].notna() & reference["is_comparable"].astype(bool)).any():
        return ""
    return str(reference["profile_name"].iloc[0])


def most_often(levels: pd.DataFrame, *, end: str) -> tuple[list[str], int, bool]:
    """Return the dimensions that are highest, or lowest, in most regions, in how many, and whether with others."""
    ends = [extremes(own)[0 if end == "highest" else 1] for _, own in levels.groupby("region", sort=False)]
    names = levels.drop_duplicates("dimension").set_index("short_name")["dimension_name"]
    counts = {short: sum(short in own for own in ends) for short in names.index}
    top = max(counts.values(), default=0)
    most = [short for short, count in counts.items() if count == top > 0]
    shared = any(len(own) > 1 for own in ends if set(own) & set(most))
    return [names[short] for short in most], top, shared


def named_all(names: Sequence[str], total: int) -> str:
    """Name up to two dimensions, or say how many of all they are."""
    return named(names, total, most=2)
