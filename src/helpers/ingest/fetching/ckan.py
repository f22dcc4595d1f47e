"""Public Health Scotland's open data (CKAN): a table of the datastore, page by page, against the total it states.

The table is found by its name in its data set, since a new release may come under a new id. Pages are asked for by
their offset, in the order of ``_id``, never by the link to the next page that an answer gives: so no answer leads
anywhere else, nor for ever. Reference: CKAN, DataStore extension, ``datastore_search`` and ``package_show``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from helpers.ingest.fetching.answers import Answer, FetchError, complaint_of
from helpers.ingest.fetching.client import Connection, get_json
from helpers.ingest.fetching.sources import Source
from helpers.ingest.fetching.tables import as_csv, check_columns, check_rows, whole_number

PAGE_ROWS = 10_000
MOST_ROWS = 1_000_000
MOST_PAGES = 500
ROW_ID = "_id"
_READ = str.maketrans({"–": "-", "—": "-"})


def fetch(source: Source, connection: Connection) -> Answer:
    """Fetch one table of a CKAN datastore.

    ``source.ask`` has ``dataset`` (its name), ``resource`` (the table's name) and ``resource_id``, which counts where
    no table has that name.

    Raises
    ------
    FetchError
        If the table is not there, or its rows are not as many, as distinct or of such columns as they should be.
    """
    resource, notes = _find_resource(source, connection)
    columns, total, rows = _rows(source, str(resource["id"]), connection)
    place = columns.index(ROW_ID) if ROW_ID in columns else None
    check_rows(rows, total, rows if place is None else [row[place] for row in rows])
    return Answer(
        content=as_csv(columns, rows),
        ending=".csv",
        rows=total,
        columns=columns,
        query=f"{source.address}/api/3/action/datastore_search?resource_id={resource['id']}",
        released=str(resource.get("last_modified") or resource.get("created") or "")[:10],
        notes=notes,
    )


def _find_resource(source: Source, connection: Connection) -> tuple[dict[str, Any], tuple[str, ...]]:
    ask = source.ask
    found = _action(connection, source, "package_show", {"id": ask["dataset"]}).get("resources")
    tables = [one for one in found if isinstance(one, dict) and one.get("id")] if isinstance(found, list) else []
    named = [one for one in tables if _name(one.get("name")) == _name(ask["resource"])]
    if len(named) == 1:
        return named[0], ()
    same = [one for one in tables if one["id"] == ask.get("resource_id")]
    if same:
        return same[0], (f"the table is now called {str(same[0].get('name'))!r}",)
    near = difflib.get_close_matches(ask["resource"], [str(one.get("name")) for one in tables], n=1)
    hint = f"; the nearest is {near[0]!r}" if near else ""
    raise FetchError(f"the data set {ask['dataset']} has no table called {ask['resource']!r}{hint}")


def _name(text: object) -> str:
    return " ".join(str(text).translate(_READ).casefold().split())


def _rows(source: Source, id_: str, connection: Connection) -> tuple[tuple[str, ...], int, list[tuple[str, ...]]]:
    columns: tuple[str, ...] = ()
    total, rows = 0, []
    for page in _pages(source, id_, connection):
        present = tuple(field["id"] for field in page["fields"])
        stated = whole_number(page.get("total"), "how many rows there are")
        if columns and (present, stated) != (columns, total):
            raise FetchError("the table was changed while it was being fetched; fetch it again")
        columns, total = present, stated
        check_columns(source, columns)
        _check_page(page, total, len(rows))
        rows += [tuple(_text(record.get(name)) for name in columns) for record in page["records"]]
    return columns, total, rows


def _pages(source: Source, id_: str, connection: Connection) -> Iterator[dict[str, Any]]:
    """Every page up to the total that the first one states."""
    offset = 0
    for _ in range(MOST_PAGES):
        params = {"resource_id": id_, "limit": PAGE_ROWS, "offset": offset, "sort": ROW_ID}
        page = _action(connection, source, "datastore_search", params)
        if not (_is_list_of(page.get("records"), ()) and _is_list_of(page.get("fields"), ("id",))):
            raise FetchError("a page has no list of records and of fields")
        total = whole_number(page.get("total"), "how many rows there are")
        if total > MOST_ROWS:
            raise FetchError(f"the table has {total:,} rows, more than {MOST_ROWS:,}")
        yield page
        offset += len(page["records"])
        if not page["records"] or offset >= total:
            return
    raise FetchError(f"it gives its rows in too small pages ({offset:,} of {total:,} rows in {MOST_PAGES} pages)")


def _is_list_of(said: object, names: tuple[str, ...]) -> bool:
    """Whether it is a list of tables which all have these texts."""
    return isinstance(said, list) and all(
        isinstance(one, dict) and all(isinstance(one.get(name), str) for name in names) for one in said
    )


def _check_page(page: dict[str, Any], total: int, before: int) -> None:
    """A page holds as many rows as its limit (the server's own, if that is lower) or all that are left."""
    limit = page.get("limit")
    most = min(PAGE_ROWS, int(limit)) if str(limit).isdecimal() and int(limit) > 0 else PAGE_ROWS
    expected, came = min(most, total - before), len(page["records"])
    if came != expected:
        raise FetchError(f"a page should hold {expected:,} rows, but {came:,} came (it states {total:,} in all)")


def _action(connection: Connection, source: Source, name: str, params: dict[str, object]) -> dict[str, Any]:
    answer = get_json(connection, f"{source.address}/api/3/action/{name}", params)
    if not isinstance(answer, dict) or answer.get("success") is not True:
        said = complaint_of(answer)
        raise FetchError("it says that it could not answer" + (f": {said}" if said else ""))
    if not isinstance(answer.get("result"), dict):
        raise FetchError("its answer has no result")
    return answer["result"]


def _text(value: object) -> str:
    """A value as it is written in the answer; nothing where there is none."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
