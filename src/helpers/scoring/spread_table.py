"""The table of agreement by dimension: one row a panel and dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import spread
from helpers.scoring.coefficients import WITHHELD
from helpers.scoring.counting import Panel, drawn, level_counts
from helpers.scoring.delphi import allowed_outside
from helpers.scoring.intervals import expanded_percentiles
from helpers.scoring.readings import reading_of_a

COLUMNS = [
    "dimension", "dimension_name", "short_name", "order", "wave", "n", "median", "q1", "q3", "share_at_median",
    "n_near", "n_outside", "allowed_outside", "distribution", "rule", "disagreement_index", "r_wg", "agreement_a",
    "agreement_a_lowercl", "agreement_a_uppercl", "reading", "refusal",
]  # fmt: skip


def dimension_table(panels: list[Panel], model: Model, *, draws: int, confidence: float, seed: int) -> pd.DataFrame:
    """One row a panel and dimension: ``region`` and the columns of `agreement.by_dimension`."""
    levels, m = np.asarray(model.levels, dtype=float), len(model.codes)
    counts = np.array([_counts(panel, model) for panel in panels], dtype=int).reshape(-1, len(levels))
    limits = [_limits(panel, model, draws, confidence, seed) for panel in panels]
    table = pd.DataFrame(
        {
            "region": np.repeat([panel.region for panel in panels], m),
            "dimension": np.tile(np.array(model.codes, dtype=object), len(panels)),
            "dimension_name": [d.name for d in model.dimensions] * len(panels),
            "short_name": [d.short_name for d in model.dimensions] * len(panels),
            "order": [d.order for d in model.dimensions] * len(panels),
            "wave": np.repeat([panel.wave for panel in panels], m),
            **_statistics(counts, levels),
            "agreement_a_lowercl": np.concatenate([low for low, _ in limits]) if limits else [],
            "agreement_a_uppercl": np.concatenate([high for _, high in limits]) if limits else [],
        }
    )
    table["reading"] = [reading_of_a(value) for value in table["agreement_a"]]
    withheld = np.repeat([panel.is_withheld for panel in panels], m)
    table["refusal"] = [_refusal(n, hidden) for n, hidden in zip(table["n"], withheld, strict=True)]
    return _with_verdict(table)[["region", *COLUMNS]]


def _counts(panel: Panel, model: Model) -> np.ndarray:
    return level_counts(np.ones((1, len(panel.scores))), panel.scores, model.levels)[0]


def _statistics(counts: np.ndarray, levels: np.ndarray) -> dict[str, np.ndarray]:
    n, median = counts.sum(axis=-1), spread.quantile(counts, levels, 0.5)
    at_median = spread.n_within(counts, levels, median, 0.5)
    near = spread.n_within(counts, levels, median, spread.NEAR)
    return {
        "n": n,
        "median": median,
        "q1": spread.quantile(counts, levels, 0.25),
        "q3": spread.quantile(counts, levels, 0.75),
        "share_at_median": np.divide(at_median, n, out=np.full(n.shape, np.nan), where=n > 0),
        "n_near": near,
        "n_outside": n - near,
        "disagreement_index": spread.disagreement_index(counts, levels),
        "r_wg": spread.r_wg(counts, levels),
        "agreement_a": spread.agreement_a(counts),
    }


def _limits(panel: Panel, model: Model, draws: int, confidence: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The interval of A of every dimension, from draws of the panel's stakeholders."""
    m, n = len(model.codes), np.isfinite(panel.scores).sum(axis=0)
    if len(panel.scores) < 2:
        return np.full(m, np.nan), np.full(m, np.nan)
    counts = level_counts(drawn(len(panel.scores), draws, seed), panel.scores, model.levels)
    return expanded_percentiles(spread.agreement_a(counts).T, n, confidence)


def _with_verdict(table: pd.DataFrame) -> pd.DataFrame:
    rules = {n: allowed_outside(int(n)) for n in table["n"].unique()}
    most = np.array([np.nan if rules[n][0] is None else rules[n][0] for n in table["n"]], dtype=float)
    verdict = np.where(table["n_outside"] <= most, "Agreement", "Split")
    return table.assign(
        allowed_outside=most,
        distribution=np.where(np.isnan(most), "", verdict).astype(object),
        rule=[rules[n][1] for n in table["n"]],
    )


def _refusal(n: int, hidden: bool) -> str:
    if n > 1:
        return ""
    if hidden:
        return WITHHELD
    return "one stakeholder rated this dimension, and agreement takes two" if n else "nobody rated this dimension"
