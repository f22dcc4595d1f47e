"""What to work on first: the ranking of chapter 01, from what the workshop has so far."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pandas as pd

from helpers.ingest.indicators import IndicatorError
from helpers.live import needed
from helpers.live.workshop.stage.reading import Reading
from helpers.reference import regions
from helpers.scoring import agreement, maturity
from helpers.scoring import priorities as ranked
from helpers.scoring.weighting import DEFAULT_WEIGHTS

WITH_NEED = "By gap, need, agreement and confidence, with the weights of the report."
GAP_ONLY = "By gap, agreement and confidence alone: there are no usable figures on the population's need."


class Ranking:
    """The ranking, worked out when it is asked for; need figures are read once."""

    def __init__(self, reading: Reading, *, data: str = "") -> None:
        self.reading, self.data = reading, data
        self._need: pd.DataFrame | None = None
        self._has_read = False
        self._told: dict[str, Any] = {}
        self._task: asyncio.Task | None = None

    def told(self) -> dict[str, Any]:
        return self._told

    def work_out(self) -> None:
        """Begin to rank what was revealed until now; the page stays in step meanwhile."""
        ratings = self.reading.everything_shown()
        self._told = {**self._told, "is_working": True}
        try:
            self._task = asyncio.get_running_loop().create_task(self._work_out(ratings))
        except RuntimeError:
            self._told = self.ranked(ratings)

    async def _work_out(self, ratings: pd.DataFrame) -> None:
        try:
            self._told = await asyncio.to_thread(self.ranked, ratings)
        except Exception as error:
            self._told = {"rows": [], "method": f"The dimensions cannot be ranked: {error}"}

    def ranked(self, ratings: pd.DataFrame) -> dict[str, Any]:
        """The dimensions, the most urgent first."""
        model = self.reading.model
        if ratings["rating"].notna().sum() == 0:
            return {"rows": [], "method": "Nothing has been revealed yet, so there is nothing to rank."}
        scale = (model.scale_minimum, model.scale_maximum)
        profile, agreed = maturity.profile(ratings, model), agreement.by_dimension(ratings, model, draws=1)
        table = ranked.ranking(
            profile, agreed, ratings, self._read_need(), weights=DEFAULT_WEIGHTS, scale=scale, draws=2000
        )
        method = GAP_ONLY if self._need is None else WITH_NEED
        return {"rows": [_row(row) for row in table.itertuples()], "method": method}

    def _read_need(self) -> pd.DataFrame | None:
        if not self._has_read:
            self._has_read = True
            try:
                place = regions.region(self.reading.facts.region, self.data)
                found = needed.by_dimension(place, self.reading.model, data=self.data)
                self._need = found if found["need"].notna().any() else None
            except (IndicatorError, ValueError, OSError):
                self._need = None
        return self._need


def _row(row: Any) -> dict[str, Any]:
    return {
        "rank": _number(row.rank),
        "code": row.dimension,
        "name": row.dimension_name,
        "level": _number(row.level),
        "desired": _number(row.desired),
        "points": _number(row.points),
        "reading": row.reading if isinstance(row.reading, str) else "",
        "refusal": row.refusal if isinstance(row.refusal, str) else "",
    }


def _number(value: Any) -> float | None:
    return None if pd.isna(value) or math.isinf(value) else float(value)
