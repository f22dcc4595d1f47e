"""What the simulated panel of a practice is made of: who sits in it and the beginnings of what they write.

The table is ``data/reference/workshop/practice.csv``: ``kind``, ``subject``, ``text``. Of the kind ``person`` the
subject is a role and the text a sector. ``reason``, ``moved`` and ``stays`` are sentences with places in braces for the
words of a level (``{words}``), of the level above and below it (``{next}``, ``{previous}``; the subject says which of
them the sentence needs) and ``{sector}``. ``low`` and ``high`` are a remark on a dimension, the subject its code.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from helpers.reference import paths
from helpers.reference.workshop_tables import WorkshopTextsError, rows

TABLE = "workshop/practice.csv"
PERSON = "person"


@dataclass(frozen=True)
class PracticeTexts:
    """``people`` are roles with their sectors; ``texts`` the sentences by kind and subject."""

    people: list[tuple[str, str]]
    texts: dict[tuple[str, str], list[str]]


def practice_texts(data: str | Path = "") -> PracticeTexts:
    """Read the table.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Raises
    ------
    WorkshopTextsError
        If the table cannot be read, or names nobody.
    """
    file = paths.reference_file(TABLE, data)
    people, texts = [], defaultdict(list)
    for _, row in rows(file, ("kind", "subject", "text")):
        if row["kind"] == PERSON:
            people.append((row["subject"], row["text"]))
        else:
            texts[row["kind"], row["subject"]].append(row["text"])
    if not people:
        raise WorkshopTextsError(f"{file.name} names nobody: it needs lines of the kind {PERSON}")
    return PracticeTexts(people, dict(texts))
