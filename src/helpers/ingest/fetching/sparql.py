"""statistics.gov.scot (SPARQL): first how many rows there are, then the rows, page by page.

The endpoint gives up after a minute, and says so in a sentence in place of data, sometimes with the status 200; and an
answer can end at a limit of rows without a word. So the rows are counted by a query of their own and compared.
Reference: W3C, SPARQL 1.1 Query Results JSON Format.
"""

from __future__ import annotations

from typing import Any

from helpers.ingest.fetching.answers import Answer, FetchError
from helpers.ingest.fetching.client import Connection, get_json
from helpers.ingest.fetching.sources import Source
from helpers.ingest.fetching.tables import as_csv, check_columns, check_rows, whole_number

PAGE_ROWS = 2_000
MOST_ROWS = 200_000
MOST_PAGES = 500
RESULTS = "application/sparql-results+json"


def fetch(source: Source, connection: Connection) -> Answer:
    """Fetch the rows that a query selects.

    ``source.ask`` has ``prefixes``, ``select`` (the columns), ``where`` (what stands between the braces), ``order``
    (the variables that give each row its place) and, if wanted, ``fixed``: columns that are the same in every row.

    Raises
    ------
    FetchError
        If the rows are not as many, as distinct or of such columns as they should be.
    """
    ask, fixed = source.ask, dict(source.ask.get("fixed", {}))
    total = _total(source, connection)
    columns, rows = _rows(source, connection, total)
    check_rows(rows, total, rows)
    check_columns(source, [*columns, *fixed])
    named = [*columns, *fixed]
    return Answer(
        content=as_csv(named, [[*row, *fixed.values()] for row in rows]),
        ending=".csv",
        rows=total,
        columns=tuple(named),
        query=f"{source.address}/sparql: " + " ".join(_head(ask).split()),
    )


def _rows(source: Source, connection: Connection, total: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns and the rows up to the total; fewer where the answers end before it."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for _ in range(MOST_PAGES):
        query = f"{_head(source.ask)} ORDER BY {source.ask['order']} LIMIT {PAGE_ROWS} OFFSET {len(rows)}"
        columns, page = _page(source, connection, query)
        rows += page
        if not page or len(rows) >= total:
            break
    return columns, rows


def _head(ask: dict[str, Any]) -> str:
    return f"{ask['prefixes']} SELECT {ask['select']} WHERE {{ {ask['where']} }}"


def _total(source: Source, connection: Connection) -> int:
    ask = source.ask
    query = f"{ask['prefixes']} SELECT (COUNT(*) AS ?total) WHERE {{ {ask['where']} }}"
    _, rows = _page(source, connection, query)
    if len(rows) != 1:
        raise FetchError("it does not state how many rows there are")
    total = whole_number(rows[0][0], "how many rows there are")
    if total > MOST_ROWS:
        raise FetchError(f"the query has {total:,} rows, more than {MOST_ROWS:,}")
    return total


def _page(source: Source, connection: Connection, query: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns and the rows of one answer; what a row has no value for is ""."""
    answer = get_json(connection, f"{source.address}/sparql", {"query": query}, accept=RESULTS)
    try:
        columns = tuple(str(name) for name in answer["head"]["vars"])
        bindings = answer["results"]["bindings"]
        return columns, [tuple(str(one[name]["value"]) if name in one else "" for name in columns) for one in bindings]
    except (KeyError, TypeError):
        raise FetchError("its answer is not a table of SPARQL results") from None
