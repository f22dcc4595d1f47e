"""Who lives in a region and how that changes: the age structure, its ratios and its projection, as the data allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.scoring import population, population_bands, projections
from helpers.scoring.projection import METHOD
from helpers.scoring.projection_assumptions import for_area
from helpers.scoring.projection_inputs import Inputs, projection_inputs


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
    inputs : DataFrame
        What a projection by births, deaths and migration rests on or lacks, as ``basis`` of
        `projection_inputs.Inputs`; without files where it was not made.
    assumptions : DataFrame
        The declared assumptions behind the projection; no rows where it has none.
    """

    structure: pd.DataFrame
    bands: pd.DataFrame
    ratios: pd.DataFrame
    projection: pd.DataFrame
    components: pd.DataFrame
    past: pd.DataFrame
    inputs: pd.DataFrame
    assumptions: pd.DataFrame


def residents(
    indicators: pd.DataFrame,
    *,
    area_code: str,
    comparator: str,
    peers: Collection[str] = (),
    parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
    country: str = "",
    assumptions: pd.DataFrame | None = None,
) -> Residents:
    """Gather what the data hold of a region's residents.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code, comparator, peers, parts, names
        As in `population.pyramid`.
    country
        The code of the country whose rates stand in where the area has none; the peers make it up.
    assumptions
        As `helpers.reference.projection_assumptions.load_projection_assumptions` gives them; without them there is no
        projection by births, deaths and migration.
    """
    around = {"comparator": comparator, "peers": peers, "parts": parts, "names": names}
    abroad = {"country": country, "country_parts": peers, "names": names}
    counted = population_bands.broad_counts(indicators)
    inputs = projection_inputs(indicators, area_code, parts=parts, **abroad)
    declared = assumptions if assumptions is not None and len(inputs.rates) else None
    projection, components = _projected(indicators, area_code, parts, inputs, declared)
    is_assumed = declared is not None and METHOD in set(projection["method"])
    return Residents(
        structure=population.pyramid(indicators, area_code, **around),
        bands=population_bands.broad_bands(indicators, area_code, counted=counted, **around),
        ratios=population_bands.ratios(indicators, area_code, counted=counted, **around),
        projection=projection,
        components=components,
        past=projections.past_totals(indicators, area_code, parts=parts),
        inputs=inputs.basis if is_assumed else inputs.basis.assign(file=""),
        assumptions=declared if is_assumed else pd.DataFrame(columns=["variant", "status"]),
    )


def _projected(
    indicators: pd.DataFrame, area_code: str, parts: Collection[str], inputs: Inputs, declared: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if declared is None:
        return projections.projections(indicators, area_code, parts=parts)
    people = float(inputs.base["population"].sum())
    given = {"base": inputs.base, "rates": inputs.rates, "assumptions": for_area(declared, people)}
    return projections.projections(indicators, area_code, parts=parts, **given)
