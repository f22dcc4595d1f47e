"""The latest levels of many regions in a few passes over one table.

What `maturity.profile` and `certainty.with_certainty` say of one region, for all of them together: a thousand small
tables, each checked and summed on its own, would take minutes. A test holds both to the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import certainty
from helpers.scoring.panels import last_rounds
from helpers.scoring.ratings import DESIRED, agreed, check_on_model, individuals, one_each
from helpers.scoring.waves import latest_model, wave_name

KEY = ["region", "dimension"]


def latest_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of each region's latest wave, of ratings that are complete and have their waves."""
    return table[table["wave_order"] == table.groupby("region")["wave_order"].transform("max")]


def counted_rows(latest: pd.DataFrame) -> pd.DataFrame:
    """The ratings that count, as `panels.counted` chooses them of one region; of the rows of `latest_rows`."""
    own = individuals(latest)
    return one_each(last_rounds(own[own["rating"].notna()], KEY), ["region", "stakeholder", "dimension"])


def latest_waves(latest: pd.DataFrame) -> pd.DataFrame:
    """What is known of each region's latest wave, of the rows of `latest_rows`.

    Returns
    -------
    DataFrame
        One row a region, by its id: ``wave_name`` ("" where the wave has no date), ``n_stakeholders`` (who gave at
        least one rating, withheld ones too) and ``model`` (the id on which they rated; "" where none is named).

    Raises
    ------
    ValueError
        If a wave mixes editions of the model.
    """
    own = individuals(latest)
    gave = own[own["rating"].notna() | own["withheld"]].groupby("region")["stakeholder"].nunique()
    found = latest.groupby("region").agg(wave=("wave", "first"))
    dated = latest[(latest["kind"] != DESIRED) & latest["date"].notna()].groupby("region").size()
    names = {wave: wave_name(wave) for wave in found["wave"].unique()}
    found["wave_name"] = found["wave"].map(names).where(found.index.isin(dated.index), "")
    found["n_stakeholders"] = gave.reindex(found.index, fill_value=0).astype(int)
    used = latest[["region", "model"]].drop_duplicates()
    used = used[used["model"] != ""].sort_values("model").groupby("region")["model"].agg(";".join)
    several = used[used.str.contains(";")]
    if len(several):
        latest_model(several.iloc[:1].rename("model").to_frame())
    found["model"] = used.reindex(found.index).fillna("").astype(str)
    return found[["wave_name", "n_stakeholders", "model"]]


def levels_on(model: Model, latest: pd.DataFrame) -> pd.DataFrame:
    """The level of every dimension in each of the regions that were rated on a model.

    Parameters
    ----------
    model
        The edition on which all of these regions were rated.
    latest
        Rows of `latest_rows`.

    Returns
    -------
    DataFrame
        One row a region and dimension of the model: ``region``, ``dimension``, ``level``, ``level_from``,
        ``low_level``, ``high_level``, as `maturity.profile` and `certainty.with_certainty` have them.

    Raises
    ------
    ValueError
        As `maturity.profile`, except that there may be several regions.
    """
    check_on_model(latest, model)
    every = pd.MultiIndex.from_product([latest["region"].unique(), model.codes], names=KEY)
    rows = counted_rows(latest)
    median = rows["rating"].astype(float).groupby([rows[name] for name in KEY]).median().reindex(every)
    given = agreed(latest)
    given = one_each(last_rounds(given[given["rating"].notna()], KEY), KEY).set_index(KEY)["rating"].reindex(every)
    table = pd.DataFrame({"level": given.fillna(np.floor(median).astype("Int64"))}, index=every)
    said = pd.Series("", every).mask(median.notna(), "median")
    table["level_from"] = said.mask(given.notna(), "consensus")
    counts = _counts(rows, every, model)
    ends = certainty.plausible_range(certainty.probability_at_least(counts), certainty.CONFIDENCE)
    for name, place in zip(("low_level", "high_level"), ends, strict=True):
        table[name] = pd.array(np.array(model.levels)[place], dtype="Int64")
        table.loc[counts.sum(axis=1) == 0, name] = pd.NA
    return table.reset_index()


def _counts(rows: pd.DataFrame, every: pd.MultiIndex, model: Model) -> np.ndarray:
    """The ratings at each level: regions and dimensions x levels."""
    counts = np.zeros((len(every), len(model.levels)))
    places = every.get_indexer(pd.MultiIndex.from_frame(rows[KEY]))
    np.add.at(counts, (places, rows["rating"].to_numpy(dtype=int) - model.scale_minimum), 1)
    return counts


def matrices(table: pd.DataFrame, usable: Mapping[str, set[str]]) -> dict[str, pd.DataFrame]:
    """The ratings that count of each region: stakeholders x dimensions, of its usable dimensions that were rated.

    Parameters
    ----------
    table
        Ratings that are complete and have their waves.
    usable
        The dimensions that may be used, by region.
    """
    rows = counted_rows(latest_rows(table[table["region"].isin(list(usable))]))
    wide = rows.set_index(["region", "stakeholder", "dimension"])["rating"].astype(float).unstack()  # noqa: PD010
    wide = wide.sort_index()
    values, names = wide.to_numpy(), wide.index.get_level_values("stakeholder")
    places = wide.groupby("region").indices
    nobody = np.array([], dtype=int)
    return {
        region: _matrix(values[at], names[at], wide.columns, wanted)
        for region, wanted in usable.items()
        for at in [places.get(region, nobody)]
    }


def _matrix(values: np.ndarray, names: pd.Index, codes: pd.Index, wanted: set[str]) -> pd.DataFrame:
    kept = np.array([code in wanted for code in codes], dtype=bool) & ~np.isnan(values).all(axis=0)
    return pd.DataFrame(values[:, kept], index=names, columns=codes[kept])
