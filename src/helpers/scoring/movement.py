"""What moved from one wave of assessment to the next, in levels, and which dimensions do not compare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.reference.models import Dimension, Model
from helpers.scoring import panels
from helpers.scoring.ratings import check_on_model, check_one_region
from helpers.scoring.waves import UNDATED, ensure_waves, wave_name


def waves_compared(
    ratings: pd.DataFrame,
    model: Model,
    *,
    earlier: str | None = None,
    later: str | None = None,
    models: Mapping[str, Model] | None = None,
) -> pd.DataFrame:
    """Set two waves of one region side by side.

    Parameters
    ----------
    ratings
        One row a rating.
    model
        The model of the later wave; gives the dimensions and their order.
    earlier, later
        The waves, as ``2024-03``; without them the last two that have a date.
    models
        Every model by its id, needed where the earlier wave was rated on another edition.

    Returns
    -------
    DataFrame
        One row a dimension in model order; no rows where there are no two dated waves. ``dimension``,
        ``dimension_name``, ``order``, ``earlier_wave``, ``later_wave`` and their names,
        ``earlier_consensus``, ``later_consensus``, ``earlier_median``, ``later_median``, ``basis``
        ("consensus" where both waves have one, else "median" where both have ratings, else ""), ``earlier``
        and ``later`` (the levels on that basis), ``change`` (levels), ``direction`` ("up", "down", "same",
        ""), ``n_earlier``, ``n_later`` (ratings; missing for a wave whose single ratings are withheld),
        ``comparable``, ``reason`` (why not) and ``caution`` (what to bear in mind where it does compare).

    Raises
    ------
    ValueError
        If there is no such wave, the earlier one does not lie before the later or mixes editions of the model, the
        later one was rated on another edition, a wave has a dimension that its model does not have or a rating off
        its scale, or the table holds several regions. An earlier wave whose model is not known is not checked.

    Notes
    -----
    A consensus is never set against a median. ``direction`` says what the levels did and nothing about
    chance: a different panel may have sat, and a median of a dozen ratings moves easily. Dimensions whose
    subject changed between the generations of the model are left out with the reason
    (``comparable_with_exchange`` of either model is "no"); where only the wording changed they compare with
    a caution.
    """
    table = check_one_region(ensure_waves(ratings))
    pair = _pair(table, earlier, later)
    if pair is None:
        return pd.DataFrame(columns=_COMPARED)
    parts = [table[table["wave"] == wave] for wave in pair]
    earlier_id = _earlier_edition(parts, pair, model)
    earlier_model = model if earlier_id == model.id else (models or {}).get(earlier_id)
    for part, edition in zip(parts, (earlier_model, model), strict=True):
        if edition is not None:
            check_on_model(part, edition)
    before, after = (_levels(part) for part in parts)
    rows = [
        _compared_row(d, pair, before, after, comparability(d.code, model, earlier_id, earlier_model))
        for d in model.dimensions
    ]
    whole = ("earlier_consensus", "later_consensus", "n_earlier", "n_later")
    compared = pd.DataFrame(rows, columns=_COMPARED).astype({"order": int, **dict.fromkeys(whole, "Int64")})
    for end, part in zip(("earlier", "later"), parts, strict=True):
        if part["withheld"].any():
            compared[f"n_{end}"] = pd.array([pd.NA] * len(compared), "Int64")
    return compared


_COMPARED = [
    "dimension", "dimension_name", "order",
    "earlier_wave", "later_wave", "earlier_wave_name", "later_wave_name",
    "earlier_consensus", "later_consensus", "earlier_median", "later_median",
    "basis", "earlier", "later", "change", "direction", "n_earlier", "n_later",
    "comparable", "reason", "caution",
]  # fmt: skip


def _pair(table: pd.DataFrame, earlier: str | None, later: str | None) -> tuple[str, str] | None:
    dated = table[table["wave"] != UNDATED].sort_values("wave_order")["wave"].drop_duplicates().tolist()
    for wave in (earlier, later):
        if wave is not None and wave not in dated:
            known = ", ".join(dated) or "none with a date"
            raise ValueError(f"ratings: there is no wave {wave!r}; there are {known}")
    last = later or (dated[-1] if dated else None)
    before = [wave for wave in dated if last is not None and wave < last]
    first = earlier or (before[-1] if before else None)
    return (first, last) if first and last else None


def _earlier_edition(parts: list[pd.DataFrame], pair: tuple[str, str], model: Model) -> str:
    """The id of the model of the earlier wave; raises `ValueError` unless the two waves can be set side by side."""
    if pair[0] >= pair[1]:
        raise ValueError(f"ratings: the earlier wave {pair[0]} does not lie before the later one, {pair[1]}")
    old, new = (set(part["model"].replace("", model.id)) for part in parts)
    if len(old) > 1:
        raise ValueError(f"ratings: the wave {pair[0]} mixes editions of the model: {', '.join(sorted(old))}")
    others = ", ".join(sorted(new - {model.id}))
    if others:
        raise ValueError(f"ratings: the wave {pair[1]} was rated on the model {others}, not on {model.id}")
    return old.pop()


def _levels(part: pd.DataFrame) -> pd.DataFrame:
    """Consensus, median and number of ratings of each dimension of a wave."""
    grouped = panels.counted_of(part).groupby("dimension")["rating"]
    numbers = pd.DataFrame({"median": grouped.median().astype(float), "n": grouped.size()})
    return numbers.join(panels.consensus_of(part).rename("consensus"), how="outer")


def comparability(code: str, model: Model, earlier_id: str, old: Model | None) -> tuple[str, str]:
    """Whether a dimension of ``model`` compares with the same dimension of an earlier edition.

    Returns
    -------
    tuple of str
        Why it does not compare, and what to bear in mind where it does; both may be empty.
    """
    if earlier_id == model.id:
        return "", ""
    if old is None:
        return f"the earlier wave was rated on another edition of the model ({earlier_id})", ""
    if code not in old.codes:
        return f"{old.name} has no such dimension", ""
    if (old.scale_minimum, old.scale_maximum) != (model.scale_minimum, model.scale_maximum):
        return "the two editions of the model have different scales", ""
    if old.generation == model.generation:
        return "", ""
    flags = {old.dimension(code).comparable_with_exchange, model.dimension(code).comparable_with_exchange}
    if "no" in flags:
        return "its subject changed between the generations of the model", ""
    return "", "its wording changed between the generations of the model" if "with caution" in flags else ""


def _compared_row(
    dimension: Dimension,
    pair: tuple[str, str],
    before: pd.DataFrame,
    after: pd.DataFrame,
    comparability: tuple[str, str],
) -> dict[str, object]:
    reason, caution = comparability
    old, new = (_of(levels, dimension.code) for levels in (before, after))
    basis = next((b for b in ("consensus", "median") if pd.notna(old[b]) and pd.notna(new[b])), "")
    if not basis and not reason:
        reason = "there is neither a consensus nor a median in both waves"
    comparable = not reason
    first, last = (float(side[basis]) if comparable else np.nan for side in (old, new))
    return {
        "dimension": dimension.code,
        "dimension_name": dimension.name,
        "order": dimension.order,
        "earlier_wave": pair[0],
        "later_wave": pair[1],
        "earlier_wave_name": wave_name(pair[0]),
        "later_wave_name": wave_name(pair[1]),
        "earlier_consensus": old["consensus"],
        "later_consensus": new["consensus"],
        "earlier_median": old["median"],
        "later_median": new["median"],
        "basis": basis if comparable else "",
        "earlier": first,
        "later": last,
        "change": last - first,
        "direction": _direction(last - first),
        "n_earlier": old["n"],
        "n_later": new["n"],
        "comparable": comparable,
        "reason": reason,
        "caution": caution,
    }


def _of(levels: pd.DataFrame, code: str) -> dict[str, object]:
    if code not in levels.index:
        return {"median": np.nan, "n": 0, "consensus": pd.NA}
    row = levels.loc[code]
    n = 0 if pd.isna(row["n"]) else int(row["n"])
    return {"median": row["median"], "n": n, "consensus": row["consensus"]}


def _direction(change: float) -> str:
    return "" if np.isnan(change) else "up" if change > 0 else "down" if change < 0 else "same"
