"""Literal tables for the tests of charts, with the columns that scoring gives."""

import pandas as pd

NAMES = ("Readiness to Change", "Structure & Governance", "Digital Infrastructure", "Finance & Funding")
CODES = ("readiness", "governance", "digital", "funding")
NONE = float("nan")

# five people; the last dimension was rated by four and has no consensus; nobody is at 5
COUNTS = {
    "readiness": (0, 0, 1, 3, 1, 0),
    "governance": (1, 0, 4, 0, 0, 0),
    "digital": (5, 0, 0, 0, 0, 0),
    "funding": (1, 1, 0, 1, 1, 0),
}


def profile() -> pd.DataFrame:
    columns = [
        "dimension", "dimension_name", "short_name", "order", "n", "n_missing", "median", "q1", "q3", "minimum",
        "maximum", "spread", "n_at_median", "n_most_chosen", "consensus", "level", "level_from", "level_text",
        "withheld",
    ]  # fmt: skip
    rows = [
        (CODES[0], NAMES[0], "Readiness", 1, 5, 0, 3.0, 3.0, 3.0, 2, 4, 0.0, 3, 3, 3, 3, "consensus", "vision", False),
        (CODES[1], NAMES[1], "Govern", 2, 5, 0, 2.0, 2.0, 2.0, 0, 2, 0.0, 4, 4, 2, 2, "consensus", "forces", False),
        (CODES[2], NAMES[2], "Digital", 3, 5, 0, 0.0, 0.0, 0.0, 0, 0, 0.0, 5, 5, 0, 0, "consensus", "no need", False),
        (CODES[3], NAMES[3], "Funding", 4, 4, 1, 2.0, 0.75, 3.25, 0, 4, 2.5, 2, 1, None, 2, "median", "grants", False),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).assign(n_stakeholders=5)
    return table.astype(dict.fromkeys(("minimum", "maximum", "consensus", "level"), "Int64"))


def distribution() -> pd.DataFrame:
    rows = [(code, level, n) for code, counts in COUNTS.items() for level, n in enumerate(counts)]
    return pd.DataFrame(rows, columns=["dimension", "level", "n"])


def many(dimensions: int, people: int, name: str = "Dimension") -> tuple[pd.DataFrame, pd.DataFrame]:
    """A profile and its distribution with so many dimensions, everybody at one level that runs from 0 to 5."""
    rows, counts = [], []
    for k in range(dimensions):
        level = k % 6
        said = "services formally described; not deployed"
        rows.append((f"d{k}", f"{name} {k}", k + 1, people, 0, float(level), float(level), min(level + 1.0, 5.0), level,
                     level, 1.0, people, people, level, level, "consensus", said))  # fmt: skip
        counts += [(f"d{k}", at, people if at == level else 0) for at in range(6)]
    columns = ["dimension", "dimension_name", "order", "n", "n_missing", "median", "q1", "q3", "minimum", "maximum",
               "spread", "n_at_median", "n_most_chosen", "consensus", "level", "level_from", "level_text"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).astype({"consensus": "Int64", "level": "Int64"})
    return table.assign(n_stakeholders=people), pd.DataFrame(counts, columns=["dimension", "level", "n"])


def compared() -> pd.DataFrame:
    reason = "its subject changed between the generations of the model"
    rows = [
        (CODES[0], NAMES[0], 2.0, 3.0, 1.0, 4, 5, True, ""),
        (CODES[1], NAMES[1], 2.0, 2.0, 0.0, 4, 5, True, ""),
        (CODES[2], NAMES[2], NONE, NONE, NONE, 4, 5, False, reason),
        (CODES[3], NAMES[3], 2.5, 2.0, -0.5, 4, 5, True, ""),
    ]
    columns = [
        "dimension",
        "dimension_name",
        "earlier",
        "later",
        "change",
        "n_earlier",
        "n_later",
        "comparable",
        "reason",
    ]
    return pd.DataFrame(rows, columns=columns).assign(
        earlier_wave_name="March 2023", later_wave_name="March 2025", basis="consensus"
    )


def delphi() -> pd.DataFrame:
    rows = [
        ("governance", "Structure & Governance", 1, 12, 2.5, 2.0, 3.25, 75.0, "Agreement", "Progressing"),
        ("governance", "Structure & Governance", 2, 12, 2.0, 2.0, 3.0, 91.7, "Agreement", "Initial"),
        ("digital", "Digital Infrastructure", 1, 12, 3.0, 1.0, 5.0, 41.7, "Split", "Uncertain"),
        ("digital", "Digital Infrastructure", 2, 12, 3.0, 1.75, 4.0, 66.7, "Split", "Uncertain"),
    ]
    columns = [
        "dimension", "dimension_name", "round", "n", "median", "q1", "q3", "pct_in_agreement", "distribution", "level",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def beside() -> pd.DataFrame:
    rows = [
        ("Adults who smoke", "Adults who smoke", "Tobacco", "2019", "% of adults", "lower_is_better", 18.2, 13.0, 24.0,
         17.9, 32, "no clear difference", -0.05, -0.9, 0.7, -1.0, -0.3, 0.3, 0.9),
        ("Deaths caused by drugs", "Deaths, drugs", "Drugs", "2022 calendar year", "per 100,000", "lower_is_better",
         4.1, 1.1, 10.5, 17.5, 32, "better", 0.6, 0.3, 0.8, -1.0, -0.2, 0.2, 0.7),
        ("Adults who volunteer", "Volunteers", "Drugs", "2022", "% of adults", "higher_is_better", 14.6, 9.0, 20.0,
         22.4, 32, "worse", -0.5, -1.6, -0.1, -0.6, -0.2, 0.2, 1.0),
        ("Share aged 0 to 15", "Aged 0 to 15", "People", "2021", "% of the population", "none", 19.3, 19.0, 19.6, 16.4,
         32, "higher", 0.7, 0.6, 0.8, -0.5, -0.2, 0.3, 1.0),
        ("Population", "Population", "People", "2021", "people", "none", 94680.0, NONE, NONE, NONE, 1, "not compared",
         NONE, NONE, NONE, NONE, NONE, NONE, NONE),
    ]  # fmt: skip
    columns = [
        "indicator_name", "short_name", "theme", "period", "unit", "polarity", "value", "lowercl", "uppercl",
        "comparator_value", "n_areas", "verdict", "x", "x_lower", "x_upper", "x_min", "x_q1", "x_q3", "x_max",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(comparator_name="Median of 32 council areas", comparator_basis="median of 32 council areas")


def trend() -> pd.DataFrame:
    rows = []
    for code, name, values in (("S1", "Midlothian", (700.0, 600.0, 500.0)), ("S2", "Scotland", (650.0, 640.0, 510.0))):
        for year, value in zip((2002, 2003, 2004), values, strict=True):
            period = f"{year}/{(year + 1) % 100:02d} financial year"
            ends = pd.Timestamp(year, 4, 1), pd.Timestamp(year + 1, 3, 31)
            rows.append(("alcohol", "all", "all", code, name, period, *ends, value, value - 40, value + 40))
    columns = [
        "indicator", "sex", "age_group", "area_code", "area_name", "period", "period_start", "period_end",
        "value", "lowercl", "uppercl",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def changes() -> pd.DataFrame:
    row = {
        "indicator": "alcohol", "sex": "all", "age_group": "all", "indicator_name": "Hospital stays because of alcohol",
        "unit": "per 100,000", "first_period": "2002/03 financial year", "first_value": 700.0, "first_lowercl": 660.0,
        "first_uppercl": 740.0, "latest_period": "2004/05 financial year", "latest_value": 500.0,
        "latest_lowercl": 460.0, "latest_uppercl": 540.0, "verdict": "fallen", "meaning": "better", "reason": "",
    }  # fmt: skip
    return pd.DataFrame([row])


def by_dimension() -> pd.DataFrame:
    """Agreement of twelve stakeholders; the last dimension was rated by nobody."""
    rows = [
        (CODES[0], NAMES[0], 1, 12, 3.0, 11, 1, "Agreement", 0.7, ""),
        (CODES[1], NAMES[1], 2, 12, 2.5, 7, 5, "Split", 0.1, ""),
        (CODES[2], NAMES[2], 3, 12, 0.0, 12, 0, "Agreement", 1.0, ""),
        (CODES[3], NAMES[3], 4, 0, NONE, 0, 0, "", NONE, "nobody rated this dimension"),
    ]
    columns = [
        "dimension", "dimension_name", "order", "n", "median", "n_near", "n_outside", "distribution", "agreement_a",
        "refusal",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def twelve() -> pd.DataFrame:
    """The ratings behind `by_dimension`: one row a dimension and level."""
    counts = ((0, 1, 2, 6, 3, 0), (2, 0, 4, 3, 2, 1), (11, 1, 0, 0, 0, 0), (0,) * 6)
    rows = [
        (code, name, order, level, n)
        for code, name, order, own in zip(CODES, NAMES, range(1, 5), counts, strict=True)
        for level, n in enumerate(own)
    ]
    return pd.DataFrame(rows, columns=["dimension", "dimension_name", "order", "level", "n"])


def group_medians() -> pd.DataFrame:
    levels = {"Health": (4.0, 2.0, 0.0, NONE), "Social care": (2.5, 2.0, 0.0, 3.0), "others": (2.0, 2.0, 1.0, NONE)}
    rows = [
        (CODES[k], NAMES[k], k + 1, group, n, levels[group][k], NONE, NONE, group == "others")
        for k in range(4)
        for group, n in (("Health", 6), ("Social care", 4), ("others", 3))
    ]
    columns = ["dimension", "dimension_name", "order", "group", "n", "median", "q1", "q3", "is_pooled"]
    return pd.DataFrame(rows, columns=columns)


def differences() -> pd.DataFrame:
    few = "fewer than two groups have at least 3 ratings of it"
    rows = [
        (CODES[0], NAMES[0], 1, "sector", 13, 2, 0.55, "large", "Health", "others", True, ""),
        (CODES[1], NAMES[1], 2, "sector", 13, 3, 0.02, "weak", "", "", False, ""),
        (CODES[2], NAMES[2], 3, "sector", 13, 3, 0.70, "very strong", "others", "Health", True, ""),
        (CODES[3], NAMES[3], 4, "sector", 4, 1, NONE, "", "", "", False, few),
    ]
    columns = [
        "dimension", "dimension_name", "order", "by", "n", "n_groups", "effect", "effect_reading", "highest_group",
        "lowest_group", "is_clear", "refusal",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def tested() -> pd.DataFrame:
    """What the single ratings show of the waves in `compared`."""
    rows = [
        (CODES[0], True, "up", ""), (CODES[1], False, "", ""), (CODES[2], False, "", "its subject changed"),
        (CODES[3], False, "", "fewer than 5 of the people compared rated it in March 2023"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["dimension", "is_clear", "direction", "refusal"])


def ranking() -> pd.DataFrame:
    """Five dimensions by urgency: four with a gap, one that has reached the level wanted."""
    names, reached = (*NAMES, "Citizen Empowerment"), "has reached the level wanted"
    rows = [
        (1, names[3], 1, 4, 3, 1.0, ""), (2, names[1], 2, 4, 2, 0.93, ""), (3, names[0], 3, 5, 2, 0.85, ""),
        (4, names[2], 0, 1, 1, 0.22, ""), (None, names[4], 4, 4, 0, NONE, reached),
    ]  # fmt: skip
    columns = ["rank", "dimension_name", "level", "desired", "gap", "share_top_three", "refusal"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("rank", "level", "desired", "gap"), "Int64"))
    points = {"points_gap": 20.0, "points_disagreement": NONE, "points_confidence": NONE, "points_need": 5.0}
    return table.assign(dimension=table["dimension_name"], desired_from="declared", **points)


def coefficients() -> pd.DataFrame:
    few = "polychoric correlations of 12 dimensions take at least 234 stakeholders, and 12 rated all of them"
    rows = [
        ("krippendorff_alpha", "Krippendorff's alpha", "Do they give a dimension the same rating?", 0.7, 0.6, 0.8,
         "good enough for tentative conclusions", ""),
        ("gwet_ac2", "Gwet's AC2", "Do they give a dimension nearly the same rating?", 0.82, 0.76, 0.89,
         "almost perfect", ""),
        ("kendall_w", "Kendall's W", "Do they put the dimensions in the same order?", 0.6, 0.5, 0.69, "moderate", ""),
        ("cronbach_alpha", "Cronbach's alpha", "Do those who rate one high rate the others high?", -0.2, -1.4, 0.3,
         "unacceptable", ""),
        ("ordinal_alpha", "Ordinal alpha", "The same, if ratings are levels in order only?", NONE, NONE, NONE, "", few),
    ]  # fmt: skip
    columns = ["coefficient", "coefficient_name", "asks", "value", "lowercl", "uppercl", "reading", "refusal"]
    return pd.DataFrame(rows, columns=columns).assign(confidence=0.95, n_stakeholders=12, n_dimensions=12)
