"""Where figures over time stand along the axis, whatever is known of their dates."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import charts

REGION, COUNTRY = "S12000019", "S92000003"


def _trend(dated: bool) -> pd.DataFrame:
    periods = {REGION: ["2019", "2020", "2021"], COUNTRY: ["2020", "2021"]}
    rows = [
        {"area_code": code, "area_name": code, "period": period, "value": 10.0 + place, "lowercl": 9.0, "uppercl": 13.0}
        for code, of_area in periods.items()
        for place, period in enumerate(of_area)
    ]
    table = pd.DataFrame(rows)
    starts = pd.to_datetime(table["period"] + "-01-01")
    starts = starts if dated else starts.mask(table["period"] == "2019")
    return table.assign(period_start=starts, period_end=starts + pd.Timedelta(days=364))


@pytest.mark.parametrize("dated", [True, False])
def test_the_same_period_of_two_areas_stands_at_the_same_place(dated):
    ax = charts.plot_trend(_trend(dated), region_code=REGION, comparator_code=COUNTRY)
    own, other = (
        next(line.get_xdata() for line in ax.lines if line.get_label() == label) for label in ("region", "comparator")
    )
    assert sorted(own)[1:] == sorted(other)
    assert ax.get_xlim() == pytest.approx((min(own), max(own)), abs=1e-6)
