"""The registers of a data folder: which folder a file belongs to, and whether its registers can be used.

A register that cannot be used is no fault of the files that are read with it, so it is said once, before any of them.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from helpers.reference import (
    disclosure,
    evidence,
    indicators,
    models,
    needs,
    paths,
    projection_assumptions,
    rebases,
    regions,
)

FOLDERS = ("assessments", "indicators")


def _load_indicators(data: str | Path) -> None:
    """Load the indicators and the spellings by which they are found; a line that lacks entries is named."""
    with paths.reference_file("indicators.csv", data).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        width = len(next(lines, []))
        short = [str(lines.line_num) for fields in lines if 0 < len(fields) < width]
    if short:
        raise ValueError(f"line {', '.join(short)}: fewer entries than there are columns; is a comma missing?")
    for code in indicators.load_register(data).index:
        indicators.find_indicator(code, data)


LOADERS = {
    "regions.csv": regions.load_regions,
    "indicators.csv": _load_indicators,
    "disclosure_rules.csv": disclosure.load_rules,
    "disclosure.csv": disclosure.load_lines,
    "needs.csv": needs.load_needs,
    "rebases.csv": rebases.load_rebases,
    "projection_assumptions.csv": projection_assumptions.load_projection_assumptions,
    "evidence.csv": evidence.load_evidence,
    "models": models.load_models,
}


class RegistersUnfit(ValueError):
    """Registers that cannot be used; the message says what is wrong, a line for each data folder."""


def home_of(path: Path, data: str | Path = "") -> Path:
    """Give the data folder with whose registers a file is read: the named one, the file's own, else the usual one."""
    return paths.data(data) if str(data) else folder_of(path) or paths.data()


def folder_of(path: Path) -> Path | None:
    """Give the nearest data folder that a path is or lies in (it holds assessments/ or indicators/); None if none."""
    for one in (path.absolute(), Path(os.path.realpath(path))):  # a link that leads to itself ends here too
        for above in (one, *one.parents):
            if any(os.path.isdir(above / name) for name in FOLDERS):  # noqa: PTH112 - never raises
                return Path(os.path.realpath(above))
    return None


def check_registers(folders: Iterable[str | Path]) -> None:
    """Load every register of some data folders.

    Raises
    ------
    RegistersUnfit
        If one cannot be used; of each folder the first such is named.
    """
    wrong = [said for folder in folders if (said := _first_wrong(folder))]
    if wrong:
        raise RegistersUnfit("\n".join(dict.fromkeys(wrong)))


def _first_wrong(folder: str | Path) -> str:
    """What is wrong with the first register that cannot be used, on which later ones may lean; "" if nothing is."""
    return next((said for name, load in LOADERS.items() if (said := _wrong(name, load, folder))), "")


def _wrong(name: str, load, folder: str | Path) -> str:
    """What is wrong with one register, "" if nothing is."""
    try:
        load(folder)
    except KeyError as error:
        return f"{name}: the column {error.args[0]} is missing"
    except (ValueError, OSError) as error:
        said = str(error)
        return said if name in said else f"{name}: {said}"
    return ""
