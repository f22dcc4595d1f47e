"""What all sources of tables have in common: the columns that must be there, the rows, and the total."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Sequence

from helpers.ingest.fetching.answers import FetchError
from helpers.ingest.fetching.sources import Source
from helpers.ingest.layouts import key


def check_columns(source: Source, columns: Sequence[str]) -> None:
    """Refuse an answer without a column that is read.

    Raises
    ------
    FetchError
        Which names every missing column, and the new one that is most like it.
    """
    there = {key(name) for name in columns}
    missing = [name for name in source.columns if key(name) not in there]
    if missing:
        others = [name for name in columns if key(name) not in {key(known) for known in source.columns}]
        near = difflib.get_close_matches(missing[0], others, n=1, cutoff=0.5)
        hint = f" (it has a column {near[0]!r} that is not known)" if near else ""
        raise FetchError(f"its columns have changed: {', '.join(missing)} is missing{hint}")


def check_rows(rows: Sequence[tuple[str, ...]], total: int, keys: Iterable[object]) -> None:
    """Refuse an answer that is empty, has a row twice, or not as many rows as were stated.

    Raises
    ------
    FetchError
        With both counts.
    """
    known = list(keys)
    if len(set(known)) < len(known):
        raise FetchError(f"{len(known) - len(set(known)):,} of its {len(known):,} rows came twice; the pages overlap")
    if len(rows) != total:
        raise FetchError(f"it states {total:,} rows, but {len(rows):,} came")
    if not rows:
        raise FetchError("it has no rows")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as CSV: UTF-8, commas, one line a row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def whole_number(said: object, what: str) -> int:
    """A count that an answer states.

    Raises
    ------
    FetchError
        If it is none.
    """
    if isinstance(said, bool) or not str(said).isdecimal():
        raise FetchError(f"it does not state {what}")
    return int(str(said))
