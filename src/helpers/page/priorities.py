"""What to work on first: the level wanted beside the present one, and a ranking whose weights can be seen."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.charts import priorities as priority_charts
from helpers.charts import priorities_words
from helpers.page.blocks import Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.tables import Column, table
from helpers.reference.models import Model
from helpers.scoring import weighting
from helpers.scoring.wording import listing

PRIORITIES = (
    Column("dimension_name", "Dimension"),
    Column("rank", "Place", "integer"),
    Column("level", "Level", "integer"),
    Column("desired", "Level wanted", "integer"),
    Column("gap", "Gap", "integer"),
    Column("disagreement", "Disagreement (0 to 1)", "number", decimals=2),
    Column("confidence", "Confidence (0 to 1)", "number", decimals=2),
    Column("need", "Need (0 to 1)", "number", decimals=2),
    Column("points_gap", "Points: gap", "number"),
    Column("points_disagreement", "Points: disagreement", "number"),
    Column("points_confidence", "Points: confidence", "number"),
    Column("points_need", "Points: need", "number"),
    Column("points", "Points", "number"),
    Column("top_three_pct", "In the top three", "number", unit="% of weightings", decimals=0),
    Column("need_words", "Need, in words", "prose"),
    Column("refusal", "Why without a place", "prose"),
)
WEIGHTS = (
    Column("criterion", "Criterion"),
    Column("weight", "Weight", "number"),
    Column("share_pct", "Share", "number", unit="%", decimals=0),
    Column("direction", "Direction", "prose"),
    Column("meaning", "What it measures", "prose"),
)


def priorities(ranking: pd.DataFrame, weights: Mapping[str, float], model: Model, source: str) -> Blocks:
    """The ranking as present and wanted levels, how it depends on the weights, and the weights themselves."""
    placed = ranking[ranking["rank"].notna()]
    if placed.empty:
        why = next((text for text in ranking["refusal"] if text), "no dimension has a level")
        return Blocks([absent(f"No dimension can be ranked as a priority: {why}.")])
    scale = (model.scale_minimum, model.scale_maximum)
    figure = drawing(
        priority_charts.figure_priorities, ranking, scale=scale, anchor="priorities",
        title=priorities_words.title_priorities(ranking), subtitle=priorities_words.subtitle_priorities(ranking),
        alt=priorities_words.alt_priorities(ranking), source=source,
    )  # fmt: skip
    shown = ranking.assign(top_three_pct=100 * ranking["share_top_three"])
    weighed = table(
        weighting.weights_table(weights, ranking), WEIGHTS, name="weights", title="The weights behind the ranking",
        description="Change them in the first cell of the notebook, or with its sliders.",
    )  # fmt: skip
    return Blocks(
        [
            figure,
            words(_goal(placed), _weighing(weights, ranking)),
            table(shown, PRIORITIES, name="priorities", title="Every criterion of the ranking", with_source=False),
            weighed,
        ]
    )


def _goal(placed: pd.DataFrame) -> str:
    if (placed["desired_from"] == "declared").any():
        return "The gap runs from the present level to the one that the region wants."
    top = int(placed["desired"].max())
    return f"The region has not said which levels it wants, so the gap runs to the highest level, {top}."


def _weighing(weights: Mapping[str, float], ranking: pd.DataFrame) -> str:
    """Which criteria count for and against, how much, and which could not be used."""
    absent = [name for name in weighting.left_out(ranking) if weights.get(name)]
    used = {name: weight for name, weight in weights.items() if weight and name not in absent}
    sides = (
        ("in favour", [f"{name} ({weight:g})" for name, weight in used.items() if weight > 0]),
        ("against", [f"{name} ({-weight:g})" for name, weight in used.items() if weight < 0]),
    )
    counted = " and ".join(f"{listing(names, len(names))} {side}" for side, names in sides if names)
    rest = f" {listing(absent).capitalize()} could not be used, since nothing is known of it." if absent else ""
    return f"Weights: {counted}.{rest}"
