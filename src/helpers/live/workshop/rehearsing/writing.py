"""What simulated people write: the words of the level that they chose, and a remark that fits the dimension."""

from __future__ import annotations

import random
from pathlib import Path

from helpers.reference import workshop_practice
from helpers.reference.models import Model

BEGINNING = "Simulated: "


class Writing:
    """Texts for the levels of a model; each says first that it is simulated."""

    def __init__(self, model: Model, *, data: str | Path = "") -> None:
        found = workshop_practice.practice_texts(data)
        self.model, self.people, self._texts = model, found.people, found.texts

    def text(self, rng: random.Random, kind: str, dimension: str, level: int, sector: str) -> str:
        """A text of a kind (reason, moved, stays) on a level of a dimension; "" where there is none of the kind."""
        words = self.model.dimension(dimension).levels
        there = {"words": words[level], "next": words.get(level + 1), "previous": words.get(level - 1)}
        stems = [stem for need in ("any", "next", "previous") if there.get(need, True) for stem in self._of(kind, need)]
        if not stems:
            return ""
        said = rng.choice(stems).format(**there, sector=sector)
        half = (min(words) + max(words)) / 2
        remarks = self._of("low" if level < half else "high", dimension) if kind == "reason" else []
        return BEGINNING + " ".join([said, *(rng.sample(remarks, 1) if remarks and rng.random() < 0.7 else [])])

    def _of(self, kind: str, subject: str) -> list[str]:
        return self._texts.get((kind, subject), [])
