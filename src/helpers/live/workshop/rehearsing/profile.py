"""The levels around which a simulated panel rates: those of the region's own panel where there is one."""

from __future__ import annotations

import math
import random
from pathlib import Path

from helpers.ingest.assessments import read_assessments
from helpers.reference.models import Model
from helpers.scoring.panels import counted, withhold_small_panels
from helpers.scoring.ratings import individuals


def profile_of(region: str, model: Model, *, seed: int, data: str | Path = "") -> dict[str, float]:
    """Return by dimension the median of the ratings that count in the region's latest wave, or else a smooth profile.

    A panel too small to show is not imitated: its single ratings could be told from it.
    """
    rated = individuals(read_assessments(region, data=data).ratings)
    rated = rated[(rated["model"] == model.id) & rated["rating"].notna()]
    medians = counted(withhold_small_panels(rated)).groupby("dimension")["rating"].median()
    return {**_made_up(model, seed), **medians.astype(float).to_dict()}


def _made_up(model: Model, seed: int) -> dict[str, float]:
    """Levels that rise and fall gently from one dimension to the next."""
    rng = random.Random(f"profile {seed}")
    middle = (min(model.levels) + max(model.levels)) / 2 + rng.uniform(-0.4, 0.4)
    turn, count = rng.uniform(0, 2 * math.pi), len(model.codes)
    return {code: middle + 1.1 * math.sin(turn + 2 * math.pi * place / count) for place, code in enumerate(model.codes)}
