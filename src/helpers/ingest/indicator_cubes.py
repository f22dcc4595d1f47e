"""A JSON-stat answer of Eurostat as rows: one a cell of the cube, told apart by the names of the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers.ingest import jsonstat, layouts
from helpers.ingest.figures import Row
from helpers.ingest.findings import Findings

JSON_STAT = layouts.Layout(
    id="eurostat-json-stat",
    title="an answer of Eurostat (JSON-stat)",
    needs=(),
    columns={},
    figures=(),
    keep={},
    ignored=(),
    period="",
    other_names="note",
)


def cube_rows(path: Path, findings: Findings) -> Iterator[Row]:
    """One row a cell of the cube; the address of the n-th is ``value[n]``, as in the file."""
    try:
        cube = jsonstat.read_cube(_text(path))
        cells = jsonstat.long_rows(cube)
        if jsonstat.AREA not in cube["id"] or jsonstat.TIME not in cube["id"]:
            raise jsonstat.JsonStatError("the cube has no dimension geo or no dimension time")
    except jsonstat.JsonStatError as error:
        findings.add("file-broken", message=f"{error}.", expected="a JSON-stat data set")
        return
    for place, cell in enumerate(cells):
        yield Row(place, "", {}, _entries(cube, cell), findings, place=f"value[{place}]")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise jsonstat.JsonStatError("the text is not in UTF-8") from None


def _entries(cube: dict, cell: dict[str, object]) -> dict[str, str]:
    value, flag = cell["value"], str(cell["status"])
    return {
        "area_code": str(cell[jsonstat.AREA]),
        "indicator": jsonstat.source_name(cube, cell),
        "period": str(cell[jsonstat.TIME]),
        "sex": str(cell.get(jsonstat.SEX, "")),
        "value": "" if value is None else str(value),
        "qualifier": jsonstat.flag_words(cube, flag) if flag else "",
    }
