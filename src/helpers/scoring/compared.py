"""Regions beside each other: their levels, a published profile as reference, and places with their uncertainty.

There is no total and no average over the dimensions: levels are ordered words. Regions are ranked by how many
dimensions the middle of their stakeholders puts at a level or above, and the place comes with the range that a
different draw of stakeholders would have given it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import levels_at_once
from helpers.scoring.counting import check_draws
from helpers.scoring.movement import comparability
from helpers.scoring.ratings import check_columns
from helpers.scoring.waves import ensure_waves

FROM_LEVEL = 3
DRAWS = 2000
CONFIDENCE = 0.9
SEED = 20190401
LEAST_SHARE = 0.75
RANKED = [
    "region", "region_name", "status", "n_stakeholders", "n_dimensions", "reached", "reached_low", "reached_high",
    "reached_by_level", "rank", "rank_low", "rank_high", "share_first", "from_level", "refusal",
]  # fmt: skip


def about(files: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Say which regions these files are of.

    Parameters
    ----------
    files
        One row a file: ``region`` and ``status``.
    register
        One row a region, by its id: ``region_name``.

    Returns
    -------
    DataFrame
        One row a region in the register's order: ``region``, ``region_name``, ``status`` (of its last file).
    """
    if files.empty:
        return pd.DataFrame(columns=["region", "region_name", "status"])
    status = files.groupby("region")["status"].last()
    ids = [id_ for id_ in register.index if id_ in status.index]
    return pd.DataFrame(
        {"region": ids, "region_name": register.loc[ids, "region_name"].to_list(), "status": status[ids].to_list()}
    )


def levels(
    ratings: pd.DataFrame,
    about: pd.DataFrame,
    model: Model,
    *,
    models: Mapping[str, Model],
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put the latest levels of every region beside each other on one edition of the model.

    Parameters
    ----------
    ratings
        One row a rating, of any number of regions; each region's latest wave counts.
    about
        One row a region, in the order in which they are to stand: ``region``, ``region_name``, ``status`` of its data.
    model
        The edition whose dimensions make the rows.
    models
        Every edition by its id.
    reference
        As `reference_profile` gives it.

    Returns
    -------
    DataFrame
        One row a region and dimension of ``model``: ``region``, ``region_name``, ``status``, ``wave_name``,
        ``n_stakeholders``, ``model`` (on which the region was rated), ``dimension``, ``dimension_name``,
        ``short_name``, ``order``, ``level`` (missing where it is not known or does not compare), ``level_from``,
        ``low_level``, ``high_level`` (plausible range, see `certainty`), ``is_comparable``, ``reason`` (why not),
        ``caution``, ``reference_median`` and ``reference_is_comparable``.

    Raises
    ------
    ValueError
        If a column is missing, a region of the ratings is not in ``about``, or its model is not known.
    """
    check_columns(about, ("region", "region_name", "status"), "about")
    check_columns(ratings, ("region",), "ratings")
    strangers = sorted(set(ratings["region"]) - set(about["region"]))
    if strangers:
        raise ValueError(f"about: it has no row for the region {', '.join(strangers)}")
    table = ensure_waves(ratings)
    latest = levels_at_once.latest_rows(table)
    rated = about[about["region"].isin(latest["region"])]
    joined = _joined(latest, rated, model, models) if len(rated) else pd.DataFrame(columns=_LEVELS)
    return _with_reference(joined, reference)


_LEVELS = [
    "region", "region_name", "status", "wave_name", "n_stakeholders", "model", "dimension", "dimension_name",
    "short_name", "order", "level", "level_from", "low_level", "high_level", "is_comparable", "reason", "caution",
]  # fmt: skip


def _joined(latest: pd.DataFrame, about: pd.DataFrame, model: Model, models: Mapping[str, Model]) -> pd.DataFrame:
    """Every region's own levels on the dimensions of the model, in the order of ``about``."""
    found = levels_at_once.latest_waves(latest).loc[about["region"]]
    used = found["model"].where(found["model"] != "", model.id)
    unknown = used[~used.isin(list(models))]
    if len(unknown):
        raise ValueError(f"models: {unknown.index[0]} was rated on {unknown.iloc[0]}, which is not among them")
    on = latest["region"].map(used)
    parts = [levels_at_once.levels_on(models[id_], latest[on == id_]) for id_ in used.unique()]
    places = {region: place for place, region in enumerate(about["region"])}
    rows = _dimensions(model, used.unique(), models).merge(
        about[["region", "region_name", "status"]].assign(
            wave_name=found["wave_name"].array, n_stakeholders=found["n_stakeholders"].array, model=used.array
        ),
        on="model",
    )
    rows = rows.merge(pd.concat(parts), on=["region", "dimension"], how="left", validate="1:1")
    rows = rows.sort_values("region", key=lambda ids: ids.map(places), kind="stable", ignore_index=True)
    rows["level_from"] = rows["level_from"].fillna("")
    rows.loc[~rows["is_comparable"], ["level", "low_level", "high_level"]] = pd.NA
    return rows[_LEVELS]


def _dimensions(model: Model, used: Iterable[str], models: Mapping[str, Model]) -> pd.DataFrame:
    """The dimensions of the model, once for each edition that was used, and whether they compare with it."""
    parts = []
    for id_ in used:
        words = [comparability(code, model, id_, models[id_]) for code in model.codes]
        table = {
            "model": id_,
            "dimension": model.codes,
            "dimension_name": [d.name for d in model.dimensions],
            "short_name": [d.short_name for d in model.dimensions],
            "order": [d.order for d in model.dimensions],
            "is_comparable": [not reason for reason, _ in words],
            "reason": [reason for reason, _ in words],
            "caution": [caution for _, caution in words],
        }
        parts.append(pd.DataFrame(table))
    return pd.concat(parts, ignore_index=True)


def _with_reference(table: pd.DataFrame, reference: pd.DataFrame | None) -> pd.DataFrame:
    if reference is None or reference.empty:
        return table.assign(reference_median=np.nan, reference_is_comparable=False)
    by_code = reference.set_index("dimension")
    usable = by_code["median"].where(by_code["is_comparable"].astype(bool))
    median = table["dimension"].map(usable).astype(float)
    return table.assign(reference_median=median, reference_is_comparable=median.notna())


def reference_profile(published: pd.DataFrame, profile: str, model: Model, models: Mapping[str, Model]) -> pd.DataFrame:
    """Put a published profile on the dimensions of an edition of the model.

    Parameters
    ----------
    published
        One row a published profile and dimension, as ``reference.printed.load_published_profiles`` gives it.
    profile
        Its id, such as ``europe-2019``.

    Returns
    -------
    DataFrame
        One row a dimension of ``model``: ``dimension``, ``dimension_name``, ``short_name``, ``order``, ``median``,
        ``iqr`` (levels; missing where it does not compare or was not published), ``is_comparable``, ``reason``
        (why it does not compare, or that it was not published), ``caution``, ``profile_name``, ``source``.

    Raises
    ------
    ValueError
        If there is no such profile.
    """
    check_columns(published, ("profile", "profile_name", "model", "dimension", "median", "iqr"), "published profiles")
    mine = published[published["profile"] == profile]
    if mine.empty:
        known = ", ".join(published["profile"].unique())
        raise ValueError(f"published profiles: there is none called {profile!r}; there are {known}")
    first = mine.iloc[0]
    by_code = mine.set_index("dimension")
    words = [comparability(code, model, first["model"], models.get(first["model"])) for code in model.codes]
    table = pd.DataFrame(
        {
            "dimension": model.codes,
            "dimension_name": [d.name for d in model.dimensions],
            "short_name": [d.short_name for d in model.dimensions],
            "order": [d.order for d in model.dimensions],
            "reason": [reason for reason, _ in words],
            "caution": [caution for _, caution in words],
        }
    )
    table["is_comparable"] = table["reason"] == ""
    unprinted = table["is_comparable"] & ~table["dimension"].isin(mine.loc[mine["median"].notna(), "dimension"])
    table["reason"] = table["reason"].mask(unprinted, "not among the published figures")
    for column in ("median", "iqr"):
        values = table["dimension"].map(by_code[column]).astype(float)
        table[column] = values.where(table["is_comparable"])
    return table.assign(profile_name=first["profile_name"], source=first["source"])


def ranking(
    ratings: pd.DataFrame,
    levels: pd.DataFrame,
    model: Model,
    *,
    from_level: int = FROM_LEVEL,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
    apart: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Rank regions by how many dimensions their stakeholders put at a level or above, and say how sure that is.

    Parameters
    ----------
    ratings
        One row a rating, of the regions in ``levels``.
    levels
        As `levels` gives it.
    model
        The edition whose dimensions are counted.
    from_level
        The level that counts as reached.
    draws, confidence, seed
        Of the Bayesian bootstrap.
    apart
        Regions that are not to be ranked, by id, with the reason; such as wholes whose parts are ranked.

    Returns
    -------
    DataFrame
        One row a region, first place first, those that are not ranked last: ``region``, ``region_name``, ``status``,
        ``n_stakeholders``, ``n_dimensions`` (counted, the same for all that are ranked), ``reached`` (dimensions that
        at least half of the stakeholders put at ``from_level`` or above: the middle of the draws), ``reached_low`` and
        ``reached_high`` (interval), ``reached_by_level`` (dimensions among them whose level, agreed or median, is
        ``from_level`` or above, as the region's own report counts), ``rank`` (by ``reached``; ties share the better
        place), ``rank_low`` and ``rank_high`` (interval of the place), ``share_first`` (0 to 1: of
        the draws, how often it stands first; a shared first place counts in parts), ``from_level`` and ``refusal``
        (why it is not ranked, or "").

    Raises
    ------
    ValueError
        If ``from_level`` is not a level of the model, ``draws`` is below 1 or ``confidence`` not between 0 and 1.

    Notes
    -----
    Only single ratings are used, never a consensus: its uncertainty is not known. The stakeholders of each region are
    reweighted at random (Bayesian bootstrap, Rubin, Annals of Statistics 1981), all dimensions together, so that what
    hangs together stays together. A dimension counts where all ranked regions rated it and it compares.
    """
    if from_level not in model.levels:
        raise ValueError(
            f"from_level is a level of the model ({model.levels[0]} to {model.levels[-1]}); not {from_level}"
        )
    check_draws(draws, confidence)
    check_columns(levels, ("region", "region_name", "status", "dimension", "level", "is_comparable"), "levels")
    check_columns(ratings, ("region",), "ratings")
    about = levels.drop_duplicates("region").reset_index(drop=True)
    table = ensure_waves(ratings)
    usable = levels["dimension"].where(levels["is_comparable"].astype(bool)).groupby(levels["region"], sort=False)
    rated = levels_at_once.matrices(table, {region: set(codes.dropna()) for region, codes in usable})
    asked = levels.groupby("region")["dimension"].nunique()
    refusals = {region: (apart or {}).get(region, "") or _refusal(rated[region], asked[region]) for region in rated}
    kept = [region for region in rated if not refusals[region]]
    common = [c for c in model.codes if kept and all(c in rated[r].columns for r in kept)]
    if kept and len(common) < LEAST_SHARE * len(model.codes):
        refusals |= dict.fromkeys(kept, "too few dimensions were rated everywhere")
        kept = []
    if len(kept) == 1:
        refusals[kept.pop()] = "there is no other region to rank it with"
    rows = _ranked(kept, rated, common, from_level, draws, confidence, seed)
    counted_in = levels["dimension"].isin(common) & (levels["level"].astype("Float64") >= from_level).fillna(False)
    by_level = counted_in.groupby(levels["region"]).sum()
    rows = rows.assign(reached_by_level=rows["region"].map(by_level))
    return _table(about, rows, refusals, from_level)


def _refusal(matrix: pd.DataFrame, dimensions: int) -> str:
    if matrix.empty:
        return "single ratings are not shown or not there"
    if matrix.shape[1] < LEAST_SHARE * dimensions:
        return f"only {matrix.shape[1]} of {dimensions} dimensions have ratings that compare"
    return ""


def _ranked(
    kept: list[str], rated: Mapping[str, pd.DataFrame], common: list[str], from_level: int, draws: int,
    confidence: float, seed: int,
) -> pd.DataFrame:  # fmt: skip
    if not kept:
        return pd.DataFrame(columns=["region"])
    drawn = np.column_stack([_reached(rated[r][common].to_numpy(), from_level, draws, _own(seed, r)) for r in kept])
    point = np.quantile(drawn, 0.5, axis=0, method="nearest").astype(int)
    places = _places(drawn)
    first = drawn == drawn.max(axis=1, keepdims=True)
    tail = (1 - confidence) / 2
    ends = {
        f"{name}_{end}": np.quantile(values, at, axis=0, method=how).astype(int)
        for name, values in (("reached", drawn), ("rank", places))
        for end, at, how in (("low", tail, "lower"), ("high", 1 - tail, "higher"))
    }
    rows = {
        "region": kept,
        "n_dimensions": len(common),
        "reached": point,
        "rank": 1 + (point[None, :] > point[:, None]).sum(axis=1),
        "share_first": (first / first.sum(axis=1, keepdims=True)).mean(axis=0),
    }
    return pd.DataFrame(rows | ends)


def _places(drawn: np.ndarray) -> np.ndarray:
    """The place of every region in every draw, draws x regions: one more than there are regions with more dimensions.

    Counted once for each number of dimensions, of which there are few; each region beside each would take memory that
    grows with the square of the regions.
    """
    ahead = np.stack([(drawn > reached).sum(axis=1) for reached in range(drawn.max() + 1)], axis=1)
    return 1 + np.take_along_axis(ahead, drawn, axis=1)


def _own(seed: int, region: str) -> list[int]:
    """A seed of the region's own, so that regions are drawn apart from each other and whatever else is compared."""
    return [seed, zlib.crc32(region.encode())]


def _reached(ratings: np.ndarray, from_level: int, draws: int, seed: list[int]) -> np.ndarray:
    """How many dimensions have their middle at the level or above, in each draw of weights for the stakeholders."""
    ratings = ratings[np.lexsort(np.nan_to_num(ratings, nan=-1).T)]
    weights = np.random.default_rng(seed).standard_exponential((draws, len(ratings)))
    there = (~np.isnan(ratings)).astype(float)
    high = (np.nan_to_num(ratings, nan=-np.inf) >= from_level).astype(float)
    return ((weights @ high) >= 0.5 * (weights @ there)).sum(axis=1)


def _table(about: pd.DataFrame, rows: pd.DataFrame, refusals: Mapping[str, str], from_level: int) -> pd.DataFrame:
    table = about[["region", "region_name", "status", "n_stakeholders"]].merge(
        rows, on="region", how="left", validate="1:1"
    )
    table = table.assign(from_level=from_level, refusal=table["region"].map(refusals).fillna(""))
    table = table.reindex(columns=RANKED)
    whole = [name for name in RANKED if name.startswith(("reached", "rank"))] + ["n_dimensions"]
    table[whole] = table[whole].astype("Int64")
    table["share_first"] = table["share_first"].astype(float)
    return table.sort_values(["rank", "share_first"], ascending=[True, False], na_position="last", ignore_index=True)
