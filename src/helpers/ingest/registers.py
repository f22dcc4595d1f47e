"""The registers of a data folder: which folder a file belongs to, and whether its registers can be used.

A register that cannot be used is no fault of the files that are read with it, so it is said once, before any of them.
"""

from __future__ import annotations

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
LOADERS = {
    "regions.csv": regions.load_regions,
    "indicators.csv": indicators.load_register,
    "disclosure_rules.csv": disclosure.load_rules,
    "disclosure.csv": disclosure.load_lines,
    "needs.csv": needs.load_needs,
    "rebases.csv": rebases.load_rebases,
    "projection_assumptions.csv": projection_assumptions.load_projection_assumptions,
    "evidence.csv": evidence.load_evidence,
    "models": models.load_models,
}


class RegistersUnfit(ValueError):
    """Registers that cannot be used; the message says of each what is wrong, one line each."""


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
        If one cannot be used.
    """
    wrong = [said for folder in folders for name, load in LOADERS.items() if (said := _wrong(name, load, folder))]
    if wrong:
        raise RegistersUnfit("\n".join(dict.fromkeys(wrong)))


def _wrong(name: str, load, folder: str | Path) -> str:
    """What is wrong with one register, "" if nothing is."""
    try:
        load(folder)
    except KeyError as error:
        return f"{name}: the column {error.args[0] if error.args else ''} is missing"
    except (ValueError, OSError) as error:
        said = str(error)
        return said if name in said else f"{name}: {said}"
    return ""
