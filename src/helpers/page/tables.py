"""Tables for the page and for ``tables.xlsx``: one declaration of columns serves both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from helpers.page.blocks import Block
from helpers.scoring.wording import NBSP, number

MISSING = "–"
INSIDE = " › "
NUMERIC = ("number", "integer")


@dataclass(frozen=True)
class Column:
    """How one column of a table is shown.

    ``kind`` is text, prose (sentences, which need room), list (short statements, one a line), integer, number or date;
    ``unit`` stands in the header;
    ``decimals`` are for numbers, None for as many as the number has, at most two.
    """

    name: str
    label: str
    kind: str = "text"
    unit: str = ""
    decimals: int | None = 1

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    name: str,
    title: str,
    description: str = "",
    anchor: str = "",
    folded: bool = True,
    with_source: bool = True,
    source: str = "",
) -> Block:
    """Show a table; where its rows carry ``file``, ``sheet`` and ``cell``, each leads to where it came from.

    Parameters
    ----------
    frame
        A finished table; only the declared columns are shown, in the declared order.
    columns
        The first one heads the rows.
    name
        The sheet of ``tables.xlsx`` that holds it.
    folded
        Behind "Show the figures" on the page, or in sight.
    with_source
        Whether to add the column that names file, sheet and cell.

    Raises
    ------
    KeyError
        If a declared column is not in the table.
    """
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        raise KeyError(f"The table {name!r} has no column {', '.join(missing)}")
    shown = list(columns)
    if with_source and {"file", "cell"} <= set(frame.columns):
        frame = frame.assign(source_place=places(frame))
        shown.append(Column("source_place", "Source"))
    rows = [[_plain(value, column) for value, column in zip(row, shown, strict=True)] for row in _rows(frame, shown)]
    data = {
        "name": name,
        "title": title,
        "description": description,
        "anchor": anchor,
        "folded": folded,
        "source": source,
        "columns": [
            {
                "name": c.name,
                "label": c.label,
                "heading": c.heading,
                "kind": c.kind,
                "unit": c.unit,
                "decimals": c.decimals,
            }
            for c in shown
        ],
        "rows": rows,
    }
    return Block("table", data, html_table(data), f"{title} ({len(rows)} rows)")


def places(frame: pd.DataFrame) -> pd.Series:
    """Where each row came from, as ``file › sheet!cell``; blank where it came from no single cell."""
    sheet = frame["sheet"] if "sheet" in frame.columns else pd.Series("", index=frame.index)
    return pd.Series(
        [place(file, sheet, cell) for file, sheet, cell in zip(frame["file"], sheet, frame["cell"], strict=True)],
        index=frame.index,
        dtype="object",
    )


def place(file: object, sheet: object, cell: object) -> str:
    """One place in words: ``midlothian_2025.xlsx › assessment!F12``."""
    parts = ["" if part is None or pd.isna(part) else str(part) for part in (file, sheet, cell)]
    if not parts[0]:
        return ""
    inside = f"{parts[1]}!{parts[2]}" if parts[1] and parts[2] else parts[1] or parts[2]
    return f"{parts[0]}{INSIDE}{inside}" if inside else parts[0]


def html_table(data: dict[str, Any]) -> str:
    """A table block as HTML: caption, scoped headers, one row header a row."""
    columns = data["columns"]
    heads = "".join(f'<th scope="col"{_look(column)}>{escape(column["heading"])}</th>' for column in columns)
    body = "".join(_html_row(row, columns) for row in data["rows"])
    caption = f"<caption>{escape(data['title'])}</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _html_row(row: Sequence[Any], columns: Sequence[dict[str, Any]]) -> str:
    first, *rest = zip(row, columns, strict=True)
    cells = f'<th scope="row"{_look(first[1])}>{_shown(*first)}</th>'
    cells += "".join(f"<td{_look(column)}>{_shown(value, column)}</td>" for value, column in rest)
    return f"<tr>{cells}</tr>"


def _look(column: dict[str, Any]) -> str:
    """JupyterLab aligns every cell to the right; words stand on the left."""
    return "" if column["kind"] in NUMERIC else ' style="text-align:left"'


def _shown(value: Any, column: dict[str, Any]) -> str:
    if is_place(column) and value:
        return f'<a class="place" href="#{source_id(str(value).split(INSIDE)[0])}">{escape(str(value))}</a>'
    if isinstance(value, list) and value:
        return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in value) + "</ul>"
    return escape(as_shown(value, column["kind"], column["decimals"]))


def as_shown(value: Any, kind: str = "text", decimals: int | None = 1) -> str:
    """One value as a reader sees it; a missing one is a dash."""
    if value is None or value == "" or value == []:
        return MISSING
    if kind == "list":
        return "; ".join(value)
    if kind == "number" and decimals and 0 < value < 10**-decimals / 2:
        return f"below{NBSP}{10**-decimals:g}"
    if kind == "number":
        return number(value, decimals)
    if kind == "integer":
        return number(int(value), 0)
    return str(value)


def is_place(column: dict[str, Any]) -> bool:
    """Whether a column holds places in files, which lead to the list of sources."""
    return column["name"].endswith("_place")


def main_file(data: dict[str, Any]) -> str:
    """The file that most places of a table are in, so that the page names it once above them; "" for a place alone."""
    columns = [number for number, column in enumerate(data["columns"]) if is_place(column)]
    places = (str(row[column]) for row in data["rows"] for column in columns)
    files = Counter(place.split(INSIDE)[0] for place in places if INSIDE in place)
    return max(files, key=files.__getitem__) if files.total() > 1 else ""


def within(place: str, file: str) -> str:
    """A place without the file that is named already: ``assessment!F12``; "" where it is another file's."""
    start = file + INSIDE
    return place.removeprefix(start) if file and place.startswith(start) else ""


def source_id(file: str) -> str:
    """The anchor of a file in the list of sources."""
    return "source-" + re.sub(r"[^a-z0-9]+", "-", file.lower()).strip("-")


def _rows(frame: pd.DataFrame, columns: Sequence[Column]):
    return zip(*(frame[column.name] for column in columns), strict=True)


def _plain(value: Any, column: Column) -> Any:
    """A value that JSON holds: None, a number, text, or a list of texts."""
    if column.kind == "list":
        return [str(item) for item in value]
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if column.kind == "integer":
        return int(value)
    if column.kind == "number":
        return float(value)
    if column.kind == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return str(value)
