"""The register of regions: who they are, by which codes data name them, and with whom they are compared.

The register is the table ``data/reference/regions.csv``. A region is an id from it, never free text.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

COUNCIL_AREAS = "council-areas"
KINDS = ("country", "council_area", "exchange_region", "published_reference")
COLUMNS = (
    "region", "region_name", "kind", "is_exchange_region", "area_code", "other_codes", "other_names", "country",
    "language", "comparator", "maturity_reference", "note", "source",
)  # fmt: skip
PART_OF = "part_of"  # may be absent: registers from before it was there still work
# ids that no region may have
RESERVED = {
    "regions-compared": "the page of all regions beside each other",
    "conditions": "a file that stands beside those of the regions",
}


class RegisterError(ValueError):
    """The register cannot be used; the message names the lines and what to do."""


class UnknownRegion(ValueError):
    """The register has no region with this id. ``suggestion`` is the nearest id, or empty."""

    def __init__(self, region_id: str, suggestion: str = "") -> None:
        self.suggestion = suggestion
        hint = f" - did you mean {self.suggestion!r}?" if self.suggestion else "; see data/reference/regions.csv"
        super().__init__(f"no region is called {region_id!r}{hint}")


@dataclass(frozen=True)
class Region:
    """One region of the register.

    ``comparator`` is a region's id, or ``council-areas`` (the median of Scotland's 32 council areas, from the
    same file). ``maturity_reference`` is an id of ``published_profiles.csv``. ``part_of`` is the id of the region
    of which this one is a part, "" for none.
    """

    id: str
    name: str
    kind: str
    area_code: str
    other_codes: tuple[str, ...]
    other_names: tuple[str, ...]
    country: str
    language: str
    comparator: str
    maturity_reference: str
    is_exchange_region: bool
    note: str
    source: str
    part_of: str = ""


def load_regions(data: str | Path = "") -> pd.DataFrame:
    """Load the register.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row a region, indexed by its id (``region``): ``region_name``, ``kind`` (country, council_area,
        exchange_region or published_reference), ``is_exchange_region`` (bool: one of the programme's nine),
        ``area_code``, ``other_codes`` and ``other_names`` (joined by ``;``), ``country``, ``language``
        (BCP 47), ``comparator``, ``maturity_reference``, ``note``, ``source``, ``part_of`` (the region of which it is
        a part). Text, "" for none. A copy.
    """
    import pandas as pd

    table = pd.DataFrame([dict(row) for row in _rows(_file(data))]).set_index("region")
    table["is_exchange_region"] = table["is_exchange_region"].eq("yes")
    return table


def region_ids(data: str | Path = "") -> list[str]:
    """List the ids of all regions in the register's order."""
    return list(_regions(_file(data)))


def region(region_id: str, data: str | Path = "") -> Region:
    """Return the region with this id.

    Raises
    ------
    UnknownRegion
        If the register has none; with a suggestion where an id, a name or a code is near.
    """
    known = _regions(_file(data))
    if region_id not in known:
        raise UnknownRegion(str(region_id), find_region(region_id, data) or nearest(region_id, data))
    return known[region_id]


def parts(region_id: str, data: str | Path = "") -> list[str]:
    """List the ids of the regions that are declared as parts of this one, in the register's order.

    Only its own parts: the localities of a council area are not listed as parts of the country too.

    Raises
    ------
    UnknownRegion
        If the register has no such region.
    """
    whole = region(region_id, data).id
    return [known.id for known in _regions(_file(data)).values() if known.part_of == whole]


@dataclass(frozen=True)
class Surroundings:
    """The areas around a region, by their area codes.

    ``names`` gives the name of every area by its code, ``peers`` are all regions of its kind in its country (itself
    among them), ``parts`` those that it consists of.
    """

    names: dict[str, str]
    peers: tuple[str, ...]
    parts: tuple[str, ...]


def surroundings(region: Region, data: str | Path = "") -> Surroundings:
    """Return the areas around a region; for a country the peers are its council areas, with which it is set beside."""
    known = [area for area in _regions(_file(data)).values() if area.area_code]
    kind = "council_area" if region.kind == "country" else region.kind
    peers = tuple(a.area_code for a in known if a.kind == kind and a.country == region.country)
    parts = tuple(a.area_code for a in known if a.part_of == region.id)
    return Surroundings({area.area_code: area.name for area in known}, peers, parts)


def country_code(region: Region, data: str | Path = "") -> str:
    """Return the area code of the country that a region lies in, "" where the register has none or it is one itself."""
    countries = [row for row in load_regions(data).itertuples() if row.kind == "country"]
    return next((c.area_code for c in countries if c.country == region.country and c.Index != region.id), "")


def find_region(text: str, data: str | Path = "") -> str | None:
    """Find the id of the region that a text names.

    Parameters
    ----------
    text
        An id, a name or an area code, in any case; ``&`` and ``and`` are the same, accents may be missing.

    Returns
    -------
    str or None
        The id, or None where the text is not exactly one of a region's spellings. Nothing near is guessed.
    """
    return _spellings(_file(data)).get(normalised(text))


def nearest(text: str, data: str | Path = "") -> str:
    """Return the id of the region whose spelling is nearest to a text, to suggest it; "" if none is near."""
    spellings = _spellings(_file(data))
    found = difflib.get_close_matches(normalised(text), spellings, n=1, cutoff=0.7)
    return spellings[found[0]] if found else ""


def normalised(text: str) -> str:
    """Return a text as ids are written: small letters and digits, hyphens between words, no accents."""
    plain = unicodedata.normalize("NFKD", str(text).casefold().replace("&", " and "))
    ascii_only = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def tiles(data: str | Path = "") -> pd.DataFrame:
    """Load the tile grid of Scotland.

    Returns
    -------
    pandas.DataFrame
        One row a council area: ``region`` (id), ``row`` and ``column`` (whole numbers from 1; row 1 is the
        north, column 1 the west). A copy.
    """
    import pandas as pd

    return pd.read_csv(paths.reference_file("tiles_scotland.csv", data))


def _file(data: str | Path) -> Path:
    return paths.reference_file("regions.csv", data)


@cache
def _rows(file: Path) -> tuple[dict[str, str], ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = tuple({PART_OF: "", **row} for row in csv.DictReader(lines))
    return _checked(rows, file)


def _checked(rows: tuple[dict[str, str], ...], file: Path) -> tuple[dict[str, str], ...]:
    """Return the rows if each is whole and of a known kind; else name every line that is not."""
    problems = []
    for line, row in enumerate(rows, start=2):
        missing = [column for column in (*COLUMNS, PART_OF) if row.get(column) is None]
        if missing:
            problems.append(f"line {line}: {', '.join(missing)} missing; leave a field blank, but keep its comma")
        elif not paths.ID_PATTERN.fullmatch(row["region"]):
            problems.append(f"line {line}: {row['region']!r} is not an id; use small letters, digits and hyphens")
        elif row["region"] in RESERVED:
            problems.append(
                f"line {line}: {row['region']!r} is the name of {RESERVED[row['region']]}; choose another id"
            )
        elif not row["region_name"].strip():
            problems.append(f"line {line}: {row['region']} has no region_name")
        elif row["kind"] not in KINDS:
            problems.append(f"line {line}: the kind {row['kind']!r} is not one of {', '.join(KINDS)}")
    problems = problems or _faulty_parts(rows)
    if problems:
        raise RegisterError(f"{file.name}: " + "; ".join(problems))
    return rows


def _faulty_parts(rows: tuple[dict[str, str], ...]) -> list[str]:
    """The lines whose region is part of one that is not there, or by some way round of itself."""
    whole = {row["region"]: row[PART_OF] for row in rows}
    problems = []
    for line, row in enumerate(rows, start=2):
        chain = [row["region"]]
        while whole.get(chain[-1]) and chain[-1] not in chain[:-1]:
            chain.append(whole[chain[-1]])
        if row[PART_OF] and row[PART_OF] not in whole:
            near = difflib.get_close_matches(row[PART_OF], whole, n=1, cutoff=0.7)
            hint = f" - did you mean {near[0]!r}?" if near else ""
            problems.append(f"line {line}: part_of {row[PART_OF]!r} is no region of this register{hint}")
        elif chain[-1] == row["region"] and len(chain) > 1:
            problems.append(f"line {line}: {row['region']} is part of itself ({' in '.join(chain)})")
    return problems


@cache
def _regions(file: Path) -> dict[str, Region]:
    return {row["region"]: _region(row) for row in _rows(file)}


def _region(row: dict[str, str]) -> Region:
    taken_over = (
        "kind",
        "area_code",
        "country",
        "language",
        "comparator",
        "maturity_reference",
        "note",
        "source",
        PART_OF,
    )
    return Region(
        id=row["region"],
        name=row["region_name"],
        other_codes=_listed(row["other_codes"]),
        other_names=_listed(row["other_names"]),
        is_exchange_region=row["is_exchange_region"] == "yes",
        **{column: row[column] for column in taken_over},
    )


@cache
def _spellings(file: Path) -> dict[str, str]:
    return {
        normalised(spelling): known.id
        for known in _regions(file).values()
        for spelling in (known.id, known.name, known.area_code, *known.other_codes, *known.other_names)
    }


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in joined.split(";") if part.strip())
