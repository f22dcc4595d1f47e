"""Who lives in a region and how that changes: the age structure, its ratios and its projection, as the data allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.scoring import population, population_bands, projections


@dataclass(frozen=True)
class Residents:
    """The tables of one region.

    Attributes
    ----------
    structure : DataFrame
        By sex and five-year band, as `population.pyramid` gives it; no rows where the data do not say.
    bands, ratios : DataFrame
        Broad age bands and the ratios between them, as `population_bands` gives them.
    projection, components, past : DataFrame
        As `projections.projections` and `projections.past_totals` give them.
    """

    structure: pd.DataFrame
    bands: pd.DataFrame
    ratios: pd.DataFrame
    projection: pd.DataFrame
    components: pd.DataFrame
    past: pd.DataFrame


def residents(
    indicators: pd.DataFrame,
    *,
    area_code: str,
    comparator: str,
    peers: Collection[str] = (),
    parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Residents:
    """Gather what the data hold of a region's residents.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code, comparator, peers, parts, names
        As in `population.pyramid`.
    """
    around = {"comparator": comparator, "peers": peers, "parts": parts, "names": names}
    projection, components = projections.projections(indicators, area_code, parts=parts)
    return Residents(
        structure=population.pyramid(indicators, area_code, **around),
        bands=population_bands.broad_bands(indicators, area_code, **around),
        ratios=population_bands.ratios(indicators, area_code, **around),
        projection=projection,
        components=components,
        past=projections.past_totals(indicators, area_code, parts=parts),
    )
