"""The levels around which a simulated panel rates: those of the region's own panel where there is one."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.ingest.assessments import read_assessments
from helpers.reference.models import Model

FEWEST = 5  # a smaller panel is not imitated: its single ratings could be told from it
WAVE_DAYS = 180


@dataclass(frozen=True)
class Profile:
    """A level for each dimension, and where they come from in words."""

    levels: dict[str, float]
    words: str


def profile_of(region: str, model: Model, *, seed: int, data: str | Path = "") -> Profile:
    """Return the medians of the region's latest single ratings, or a smooth profile where there are none."""
    ratings = read_assessments(region, data=data).ratings
    single = ratings[(ratings["kind"] == "individual") & (ratings["model"] == model.id) & ratings["rating"].notna()]
    latest = single["date"].max()
    if not pd.isna(latest):
        single = single[single["date"] > latest - pd.Timedelta(days=WAVE_DAYS)]
    if single["stakeholder"].nunique() < FEWEST:
        return _made_up(model, seed)
    last = single["round"] == single.groupby("dimension")["round"].transform("max")
    medians = single[last].groupby("dimension")["rating"].median().astype(float).to_dict()
    when = "an earlier panel" if pd.isna(latest) else str(latest.year)
    return Profile(
        {**_made_up(model, seed).levels, **medians}, f"The panel is simulated, around the ratings of {when}."
    )


def _made_up(model: Model, seed: int) -> Profile:
    """Levels that rise and fall gently from one dimension to the next."""
    rng = random.Random(f"profile {seed}")
    middle = (min(model.levels) + max(model.levels)) / 2 + rng.uniform(-0.4, 0.4)
    turn, count = rng.uniform(0, 2 * math.pi), len(model.codes)
    levels = {
        code: middle + 1.1 * math.sin(turn + 2 * math.pi * place / count) for place, code in enumerate(model.codes)
    }
    return Profile(levels, "The panel is simulated, around levels that are made up.")
