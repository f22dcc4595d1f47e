"""Eurostat (JSON-stat 2.0): one data set with its filters, kept as it came, flags and all.

A cube names every cell that it has, so it states its own total: dimensions, sizes, categories and values must fit one
another. Empty cells are part of a sound answer. An answer that is too large is put off ("asynchronous"), which passes,
or refused, which does not. Reference: Eurostat, API Statistics, ``statistics/1.0/data``.
"""

from __future__ import annotations

import httpx

from helpers.ingest import jsonstat
from helpers.ingest.fetching.answers import Answer, FetchError, PassingFault, complaint, parsed
from helpers.ingest.fetching.client import Connection, get
from helpers.ingest.fetching.sources import Source

PUT_OFF = "ASYNCHRONOUS"


def fetch(source: Source, connection: Connection) -> Answer:
    """Fetch one data set of Eurostat.

    ``source.ask`` has ``dataset`` and ``filters``: for each dimension the codes that are wanted.

    Raises
    ------
    FetchError
        If the answer is no cube that holds together, of another data set, of other dimensions, or without a value.
    """
    filters = {name: list(codes) for name, codes in source.ask["filters"].items()}
    url = f"{source.address}/statistics/1.0/data/{source.ask['dataset']}"
    params = {"format": "JSON", "lang": "EN", **filters}
    body = get(connection, url, params, accept="application/json", read=_whole)
    try:
        cube = jsonstat.read_cube(body.decode("utf-8-sig"))
        cells = jsonstat.long_rows(cube)
    except (jsonstat.JsonStatError, UnicodeDecodeError) as error:
        raise FetchError(f"its answer does not hold together: {error}") from None
    _check(source, cube)
    filled = sum(cell["value"] is not None for cell in cells)
    if not filled:
        raise FetchError("it has no values for what was asked")
    return Answer(
        content=body,
        ending=".json",
        rows=len(cells),
        columns=(),
        query=str(httpx.URL(url, params=params)),
        released=str(cube.get("updated", ""))[:10],
        notes=tuple(_notes(cube, filters, filled, len(cells))),
    )


def _whole(body: bytes) -> bytes:
    """The body, once it is JSON and no complaint."""
    parsed(body)
    said = complaint(body)
    if PUT_OFF in said.upper():
        raise PassingFault(f"it is still putting the answer together ({said}); try again later, or ask for less")
    if said:
        raise FetchError(f"it could not answer: {said}")
    return body


def _check(source: Source, cube: dict) -> None:
    wanted, came = source.ask["dataset"].upper(), jsonstat.dataset_code(cube)
    if came and came != wanted:
        raise FetchError(f"it answered with the data set {came}, not {wanted}")
    if set(cube["id"]) != set(source.columns):
        changed = sorted(set(cube["id"]) ^ set(source.columns))
        raise FetchError(f"its dimensions have changed: {', '.join(cube['id'])} (see {', '.join(changed)})")


def _notes(cube: dict, filters: dict[str, list[str]], filled: int, cells: int) -> list[str]:
    notes = [f"{cells - filled:,} of {cells:,} cells are empty"] if filled < cells else []
    for name, codes in filters.items():
        if missing := [code for code in codes if code not in jsonstat.codes(cube, name)]:
            notes.append(f"it has nothing for {name} {', '.join(missing)}")
    flags = cube.get("status")
    if flags:
        notes.append(f"{len(flags):,} cells have a flag" if isinstance(flags, dict) else "cells have flags")
    return notes
