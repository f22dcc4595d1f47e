"""The chapter on population needs in a few sentences: what its tests say, and the titles of its other figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.charts import control_words, inequality_words, lives_words, projection_words
from helpers.reference.regions import Region
from helpers.scoring.inequality_over_time import NOT_WORKED_OUT, UNTESTED
from helpers.scoring.message import Message, heaviest
from helpers.scoring.wording import sentence

MOST = 5
CAUTION = "caution"


def key_messages(
    said: Sequence[Message],
    place: Region,
    *,
    projection: pd.DataFrame,
    lives: pd.DataFrame,
    indices: pd.DataFrame,
    delays: pd.DataFrame,
) -> list[Message]:
    """Choose the sentences that matter most, in the order of the chapter; cautions come after them.

    Parameters
    ----------
    said
        As ``scoring.messages.needs`` gives them.
    place
        The region.
    projection, lives, indices, delays
        The finished tables of the chapter; each may be empty. Their sentences are the titles of their figures, so that
        the first page and the figure never say two things.

    Returns
    -------
    list of Message
        At most five, then the cautions. Without any it is what was said.
    """
    own = [message for message in said if message.kind != CAUTION]
    titles = [
        *_title(projection, projection_words.title_projection, place, "projection", "picture", 3.9),
        *_title(_known(lives), lives_words.title_lives, place, "lives", "picture", 3.4),
        *own,
        *_title(_worked_out(indices), inequality_words.title_inequality, place, "inequality", "gap", 4.0),
        *_title(delays, control_words.title_control, place, "delays", "moved", 4.1),
    ]
    return [*heaviest(titles, MOST), *(message for message in said if message.kind == CAUTION)]


def _title(table: pd.DataFrame, words, place: Region, anchor: str, kind: str, weight: float) -> list[Message]:
    if table.empty:
        return []
    return [Message(sentence(words(table, region_name=place.name)), anchor, kind, weight)]


def _known(lives: pd.DataFrame) -> pd.DataFrame:
    return lives_words.drawn(lives) if len(lives) else lives


def _worked_out(indices: pd.DataFrame) -> pd.DataFrame:
    return indices[~indices["verdict"].isin([NOT_WORKED_OUT, UNTESTED])] if len(indices) else indices
