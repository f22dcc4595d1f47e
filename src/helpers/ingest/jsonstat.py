"""Eurostat's answers (JSON-stat 2.0) as a long table: one row a cell of the cube, empty cells and flags kept.

No library is used: pyjstat drops the status flags, which say what is estimated, provisional or withheld.
"""

from __future__ import annotations

import itertools
import json
import math

# What a figure of every cube has; the other dimensions tell which indicator it is.
TIME, AREA, SEX, FREQUENCY = "time", "geo", "sex", "freq"
MOST_CELLS = 500_000


class JsonStatError(ValueError):
    """The text is not a JSON-stat data set that holds together; the message says why."""


def read_cube(text: str) -> dict:
    """Read the text of a JSON-stat answer and check that it holds together.

    Raises
    ------
    JsonStatError
        If it is no JSON, no JSON-stat data set, or its sizes, categories and values do not fit one another.
    """
    try:
        cube = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise JsonStatError(f"the text is not JSON ({error})") from None
    if not isinstance(cube, dict) or cube.get("class", "dataset") != "dataset" or "dimension" not in cube:
        raise JsonStatError("the JSON is not a JSON-stat data set")
    _check(cube)
    return cube


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _check(cube: dict) -> None:
    ids, sizes = cube.get("id"), cube.get("size")
    if not (isinstance(ids, list) and isinstance(sizes, list) and len(ids) == len(sizes) and ids):
        raise JsonStatError("id and size do not name the same number of dimensions")
    if not all(isinstance(size, int) and size >= 0 for size in sizes) or math.prod(sizes) > MOST_CELLS:
        raise JsonStatError(f"the sizes {sizes} are not those of a cube of at most {MOST_CELLS:,} cells")
    for name, size in zip(ids, sizes, strict=True):
        if len(codes(cube, name)) != size:
            raise JsonStatError(f"the dimension {name} has not the {size} categories that size declares")
    _check_places(cube, "value", math.prod(sizes))


def _check_places(cube: dict, part: str, cells: int) -> None:
    values = cube.get(part)
    if isinstance(values, list) and len(values) != cells:
        raise JsonStatError(f"{part} has {len(values)} entries; the cube has {cells} cells")
    if isinstance(values, dict) and not all(key.isdecimal() and int(key) < cells for key in values):
        raise JsonStatError(f"{part} has an entry outside the cube of {cells} cells")
    if not isinstance(values, (list, dict)):
        raise JsonStatError(f"{part} is neither a list nor a table of values")


def codes(cube: dict, dimension: str) -> list[str]:
    """The codes of one dimension in their order."""
    try:
        category = cube["dimension"][dimension]["category"]
        index = category.get("index", list(category.get("label", {})))
        ordered = sorted(index, key=index.get) if isinstance(index, dict) else index
        return [str(code) for code in ordered]
    except (KeyError, TypeError, AttributeError):
        raise JsonStatError(f"the dimension {dimension} has no list of categories") from None


def label(cube: dict, dimension: str, code: str) -> str:
    """What the code means in words; the code itself where the answer does not say."""
    words = cube["dimension"][dimension]["category"].get("label")
    return str(words.get(code, code)) if isinstance(words, dict) else code


def long_rows(cube: dict) -> list[dict[str, object]]:
    """Every cell of the cube, in its order.

    Returns
    -------
    list of dict
        One row a cell: a code for each dimension, ``value`` (None where the cell is empty), ``status`` (the
        flag as written, "" where there is none).
    """
    names = cube["id"]
    values, flags = cube["value"], cube.get("status") or {}
    rows = []
    for place, combination in enumerate(itertools.product(*(codes(cube, name) for name in names))):
        row = dict(zip(names, combination, strict=True))
        rows.append(row | {"value": _at(values, place), "status": str(_at(flags, place) or "")})
    return rows


def _at(values: object, place: int) -> object:
    if isinstance(values, dict):
        return values.get(str(place))
    if isinstance(values, list):
        return values[place] if place < len(values) else None
    return values  # one flag for every cell


def source_name(cube: dict, row: dict[str, object]) -> str:
    """The name under which the register knows the indicator of a cell.

    It is the data set's code, then every dimension that is not time, place, sex or frequency with its code:
    ``HLTH_CD_APR mortalit=PRVT icd10=TOTAL unit=RT``.
    """
    told = [f"{name}={row[name]}" for name in cube["id"] if name not in (TIME, AREA, SEX, FREQUENCY)]
    return " ".join([dataset_code(cube), *told])


def dataset_code(cube: dict) -> str:
    """The code of the data set in capitals, "" where the answer does not give it."""
    extension = cube.get("extension")
    code = extension.get("id", "") if isinstance(extension, dict) else ""
    return str(code).upper()


def flag_words(cube: dict, flag: str) -> str:
    """A status flag with its meaning, for example ``ep: estimated, provisional``."""
    extension = cube.get("extension")
    status = extension.get("status") if isinstance(extension, dict) else None
    words = status.get("label") if isinstance(status, dict) else None
    meaning = words.get(flag) if isinstance(words, dict) else None
    return f"{flag}: {meaning}" if meaning else flag
