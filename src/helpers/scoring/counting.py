"""From a ratings table to arrays: who rated what, how often each level was chosen, and draws of stakeholders.

One array of scores has one row a stakeholder and one column a dimension in model order, nan where there is no
rating. Its rows are sorted by what they say, so that neither the order nor the names of the stakeholders can
change a random draw.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring.panels import counted, of_wave
from helpers.scoring.ratings import check_on_model, individuals, one_each
from helpers.scoring.waves import ensure_waves

SEED = 2025


class Panel(NamedTuple):
    """The scores of one region's wave."""

    region: str
    wave: str
    scores: np.ndarray
    is_withheld: bool


def panel_of(ratings: pd.DataFrame, model: Model, *, wave: str | None) -> Panel:
    """The panel of one wave of one region; raises `ValueError` as `counted` and `check_on_model` do."""
    part = check_on_model(of_wave(ratings, wave), model)
    rows = counted(ratings, wave=wave).assign(region="")
    scores = _scores(rows, model).get("", np.empty((0, len(model.codes))))
    first = part.iloc[0] if len(part) else {"region": "", "wave": ""}
    return Panel(str(first["region"]), str(first["wave"]), scores, bool(part["withheld"].any()))


def panels_of(ratings: pd.DataFrame, model: Model) -> list[Panel]:
    """The panels of the latest wave of every region, in the order in which the regions first come."""
    table = ensure_waves(ratings)
    latest = check_on_model(table[table["wave_order"] == _highest(table, ["region"], "wave_order")], model)
    own = individuals(latest)
    own = own[own["rating"].notna()]
    last = own[own["round"] == _highest(own, ["region", "dimension"], "round")]
    found = _scores(one_each(last, ["region", "stakeholder", "dimension"]), model)
    nobody = np.empty((0, len(model.codes)))
    waves = latest.groupby("region", sort=False).agg(wave=("wave", "first"), withheld=("withheld", "any"))
    return [
        Panel(str(region), str(wave), found.get(region, nobody), bool(withheld))
        for region, wave, withheld in waves.itertuples(name=None)
    ]


def check_draws(draws: int, confidence: float) -> None:
    """Raise `ValueError` unless there is at least one draw and the confidence lies between 0 and 1."""
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < 1:
        raise ValueError(f"draws is a whole number of at least 1; this is {draws!r}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, such as 0.95; this is {confidence!r}")


def _highest(table: pd.DataFrame, by: list[str], column: str) -> pd.Series:
    return table.groupby(by)[column].transform("max")


def _scores(rows: pd.DataFrame, model: Model) -> dict[str, np.ndarray]:
    """Scores by region: one row a stakeholder, sorted by the ratings themselves."""
    if rows.empty:
        return {}
    regions, names = pd.factorize(rows["region"])
    who = rows.groupby([regions, rows["stakeholder"].astype(str).array]).ngroup().to_numpy()
    what = pd.Index(model.codes).get_indexer(rows["dimension"])
    every = np.full((who.max() + 1, len(model.codes)), np.nan)
    every[who, what] = rows["rating"].to_numpy(dtype=float)
    region_of = np.zeros(len(every), dtype=int)
    region_of[who] = regions
    order = np.lexsort([*_keys(every), region_of])
    starts = np.searchsorted(region_of[order], np.arange(1, len(names)))
    return dict(zip(names, np.split(every[order], starts), strict=True))


def in_order(scores: np.ndarray) -> np.ndarray:
    """The rows in the order of what they say, the first dimension first, a missing rating below every level."""
    return scores[np.lexsort(_keys(scores))] if scores.size else scores


def _keys(scores: np.ndarray) -> list[np.ndarray]:
    return list(np.nan_to_num(scores, nan=-np.inf).T[::-1])


@lru_cache(maxsize=16)
def drawn(n: int, draws: int, seed: int) -> np.ndarray:
    """How often each of ``n`` stakeholders counts: once each in the first row, then one row a draw with replacement.

    Equal sizes get equal draws, so that regions of one size share them; read-only.
    """
    chosen = np.random.default_rng(seed).integers(0, n, size=(draws, n)) + n * np.arange(draws)[:, None]
    weights = np.ones((draws + 1, n))
    weights[1:] = np.bincount(chosen.ravel(), minlength=draws * n).reshape(draws, n)
    weights.setflags(write=False)
    return weights


def level_counts(weights: np.ndarray, scores: np.ndarray, levels: tuple[int, ...]) -> np.ndarray:
    """Weighted counts of the levels: draws x dimensions x levels."""
    n, m = scores.shape
    chosen = scores[:, :, None] == np.asarray(levels, dtype=float)
    return (weights @ chosen.reshape(n, m * len(levels)).astype(float)).reshape(len(weights), m, len(levels))


def square_sums(weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Sums of the squared weights of those who rated a dimension: draws x dimensions."""
    return weights**2 @ np.isfinite(scores).astype(float)
