"""Where the project keeps things: the one place that knows folders by name.

Every function gives an absolute, resolved path, whatever folder the caller was started in. The data folder is
the one that is named, else the one in the environment variable ``CARE_ATLAS_DATA``, else the project's own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

ENVIRONMENT_VARIABLE = "CARE_ATLAS_DATA"
WORKSHOPS = "workshops"  # a folder of the data folder, private
ID_PATTERN = re.compile(r"[a-z][a-z0-9-]*")


def project() -> Path:
    """Return the folder of the project: the one that holds ``data``, ``notebooks`` and ``src``."""
    return Path(__file__).resolve().parents[3]


def data(root: str | Path = "") -> Path:
    """Return the data folder.

    Parameters
    ----------
    root
        A data folder; empty for ``CARE_ATLAS_DATA``, and where that is not set for the project's own.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    chosen = str(root).strip() or os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
    folder = Path(chosen).expanduser().resolve() if chosen else project() / "data"
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no data folder {folder}; name one with --data or set {ENVIRONMENT_VARIABLE}")
    return folder


def reference(data: str | Path = "") -> Path:
    """Return the folder of the declared things: models, regions, indicators.

    A data folder without a ``reference`` folder of its own (one that holds somebody's spreadsheets only) uses
    the project's.
    """
    own = _data(data) / "reference"
    return own if own.is_dir() else project() / "data" / "reference"


def reference_file(name: str, data: str | Path = "") -> Path:
    """Return one declared table: the data folder's own where it has one, else the project's."""
    own = _data(data) / "reference" / name
    return own if own.is_file() else project() / "data" / "reference" / name


def models(data: str | Path = "") -> Path:
    """Return the folder of the maturity models, one YAML file each: the data folder's own, or the project's."""
    own = _data(data) / "reference" / "models"
    return own if own.is_dir() else project() / "data" / "reference" / "models"


def assessments(region: str = "", data: str | Path = "") -> Path:
    """Return the folder of one region's assessment workbooks, or of all of them where no region is named.

    The folder need not exist: a region without an assessment is no error.

    Raises
    ------
    ValueError
        If ``region`` does not have the form of an id (``midlothian``); so no path leads out of the folder.
    """
    folder = _data(data) / "assessments"
    if region and not ID_PATTERN.fullmatch(region):
        raise ValueError(
            f"{region!r} is not a region id; an id is small letters, digits and hyphens, such as 'midlothian'"
        )
    return folder / region if region else folder


def of_region(folder: str, region: str, data: str | Path = "") -> Path:
    """Return the file of one region in a folder of such files: ``demand/midlothian.csv``; it need not exist.

    Raises
    ------
    ValueError
        If ``region`` does not have the form of an id; so no path leads out of the folder.
    """
    if not ID_PATTERN.fullmatch(region):
        raise ValueError(f"{region!r} is not a region id; an id is small letters, digits and hyphens")
    return _data(data) / folder / f"{region}.csv"


def workshops(region: str, data: str | Path = "") -> Path:
    """Return the folder of a region's workshops, a folder for each; it need not exist.

    Raises
    ------
    ValueError
        If ``region`` does not have the form of an id; so no path leads out of the folder.
    """
    return of_region(WORKSHOPS, region, data).with_suffix("")


def indicators(data: str | Path = "") -> Path:
    """Return the folder of the indicator files.

    A data folder without an ``indicators`` folder of its own (one that holds somebody's assessments only) uses the
    project's, so that its reports do not lose the chapter on population needs.
    """
    own = _data(data) / "indicators"
    return own if own.is_dir() else project() / "data" / "indicators"


def leaves_out_shipped(data: str | Path = "") -> bool:
    """Say whether the figures that ship with the project are out of use: the data folder has only others of its own."""
    own, shipped = _data(data) / "indicators", project() / "data" / "indicators"
    if not own.is_dir() or own.resolve() == shipped.resolve():
        return False
    return not {file.name for file in shipped.iterdir()} & {file.name for file in own.iterdir()}


_data = data  # the functions above have a parameter of this name
