"""Literal figures of twelve areas, of which the first differs, for the tests of what is set against all areas."""

import numpy as np
import pandas as pd

from helpers.scoring.against_all import against_all

REGISTER = pd.DataFrame(
    [
        ("stays", "Hospital stays", "Stays", "Health", 1, "rate_per_100000", "per 100,000", "lower_is_better"),
        ("uptake", "People who took part", "Uptake", "Health", 1, "percent", "%", "higher_is_better"),
        ("le", "Life expectancy", "Life expectancy", "Health", 1, "years", "years", "higher_is_better"),
        ("young", "Share aged 0 to 15", "Young", "People", 2, "percent", "%", "none"),
    ],
    columns=["indicator", "indicator_name", "short_name", "theme", "theme_order", "measure", "unit", "polarity"],
).set_index("indicator")
CODES = [f"S12{number:06d}" for number in range(12)]
VALUES = {
    "stays": [150.0, 100, 102, 98, 101, 99, 103, 97, 100, 101, 99, 100],
    "uptake": [50.0, 60, 61, 59, 60, 62, 58, 60, 61, 59, 60, 60],
    "le": [78.0, 80, 80.5, 79.5, 80, 81, 79, 80.2, 79.8, 80, 80.1, 79.9],
    "young": [25.0, 17, 16, 18, 17, 16, 18, 17, 17, 17, 17, 17],
}
HALF = {"stays": 12.0, "uptake": 2.0, "le": 0.5, "young": 1.0}


def figures(*names: str, numerators: bool = True) -> pd.DataFrame:
    parts = []
    for name in names:
        value = np.array(VALUES[name])
        counts = {"stays": value * 3, "uptake": value * 20, "young": value * 20}.get(name, np.nan)
        parts.append(pd.DataFrame({
            "area_code": CODES, "indicator": name, "period": "2022", "period_start": pd.Timestamp(2022, 1, 1),
            "period_end": pd.Timestamp(2022, 12, 31), "value": value, "lowercl": value - HALF[name],
            "uppercl": value + HALF[name], "measure": REGISTER.loc[name, "measure"],
            "numerator": counts if numerators else np.nan, "file": "all.csv", "row": range(2, 14),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def found(table: pd.DataFrame, area: str = CODES[0], **options):
    return against_all(table, area_code=area, register=REGISTER, **options)
