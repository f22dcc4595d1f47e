"""How often the 95 % intervals hold what they should: simulated panels out of a known population of stakeholders.

    .venv/bin/python benchmarks/coverage.py [PANELS] [STAKEHOLDERS]

For each of three populations (a flat profile with noise, a clear one, a clear one rated alike) so many panels are drawn
and scored by ``agreement.by_region``; the population's own coefficient is that of one panel of 1,500 people. ICC(2,k)
and Kendall's W depend on how many people sit on a panel, so their true values are put on the panel's size first.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from scipy import stats

from helpers.reference.models import load_model
from helpers.scoring import agreement

MODEL = load_model()
POPULATIONS = {"flat, noisy": (0.4, 0.5, 1.2), "clear": (1.0, 0.5, 1.0), "clear, alike": (1.3, 0.3, 0.6)}
PEOPLE = 1500
SHOWN = ("krippendorff_alpha", "gwet_ac2", "kendall_w", "icc_2_1", "icc_2_k", "cronbach_alpha")


def population(apart: float, person: float, noise: float, random: np.random.Generator) -> np.ndarray:
    """People x dimensions: how far the dimensions lie apart, how far people are strict or mild, and the rest."""
    m = len(MODEL.codes)
    levels = apart * stats.norm.ppf((np.arange(m) + 0.5) / m)
    scores = 2.5 + levels + person * random.normal(size=(PEOPLE, 1)) + noise * random.normal(size=(PEOPLE, m))
    return np.clip(np.round(scores), MODEL.scale_minimum, MODEL.scale_maximum).astype(int)


def as_ratings(panels: np.ndarray) -> pd.DataFrame:
    """Panels x people x dimensions as a table of ratings, one region a panel."""
    places = np.indices(panels.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "region": np.char.add("r", places[0].astype(str)),
            "stakeholder": np.char.add("S", places[1].astype(str)),
            "dimension": np.array(MODEL.codes)[places[2]],
            "rating": panels.reshape(-1),
        }
    )


def truth(everybody: np.ndarray, n: int) -> pd.Series:
    """The population's coefficients, W and ICC(2,k) for panels of n."""
    found = agreement.coefficients(as_ratings(everybody[None]), MODEL, draws=1).set_index("coefficient")["value"]
    one = found["icc_2_1"]
    mean_correlation = (PEOPLE * found["kendall_w"] - 1) / (PEOPLE - 1)
    found["icc_2_k"] = n * one / (1 + (n - 1) * one)
    found["kendall_w"] = ((n - 1) * mean_correlation + 1) / n
    return found


def main(panels: int = 300, n: int = 12) -> None:
    random = np.random.default_rng(20190401)
    print(f"{panels} panels of {n}, nominal 95 %; share of intervals that hold the population's value, in %")
    for name, shape in POPULATIONS.items():
        everybody = population(*shape, random)
        aim = truth(everybody, n)
        drawn = everybody[random.integers(0, PEOPLE, size=(panels, n))]
        _, found = agreement.by_region(as_ratings(drawn), MODEL)
        known = found[found["refusal"] == ""]
        holds = known["coefficient"].map(aim).between(known["lowercl"], known["uppercl"])
        shares = 100 * holds.groupby(known["coefficient"]).mean()
        print(f"{name:14}", "  ".join(f"{code} {shares[code]:.0f} (true {aim[code]:.2f})" for code in SHOWN))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
