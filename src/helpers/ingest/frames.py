"""Finished tables and findings as data that can be kept and come back exactly as they were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from helpers.ingest.findings import Finding, Findings, Rows

if TYPE_CHECKING:
    import pyarrow as pa

ARROW = {"str": "large_string", "float64": "float64", "int64": "int64", "Int64": "int64", "bool": "bool"}
TIME = "datetime64[ns]"


def as_arrow(frame: pd.DataFrame, columns: dict[str, str]) -> pa.Table:
    """A table of declared columns (their pandas types by name) as Arrow.

    Raises
    ------
    ValueError
        If the table is not as declared, or its rows are not simply counted from 0: it would not come back the same.
    """
    import pyarrow as pa

    if not _is_declared(frame, columns) or frame.attrs or not frame.index.equals(pd.RangeIndex(len(frame))):
        raise ValueError("the table is not as it is declared")
    table = pa.Table.from_pandas(frame, schema=_schema(columns), preserve_index=False)
    return table.replace_schema_metadata(None)


def from_arrow(table: pa.Table, columns: dict[str, str]) -> pd.DataFrame:
    """The table that :func:`as_arrow` was given, to the types of its columns.

    Raises
    ------
    ValueError
        If the columns are not those declared.
    """
    if not table.schema.equals(_schema(columns), check_metadata=True):
        raise ValueError("the columns are not those declared")
    whole = [name for name, kind in columns.items() if kind == "Int64"]
    frame = table.drop_columns(whole).to_pandas() if whole else table.to_pandas()
    for name in whole:
        position = list(columns).index(name)
        frame.insert(position, name, pd.Int64Dtype().__from_arrow__(table[name]))
    if not _is_declared(frame, columns):
        raise ValueError("a column cannot be of its declared type")
    return frame


def findings_as_data(parts: Iterable[Findings]) -> list[dict]:
    """All findings of some files in a form that JSON can carry."""
    return [
        {"file": part.file, "sha256": part.sha256, "rows": vars(part.rows), "counted": part.counted,
         "items": [vars(item) for item in part]}
        for part in parts
    ]  # fmt: skip


def findings_from_data(kept: Iterable[dict]) -> list[Findings]:
    """The findings that :func:`findings_as_data` was given."""
    return [
        Findings(one["file"], one["sha256"], Rows(**one["rows"]), [Finding(**item) for item in one["items"]],
                 one["counted"])
        for one in kept
    ]  # fmt: skip


def _is_declared(frame: pd.DataFrame, columns: dict[str, str]) -> bool:
    return list(frame.columns) == list(columns) and all(
        frame.dtypes[name] == pd.api.types.pandas_dtype(kind) for name, kind in columns.items()
    )


def _schema(columns: dict[str, str]) -> pa.Schema:
    import pyarrow as pa

    types = {
        name: pa.timestamp("ns") if kind == TIME else pa.type_for_alias(ARROW[kind]) for name, kind in columns.items()
    }
    return pa.schema(types)
