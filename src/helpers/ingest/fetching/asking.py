"""Ask a declared source, in the way of its kind."""

from __future__ import annotations

import time
from collections.abc import Callable

from helpers.ingest.fetching import ckan, eurostat, fingertips, sparql
from helpers.ingest.fetching.answers import Answer
from helpers.ingest.fetching.client import Connection, connected
from helpers.ingest.fetching.sources import Source

WAYS: dict[str, Callable[[Source, Connection], Answer]] = {
    "ckan": ckan.fetch,
    "sparql": sparql.fetch,
    "json-stat": eurostat.fetch,
    "fingertips": fingertips.fetch,
}


def ask(source: Source, *, pause: Callable[[float], object] = time.sleep) -> Answer:
    """Get the whole of a source, checked.

    Parameters
    ----------
    source : Source
        The declared source.
    pause : callable
        What waits between two tries, given the seconds.

    Raises
    ------
    FetchError
        If it cannot be had, or what came cannot be trusted; then nothing of it is kept.
    """
    with connected(source.address, pause) as connection:
        return WAYS[source.kind](source, connection)
