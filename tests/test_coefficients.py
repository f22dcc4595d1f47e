"""The coefficients of a profile: published figures, what they are at full agreement, weights, intervals, words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import optimize, stats

from helpers.scoring import counting, intervals, polychoric, readings, reliability

PUBLISHED = Path(__file__).parent / "published"
LEVELS = (0, 1, 2, 3, 4, 5)
PANELS = arrays.arrays(float, st.tuples(st.integers(5, 9), st.integers(3, 6)), elements=st.integers(0, 5).map(float))


def published(name: str) -> np.ndarray:
    """Raters x units, nan where there is no rating."""
    table = pd.read_csv(PUBLISHED / f"{name}.csv")
    return table.pivot_table(index="rater", columns="unit", values="rating").to_numpy()


def panel_itself(scores: np.ndarray) -> np.ndarray:
    return np.ones((1, len(scores)))


def of_counts(scores, weights=None, levels=LEVELS, **options) -> dict[str, float]:
    weights = panel_itself(scores) if weights is None else weights
    counts, squares = counting.level_counts(weights, scores, levels), counting.square_sums(weights, scores)
    return {
        "krippendorff_alpha ordinal": reliability.krippendorff_alpha(counts, squares)[-1],
        "krippendorff_alpha nominal": reliability.krippendorff_alpha(counts, squares, metric="nominal")[-1],
        "gwet_ac2": reliability.gwet_ac2(counts, squares)[-1],
    }


def of_complete(scores, weights=None) -> dict[str, float]:
    weights = panel_itself(scores) if weights is None else weights
    single, average = reliability.icc_2(weights, scores)
    return {
        "kendall_w": reliability.kendall_w(weights, scores)[-1],
        "icc_2_1": single[-1],
        "icc_2_k": average[-1],
        "cronbach_alpha": reliability.cronbach_alpha(weights, scores)[-1],
    }


@pytest.mark.parametrize(
    "printed",
    pd.read_csv(PUBLISHED / "coefficients.csv").to_dict("records"),
    ids=lambda row: f"{row['data']} {row['coefficient']}",
)
def test_every_published_coefficient_is_reproduced(printed):
    scores = published(printed["data"])
    found = of_counts(scores, levels=(1, 2, 3, 4, 5)) if np.isnan(scores).any() else of_complete(scores)
    assert round(found[printed["coefficient"]], printed["decimals"]) == printed["value"]


def test_w_gives_the_statistic_of_friedmans_test():
    scores = published("nag_kendall_w")
    n, m = scores.shape
    test = stats.friedmanchisquare(*scores.T)
    assert n * (m - 1) * of_complete(scores)["kendall_w"] == pytest.approx(test.statistic)
    assert round(test.pvalue, 3) == 0.008


@given(PANELS.filter(lambda scores: np.ptp(scores.sum(axis=1)) > 0 and np.ptp(scores) > 0))
def test_the_icc_and_cronbach_are_their_mean_squares(scores):
    n, m = scores.shape
    dimensions, people = scores.mean(axis=0), scores.mean(axis=1)
    rest = ((scores - dimensions - people[:, None] + scores.mean()) ** 2).sum() / ((n - 1) * (m - 1))
    between, judges = n * dimensions.var(ddof=1), m * people.var(ddof=1)
    found = of_complete(scores)
    assert found["icc_2_1"] == pytest.approx((between - rest) / (between + (n - 1) * rest + n * (judges - rest) / m))
    assert found["cronbach_alpha"] == pytest.approx(1 - rest / judges)


@given(arrays.arrays(float, st.integers(3, 6), elements=st.integers(0, 5).map(float)), st.integers(5, 40))
def test_everything_is_exactly_1_when_all_agree_on_a_profile_that_is_not_flat(profile, n):
    if np.ptp(profile) == 0:
        profile[0] = (profile[0] + 1) % 6
    scores = np.tile(profile, (n, 1))
    weights = counting.drawn(n, 20, 1)
    agreed = {**of_counts(scores), **of_counts(scores, weights), **of_complete(scores), **of_complete(scores, weights)}
    assert np.isnan(agreed.pop("cronbach_alpha"))
    assert set(agreed.values()) == {1.0}


@given(PANELS, st.randoms())
def test_counting_somebody_twice_is_writing_him_twice_but_for_the_pairs_with_himself(scores, random):
    weights = np.array([[float(random.randint(0, 3)) for _ in scores]])
    weights[0, :3] += 1
    repeated = np.repeat(scores, weights[0].astype(int), axis=0)
    who = np.repeat(np.arange(len(scores)), weights[0].astype(int))
    first, second = np.nonzero(who[:, None] != who)
    ranks = stats.rankdata(repeated, axis=1) - (scores.shape[1] + 1) / 2
    own, shared = (ranks**2).sum(axis=1).mean(), (ranks[first] * ranks[second]).sum(axis=1).mean()
    expected = ((len(who) - 1) * shared + own) / (len(who) * own) if own else np.nan
    assert of_complete(scores, weights)["kendall_w"] == pytest.approx(expected, nan_ok=True)
    assert of_complete(scores, weights)["cronbach_alpha"] == pytest.approx(
        of_complete(repeated)["cronbach_alpha"], nan_ok=True
    )


@given(PANELS.filter(lambda scores: np.ptp(scores) > 0), st.randoms())
def test_alpha_of_weights_is_a_sum_over_pairs_of_different_ratings(scores, random):
    weights = np.array([[1.0 + random.randint(0, 2) for _ in scores]])
    n, m = scores.shape
    values, owner = scores.ravel(), np.arange(n * m)
    w = np.repeat(weights[0], m)
    unit = np.tile(np.arange(m), n)
    margins = np.array([w[values == level].sum() for level in LEVELS])
    ranks = (np.cumsum(margins) - margins / 2)[values.astype(int)]
    pair = np.outer(w, w) * (owner[:, None] != owner)
    apart = np.subtract.outer(ranks, ranks) ** 2
    same = unit[:, None] == unit
    observed, expected = ((pair * apart * s).sum() / (pair * s).sum() for s in (same, np.ones_like(same)))
    found = of_counts(scores, weights)["krippendorff_alpha ordinal"]
    assert found == pytest.approx(1 - observed / expected)


def test_tallis_table_gives_drasgows_correlation():
    table = pd.read_csv(PUBLISHED / "tallis_table.csv").pivot_table(index="row", columns="column", values="n")
    assert round(float(polychoric.correlation(table.to_numpy(float)[None])[0]), 3) == 0.420


@pytest.mark.parametrize("table", [[[8, 3, 1], [4, 9, 6]], [[2, 5, 20], [6, 14, 7], [15, 3, 1]], [[30, 4], [5, 1]]])
def test_the_correlation_maximises_a_likelihood_from_scipys_normal(table):
    counts = np.array(table, dtype=float)
    rows, columns = ([-9, *stats.norm.ppf(np.cumsum(counts.sum(axis=axis))[:-1] / counts.sum()), 9] for axis in (1, 0))

    def unlikely(rho):
        normal = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
        corners = np.array([[normal.cdf([a, b]) for b in columns] for a in rows])
        return -(counts * np.log(np.maximum(np.diff(np.diff(corners, axis=0), axis=1), 1e-300))).sum()

    best = optimize.minimize_scalar(unlikely, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-6}).x
    assert polychoric.correlation(counts[None])[0] == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("rho", [-0.95, -0.5, 0.0, 0.3, 0.9])
def test_the_bivariate_normal_is_scipys(rho):
    at = np.array([[-2.0, -0.3, 1.2]])
    normal = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    expected = [[normal.cdf([a, b]) for b in at[0]] for a in at[0]]
    np.testing.assert_allclose(polychoric.below(at, at, np.array([rho]))[0], expected, atol=1e-8)


def test_one_step_from_the_panel_is_close_to_the_whole_way():
    random = np.random.default_rng(3)
    scores = np.clip(np.round(2.5 + random.normal(0, 0.8, (300, 1)) + random.normal(size=(300, 2))), 0, 5)
    tables = next(polychoric.pair_tables(counting.drawn(300, 50, 1), scores, LEVELS))
    start = polychoric.correlation(tables[:1])[0]
    whole = polychoric.correlation(tables[1:])
    assert np.abs(whole - start).max() > 0.05
    assert np.abs(polychoric.one_step(tables[1:], start) - whole).max() < 0.01


def test_ordinal_alpha_is_that_of_its_correlations_and_above_cronbachs():
    random = np.random.default_rng(4)
    scores = np.clip(np.round(1.5 + random.normal(0, 0.8, (400, 1)) + random.normal(size=(400, 4))), 0, 5)
    values = polychoric.ordinal_alpha(counting.drawn(400, 200, 1), scores, LEVELS)
    pairs = polychoric.pair_tables(panel_itself(scores), scores, LEVELS)
    mean = np.mean([polychoric.correlation(table)[0] for table in pairs])
    assert values[0] == pytest.approx(4 * mean / (1 + 3 * mean))
    assert values[0] > of_complete(scores)["cronbach_alpha"]
    assert values[1:].min() < values[0] < values[1:].max()


@pytest.mark.parametrize(("items", "least"), [(3, 200), (11, 200), (12, 234), (20, 630)])
def test_polychoric_correlations_take_a_large_panel(items, least):
    assert polychoric.smallest_panel(items) == least


def test_limits_are_widened_for_small_panels_and_leave_out_what_is_missing():
    values = np.array([0.5, *np.linspace(0, 1, 1001), np.nan])
    low, high = intervals.expanded_percentiles(values, 12, 0.95)
    share = stats.norm.cdf(-np.sqrt(12 / 11) * stats.t.ppf(0.975, 11))
    assert (low, high) == (pytest.approx(share), pytest.approx(1 - share))
    assert np.isnan(intervals.expanded_percentiles(values, 1, 0.95)).all()
    assert np.isnan(intervals.expanded_percentiles(np.array([0.5, np.nan]), 12, 0.95)).all()


def test_reflection_turns_a_shift_of_the_draws_round():
    values = np.array([0.9, *np.linspace(0.8, 0.89, 1001)])
    low, high = intervals.reflected(values, 12, 0.95)
    plain = intervals.expanded_percentiles(values, 12, 0.95)
    assert 0.9 < low < high
    assert (1 - low) * (1 - plain[1]) == pytest.approx(0.01)
    assert (1 - high) * (1 - plain[0]) == pytest.approx(0.01)


@settings(max_examples=20)
@given(st.integers(2, 40), st.integers(1, 50))
def test_a_draw_is_as_large_as_the_panel_and_the_first_row_is_the_panel(n, draws):
    weights = counting.drawn(n, draws, 5)
    assert weights.shape == (draws + 1, n)
    assert (weights.sum(axis=1) == n).all() and (weights[0] == 1).all()


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [("krippendorff_alpha", 0.8, "reliable"), ("krippendorff_alpha", 0.7, "good enough for tentative conclusions"),
     ("krippendorff_alpha", 0.66, "not reliable"), ("gwet_ac2", 0.5, "moderate"), ("gwet_ac2", -0.1, "poor"),
     ("kendall_w", 0.72, "strong"), ("icc_2_1", 0.49, "poor"), ("cronbach_alpha", 0.92, "excellent"),
     ("ordinal_alpha", float("nan"), "")],
)  # fmt: skip
def test_the_usual_words(code, value, expected):
    assert readings.reading(code, value) == expected
