"""Fingertips (Office for Health Improvement and Disparities): the CSV of each indicator, kept as it came.

The API states no total. What can be checked is checked: every line has the fields of the header, every indicator that
was asked for is there and no other, and all answers have one header. That a text was cut off exactly at the end of a
line, before the server sent it, cannot be seen; the connection itself would tell any other loss.
"""

from __future__ import annotations

import csv
import io

import httpx

from helpers.ingest.fetching.answers import BYTE_ORDER_MARK, Answer, FetchError, PassingFault, quoted, refuse_page
from helpers.ingest.fetching.client import Connection, get
from helpers.ingest.fetching.sources import Source
from helpers.ingest.fetching.tables import as_csv, check_columns

INDICATOR = "Indicator ID"


def fetch(source: Source, connection: Connection) -> Answer:
    """Fetch some indicators for the areas of one type.

    ``source.ask`` has ``indicator_ids``, ``child_area_type_id`` (the areas) and ``parent_area_type_id``.

    Raises
    ------
    FetchError
        If a line or an indicator is not whole, or the columns are not those that are read.
    """
    url = f"{source.address}/all_data/csv/by_indicator_id"
    areas = {name: source.ask[name] for name in ("child_area_type_id", "parent_area_type_id")}
    header, rows = [], []
    for id_ in source.ask["indicator_ids"]:
        lines = get(connection, url, {"indicator_ids": id_, **areas}, accept="text/csv", read=_lines)
        check_columns(source, lines[0])
        _check_indicator(lines, str(id_))
        if header and lines[0] != header:
            raise FetchError("two of its answers have different columns")
        header, rows = lines[0], rows + lines[1:]
    ids = ",".join(map(str, source.ask["indicator_ids"]))
    return Answer(
        content=as_csv(header, rows),
        ending=".csv",
        rows=len(rows),
        columns=tuple(header),
        query=str(httpx.URL(url, params={"indicator_ids": ids, **areas})),
        notes=("the source states no total, so the rows could not be compared with one",),
    )


def _lines(body: bytes) -> list[list[str]]:
    """Every line of the CSV, the header first."""
    refuse_page(body)
    try:
        text = body.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except (UnicodeDecodeError, csv.Error):
        raise PassingFault(f"the answer is cut off or no CSV after {len(body):,} bytes") from None
    if len(lines[0]) < 2:
        raise PassingFault(f"it answered with a text instead of data: {quoted(body)}")
    short = next((number for number, line in enumerate(lines, start=1) if len(line) != len(lines[0])), None)
    if short:
        count = len(lines[short - 1])
        raise PassingFault(f"line {short:,} has {count} fields instead of {len(lines[0])}; the answer is cut off")
    return lines


def _check_indicator(lines: list[list[str]], id_: str) -> None:
    place = [name.strip() for name in lines[0]].index(INDICATOR)
    found = {line[place].strip() for line in lines[1:]}
    if not found:
        raise FetchError(f"it has no rows for indicator {id_} and these areas")
    if found != {id_}:
        raise FetchError(f"it was asked for indicator {id_} and answered with {', '.join(sorted(found - {id_}))}")
