"""What the extremes argue: the reasons given with the lowest and with the highest ratings of a round."""

from __future__ import annotations

from helpers.live.workshop.stage.reading import Found, Rated
from helpers.scoring.panels import SMALLEST_PANEL


def extremes(found: Found, round_: int) -> list[dict[str, object]]:
    """The reasons at the lowest and at the highest level that somebody chose in this round.

    Returns
    -------
    list of dict
        The lowest first, one alone where all chose the same: ``level``, ``n`` (who chose it), ``of`` (who rated),
        ``reasons`` (``text`` and ``sector``, which is "" in a panel so small that it would tell who said it).
    """
    standing, given = found.rounds[round_], found.of_round(round_)
    ends = sorted({*standing.chosen[:1], *standing.chosen[-1:]})
    return [
        {
            "level": level,
            "n": standing.count(level),
            "of": standing.n,
            "reasons": _reasons([one for one in given if one.rating == level], standing.n >= SMALLEST_PANEL),
        }
        for level in ends
    ]


def _reasons(given: list[Rated], with_sector: bool) -> list[dict[str, str]]:
    told = [one for one in given if one.justification]
    return [{"text": one.justification, "sector": one.sector if with_sector else ""} for one in told]
