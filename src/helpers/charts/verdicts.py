"""How a verdict looks: a shape and a colour for each, never colour alone, and the words beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.charts import style
from helpers.charts.keys import Mark


@dataclass(frozen=True)
class Look:
    """The mark of one verdict."""

    marker: str
    colour: str
    face: str
    size: float = 10

    def mark(self, words: str) -> Mark:
        return Mark("point", words, self.colour, marker=self.marker, face=self.face, size=self.size - 1)


LOOKS = {
    "better": Look("o", style.BETTER, style.BETTER),
    "worse": Look("D", style.WORSE, style.WORSE, 9),
    "higher": Look("^", style.INK, "white"),
    "lower": Look("v", style.INK, "white"),
    "no clear difference": Look("o", style.NO_DIFFERENCE, style.NO_DIFFERENCE, 8),
    "not compared": Look("s", style.NO_DIFFERENCE, "white", 8),
}
_NO_DIRECTION = Look("o", style.NO_DIFFERENCE, "white", 9)


def look(verdict: str, polarity: str = "") -> Look:
    """Return the mark of a verdict; an indicator without a direction that does not differ is a white circle."""
    if verdict == "no clear difference" and polarity == "none":
        return _NO_DIRECTION
    return LOOKS.get(verdict, LOOKS["not compared"])


def colour(verdict: str) -> str:
    """Return the colour of a verdict's words: that of the mark where it is strong enough for text, else grey."""
    return LOOKS[verdict].colour if verdict in {"better", "worse", "higher", "lower"} else style.SECONDARY


def verdict_marks(table: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that occur in a table with the columns verdict and polarity."""
    seen = [verdict for verdict in LOOKS if (table["verdict"] == verdict).any()]
    return [LOOKS[verdict].mark(verdict) for verdict in seen]
