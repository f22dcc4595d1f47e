"""Waves of assessment: which ratings belong together in time."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.ratings import DESIRED, agreed, check_one_region, complete, individuals

GAP_DAYS = 180
UNDATED = "undated"


def with_waves(ratings: pd.DataFrame, gap_days: int = GAP_DAYS) -> pd.DataFrame:
    """Add the wave to which each rating belongs.

    Parameters
    ----------
    ratings
        One row a rating, of one region or of several.
    gap_days
        Ratings are chained by date: one that comes more than this many days after the rating before it starts a
        new wave, and any other belongs to the wave of the one before it. So a wave may last longer than that in
        all. At least 31, so that two waves never share a month.

    Returns
    -------
    DataFrame
        The ratings with ``wave`` (the month of the wave's last dated rating, as ``2025-03``) and
        ``wave_order`` (1 for the earliest). A rating without a date goes with its file, and with the file's
        latest wave where the file holds several; ratings of a file without any date are the wave
        ``undated``, in order 0, since nobody can say when it was. A desired level makes no wave of its own, however
        late it was set: it belongs to the last wave that began by its day, and without a day to the latest.

    Raises
    ------
    ValueError
        If a column is missing or ``gap_days`` is below 31.
    """
    if gap_days < 31:
        raise ValueError(f"gap_days is at least 31, or two waves could share a month; this is {gap_days}")
    table = complete(ratings).reset_index(drop=True)
    rated = table["date"].where(table["kind"] != DESIRED)
    orders = rated.groupby(table["region"]).transform(lambda dates: _orders(dates, gap_days))
    by_file = orders.groupby([table["region"], table["file"]]).transform("max")
    aimed = _of_desired(table, orders)
    orders = orders.fillna(by_file).fillna(0).where(table["kind"] != DESIRED, aimed.reindex(table.index))
    table["wave_order"] = orders.astype("Int64")
    ends = rated.groupby([table["region"], table["wave_order"]]).transform("max")
    table["wave"] = ends.dt.strftime("%Y-%m").astype("object").where(ends.notna(), UNDATED).astype(str)
    return ratings.assign(wave=table["wave"].array, wave_order=table["wave_order"].array)


def _of_desired(table: pd.DataFrame, orders: pd.Series) -> pd.Series:
    """The number of the last wave that began by a desired level's day; the latest without a day, 0 without waves."""
    starts = table["date"].groupby([table["region"], orders]).min()
    aimed = table[table["kind"] == DESIRED]
    found = []
    for region, day in zip(aimed["region"], aimed["date"], strict=True):
        begun = starts[starts.index.get_level_values(0) == region]
        found.append(len(begun) if pd.isna(day) else max(int((begun <= day).sum()), min(len(begun), 1)))
    return pd.Series(found, aimed.index, dtype=float)


def _orders(dates: pd.Series, gap_days: int) -> pd.Series:
    """The number of the wave of each date, from 1; missing where the date is."""
    days = dates.dropna().drop_duplicates().sort_values()
    numbers = (days.diff() > pd.Timedelta(days=gap_days)).cumsum() + 1
    return dates.map(dict(zip(days, numbers.astype(float), strict=True))).astype(float)


def ensure_waves(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings complete and with their waves, computed where they are not there yet."""
    known = "wave" in ratings.columns and "wave_order" in ratings.columns
    return complete(ratings if known else with_waves(ratings))


def wave_name(wave: str) -> str:
    """The wave as people say it: ``March 2025`` for ``2025-03``."""
    return wave if wave == UNDATED else pd.Timestamp(f"{wave}-01").strftime("%B %Y")


def waves(ratings: pd.DataFrame) -> pd.DataFrame:
    """Describe the waves of one region's ratings.

    Parameters
    ----------
    ratings
        One row a rating; waves are computed where the columns are missing.

    Returns
    -------
    DataFrame
        One row a wave, the earliest first: ``wave``, ``wave_order``, ``wave_name``, ``first_date``,
        ``last_date``, ``n_stakeholders`` (who gave at least one rating), ``n_ratings`` (over all rounds,
        withheld ones too; missing ones and the consensus do not count), ``has_consensus``, ``model`` (ids
        joined by ";"), ``rounds`` (how many), ``files`` (joined by ";") and ``withheld`` (single ratings were
        taken out: the panel was too small).
    """
    table = check_one_region(ensure_waves(ratings))
    rows = [_wave_row(part) for _, part in table.groupby("wave_order", sort=True)]
    columns = [
        "wave", "wave_order", "wave_name", "first_date", "last_date", "n_stakeholders", "n_ratings",
        "has_consensus", "model", "rounds", "files", "withheld",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _wave_row(part: pd.DataFrame) -> dict[str, object]:
    own, wave = individuals(part), part["wave"].iloc[0]
    gave = own[own["rating"].notna() | own["withheld"]]
    rated = part.loc[part["kind"] != DESIRED, "date"]
    return {
        "wave": wave,
        "wave_order": int(part["wave_order"].iloc[0]),
        "wave_name": wave_name(wave),
        "first_date": rated.min(),
        "last_date": rated.max(),
        "n_stakeholders": gave["stakeholder"].nunique(),
        "n_ratings": len(gave),
        "has_consensus": bool(agreed(part)["rating"].notna().any()),
        "model": ";".join(sorted(set(part["model"]) - {""})),
        "rounds": max(own["round"].nunique(), 1),
        "files": ";".join(sorted(set(part["file"]) - {""})),
        "withheld": bool(part["withheld"].any()),
    }


def latest_model(waves: pd.DataFrame) -> str:
    """The id of the model on which the latest wave was rated.

    Raises
    ------
    ValueError
        If there is no wave, or the latest one mixes editions of the model.
    """
    if waves.empty:
        raise ValueError("waves: there are no ratings, so there is no model")
    ids = [id_ for id_ in str(waves.iloc[-1]["model"]).split(";") if id_]
    if len(ids) != 1:
        raise ValueError(f"waves: the latest wave mixes editions of the model: {', '.join(ids) or 'none is named'}")
    return ids[0]
