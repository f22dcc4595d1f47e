"""What the extremes argue: the reasons given with the lowest and with the highest ratings of a round."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.standing import Standing

FEWEST_WITH_SECTOR = 5


def extremes(ratings: pd.DataFrame, standing: Standing, round_: int) -> list[dict[str, object]]:
    """The reasons at the lowest and at the highest level that somebody chose.

    Parameters
    ----------
    ratings
        The shown ratings of one dimension, as `tables.ratings` gives them.
    standing
        Where that round stands.
    round_
        Its number.

    Returns
    -------
    list of dict
        The lowest first, one alone where all chose the same: ``level``, ``n`` (who chose it), ``of`` (who rated),
        ``reasons`` (``text`` and ``sector``, which is "" in a panel so small that it would tell who said it).
    """
    rows = ratings[ratings["round"] == round_]
    ends = sorted({*standing.chosen[:1], *standing.chosen[-1:]})
    return [
        {
            "level": level,
            "n": standing.count(level),
            "of": standing.n,
            "reasons": _reasons(rows[rows["rating"] == level], with_sector=standing.n >= FEWEST_WITH_SECTOR),
        }
        for level in ends
    ]


def _reasons(rows: pd.DataFrame, *, with_sector: bool) -> list[dict[str, str]]:
    told = rows[rows["justification"] != ""]
    return [
        {"text": row.justification, "sector": row.sector if with_sector else ""} for row in told.itertuples(index=False)
    ]
