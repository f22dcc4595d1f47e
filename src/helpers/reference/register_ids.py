"""Who is in the register, for those who need ids and names alone: read without pandas, so at once."""

from __future__ import annotations

from pathlib import Path

from helpers.reference import regions

COMPARED_ID = "regions-compared"  # the page of all regions beside each other, which has a folder as a region has


def region_ids(data: str | Path = "") -> list[str]:
    """List the ids of all regions in the register's order.

    Raises
    ------
    helpers.reference.regions.RegisterError
        If the register cannot be used; the message names the lines.
    """
    return regions.region_ids(data)


def region_names(data: str | Path = "") -> dict[str, str]:
    """Return the name of each region by its id, in the register's order.

    Raises
    ------
    helpers.reference.regions.RegisterError
        If the register cannot be used; the message names the lines.
    """
    return {id_: regions.region(id_, data).name for id_ in regions.region_ids(data)}
