"""The need of each dimension in one region, from the indicators that speak for it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.ingest import indicators
from helpers.reference import indicators as register
from helpers.reference import needs as needs_register
from helpers.reference.models import Model
from helpers.reference.regions import Region
from helpers.scoring import comparison, need


def by_dimension(place: Region, model: Model, *, data: str = "", day: date | None = None) -> pd.DataFrame:
    """Read the indicators and count those on which the region is worse, as `scoring.need.by_dimension` gives it."""
    figures = indicators.read_indicator_folder(data=data, today=day)
    beside = comparison.beside_comparator(
        figures.indicators,
        area_code=place.area_code,
        comparator=place.comparator,
        register=register.load_register(data),
    )
    return need.by_dimension(beside, needs_register.load_needs(data), model)
