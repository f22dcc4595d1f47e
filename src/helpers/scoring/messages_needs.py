"""What the indicators of a region say, in sentences and three large figures."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
from scipy import stats

from helpers.scoring import messages_trends
from helpers.scoring.message import BigNumber, Message, heaviest
from helpers.scoring.wording import (
    MOST_NAMES,
    NBSP,
    amount,
    decimals_apart,
    decimals_for,
    listing,
    number,
    plural,
    sentence,
    series,
    short_unit,
    verb,
)

MOST = 5
MANY_TESTS = 20
CHANCE = 0.05
JUDGED = ("better", "worse", "no clear difference")
EXACT = 12
RATIO = ["ratio", "ratio_lowercl", "ratio_uppercl"]


def needs(
    beside: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    directions: pd.DataFrame | None = None,
) -> list[Message]:
    """Say what a region's indicators show.

    Parameters
    ----------
    beside
        As `comparison.beside_comparator` gives it.
    changes
        As `comparison.trend_change` gives it.
    gaps
        As `comparison.quintile_gaps` gives it.
    plan
        As `comparison.plan_figures` gives it.
    directions
        As `trends.directions` gives it: what moved is then told by the direction over all periods and not by the two
        ends, wherever one indicator at least could be tested.

    Returns
    -------
    list of Message
        At most five sentences in reading order (picture, worst, best, deprivation, movement, what is higher or
        lower without being better or worse), then the cautions (kind "caution"). "Better", "worse", "risen" and
        "fallen" stand only where a test says so.

    Notes
    -----
    *Which indicators are named.* Those whose interval stays furthest from the comparator (``clear_distance`` of
    `comparison.beside_comparator`); where that is missing or ties, those with the smaller p value, that is, the
    larger z; then the register's order. "Furthest" is said only where the distances alone tell those that are
    named from all others; else they are "among them".

    *Decimals.* As few as the interval carries, but as many as keep apart in print what the verdict keeps apart.
    """
    said = [*_picture(beside), *_furthest(beside, "worse"), *_furthest(beside, "better"), *_deprivation(gaps)]
    said = heaviest([*said, *_moved(changes, directions), *_undirected(beside)], MOST)
    if not said and (plan is None or plan.empty):
        said = [Message("No indicators are on record for this region.", "beside", "picture")]
    return said + _cautions(beside, gaps, plan)


def judged_rows(beside: pd.DataFrame) -> pd.DataFrame:
    """The indicators that could come out better or worse: tested, and with a direction that is better."""
    return beside[beside["verdict"].isin(JUDGED) & (beside["polarity"] != "none")]


def _picture(beside: pd.DataFrame) -> list[Message]:
    judged = judged_rows(beside)
    if judged.empty:
        return _not_judged(beside)
    than, n = benchmark(judged), len(judged)
    counts = {word: int((judged["verdict"] == word).sum()) for word in JUDGED}
    if counts["no clear difference"] == n:
        none = f"Of {n} indicators not one shows a" if n > 1 else f"{judged['indicator_name'].iloc[0]} shows no"
        return [Message(f"{none} clear difference from {than}.", "beside", "picture", 5)]
    clauses = [
        f"{counts[word]} {verb(counts[word], 'is', 'are')} {word}" for word in ("better", "worse") if counts[word]
    ]
    clauses[0] += f" than {than}"
    if counts["no clear difference"]:
        unclear = counts["no clear difference"]
        clauses.append(f"{unclear} {verb(unclear, 'shows', 'show')} no clear difference")
    text = f"Of {plural(n, 'indicator')} that can be judged, {series(clauses)}"
    return [Message(sentence(text), "beside", "picture", 5)]


def _not_judged(beside: pd.DataFrame) -> list[Message]:
    """Where no indicator at all can be judged: how many are shown, and why."""
    if beside.empty or (beside["verdict"] != "not compared").any():
        return []
    n = len(beside)
    start = f"{plural(n, 'indicator')} are shown and none of them is judged"
    if n == 1:
        start = f"{beside['indicator_name'].iloc[0]} is shown and not judged"
    reasons = beside["reason"].str.split(";").str[0].str.strip()
    counts = reasons[reasons != ""].value_counts()
    if counts.empty:
        return [Message(sentence(start), "beside", "picture", 5)]
    why, of_them = counts.index[0], int(counts.iloc[0])
    start += ": " if of_them == n else f"; for {of_them} of them the reason is that "
    return [Message(sentence(start + why), "beside", "picture", 5)]


def benchmark(beside: pd.DataFrame) -> str:
    """What the indicators are compared with, in words, where that is not the same for all of them."""
    bases = list(dict.fromkeys(basis for basis in beside["comparator_basis"] if basis))
    areas = [basis for basis in bases if not basis.startswith("median of")]
    medians = [basis for basis in bases if basis.startswith("median of")]
    if len(medians) > 1:
        medians = [re.sub(r"median of [\d,]+ ", "median of the ", medians[0])]
    the = [f"the {basis}" for basis in medians]
    if areas and the:
        return f"{areas[0]} or, where it has no figure for the period, {the[0]}"
    return (areas + the or ["the comparator"])[0]


def _furthest(beside: pd.DataFrame, word: str) -> list[Message]:
    part = _ranked(beside[beside["verdict"] == word])
    if part.empty:
        return []
    kind, weight = ("gap", 4.5) if word == "worse" else ("picture", 3)
    if len(part) == 1:
        return [Message(sentence(_single(part.iloc[0], word)), "beside", kind, weight)]
    names = list(part["indicator_name"])
    start = f"Clearly {word}:"
    if len(names) > MOST_NAMES:
        told_apart = _are_furthest(part, MOST_NAMES)
        start = f"Furthest on the {word} side:" if told_apart else f"{len(names)} are clearly {word}, among them"
    return [Message(sentence(f"{start} {listing(names[:MOST_NAMES])}"), "beside", kind, weight)]


def _ranked(part: pd.DataFrame) -> pd.DataFrame:
    """The indicators of one verdict, the interval that stays furthest from the comparator first (see `needs`)."""
    return part.sort_values(["clear_distance", "p_value"], ascending=[False, True], na_position="last", kind="stable")


def _are_furthest(ranked: pd.DataFrame, most: int) -> bool:
    """Whether the first ``most`` of the ranked indicators lie further from the comparator than all others."""
    distances = ranked["clear_distance"].astype(float).tolist()
    if any(map(math.isnan, distances)):
        return False
    return len(distances) <= most or not math.isclose(distances[most - 1], distances[most], rel_tol=1e-9)


def _undirected(beside: pd.DataFrame) -> list[Message]:
    """What is higher or lower where neither is better."""
    apart = {word: beside[beside["verdict"] == word] for word in ("higher", "lower")}
    clauses = [f"{word}: {listing(list(part['indicator_name']))}" for word, part in apart.items() if len(part)]
    if not clauses:
        return []
    than = benchmark(pd.concat(list(apart.values())))
    text = f"Apart from {than}, which is neither good nor bad; {'; '.join(clauses)}"
    return [Message(sentence(text), "beside", "picture", 2)]


def _single(row: pd.Series, word: str) -> str:
    ours, theirs = _both(row)
    return f"Clearly {word}: {row['indicator_name']}, {ours} beside {theirs} ({row['comparator_basis']})"


def _both(row: pd.Series) -> tuple[str, str]:
    """The region's figure and its comparator's, with as many decimals as tell them apart."""
    ours, theirs, decimals = row["value"], row["comparator_value"], None
    if pd.notna(row["lowercl"]) and pd.notna(row["uppercl"]):
        decimals = decimals_apart([ours], theirs, decimals_for(row["lowercl"], row["uppercl"]), EXACT)
    unit = short_unit(str(row["unit"]))
    return amount(ours, unit, decimals), amount(theirs, unit, decimals)


def _large(written: str) -> str:
    """A figure for large type: a long unit is left to the label."""
    value, _, unit = written.partition(NBSP)
    return f"{value}{NBSP}{unit}" if unit in ("%", "years") else value


def _deprivation(gaps: pd.DataFrame | None) -> list[Message]:
    tested = pd.DataFrame() if gaps is None else gaps[gaps["verdict"] != "not compared"]
    if tested.empty:
        return []
    apart = tested[tested["verdict"] != "no clear difference"]
    if apart.empty:
        where = f"any of {len(tested)} indicators" if len(tested) > 1 else tested["indicator_name"].iloc[0]
        text = f"Between the most and the least deprived fifth there is no clear difference on {where}"
        return [Message(sentence(text), "quintiles", "gap", 3.5)]
    worse = apart[apart["verdict"] == "worse"]
    counted, does = (worse, "does worse than") if len(worse) else (apart, "differs from")
    n = f"{len(counted)} of {len(tested)}" if len(counted) < len(tested) else f"all {len(tested)}"
    start = f"On {n} indicators the most deprived fifth {does} the least deprived"
    if len(tested) == 1:
        start = f"On {tested['indicator_name'].iloc[0]} the most deprived fifth {does} the least deprived"
    clearest = _clearest(counted)
    if clearest is None:
        return [Message(sentence(start), "quintiles", "gap", 4)]
    name = clearest["indicator_name"]
    which = f"; the clearest gap is in {name}," if len(tested) > 1 else ":"
    if counted["ratio"].isna().any():
        which = f"; of those that can be told as a ratio the clearest is {name},"
    return [Message(sentence(f"{start}{which} {_times(clearest)}"), "quintiles", "gap", 4)]


def _clearest(gaps: pd.DataFrame) -> pd.Series | None:
    """The gap whose interval, as a ratio, stays furthest from 1: the one that can be claimed most surely."""
    ratios = gaps[(gaps["ratio_lowercl"] > 0) & gaps["ratio"].notna()]
    if ratios.empty:
        return None
    nearest = np.minimum(np.log(ratios["ratio_lowercl"]).abs(), np.log(ratios["ratio_uppercl"]).abs())
    return ratios.loc[nearest.idxmax()]


def _times(gap: pd.Series) -> str:
    ratio, low, high = _ratio(gap)
    times = "times as high" if gap["ratio"] >= 1 else "times the figure of the least deprived"
    return f"{ratio} {times} (95{NBSP}% interval {low} to {high})"


def _ratio(gap: pd.Series) -> list[str]:
    """A ratio and its limits, with as many decimals as keep each on its side of 1; at most three."""
    values = [float(gap[column]) for column in RATIO]
    decimals = decimals_apart(values, 1, decimals_for(*values[1:]))
    if decimals_apart(values, 1, decimals, EXACT) == decimals:
        return [number(value, decimals) for value in values]
    return [_beside_one(value, decimals) for value in values]


def _beside_one(value: float, decimals: int) -> str:
    if value == 1 or round(value, decimals) != 1:
        return number(value, decimals)
    return "just above 1" if value > 1 else "just below 1"


def _moved(changes: pd.DataFrame | None, directions: pd.DataFrame | None) -> list[Message]:
    directed = messages_trends.tested_directions(directions)
    if len(directed):
        return messages_trends.moved(directed)
    tested = _tested_changes(changes)
    if tested.empty:
        return []
    n = len(tested)
    if n == 1:
        return [Message(sentence(_one_change(tested.iloc[0])), "trends", "moved", 3.8)]
    moved = {word: tested[tested["meaning"] == word] for word in ("better", "worse")}
    clauses = [
        f"{len(part)} changed for the {word} ({listing(list(part['short_name']))})"
        for word, part in moved.items()
        if len(part)
    ]
    for word in ("risen", "fallen"):
        count = int(((tested["meaning"] == "") & (tested["verdict"] == word)).sum())
        if count:
            clauses.append(f"{count} {verb(count, 'has', 'have')} {word}")
    unclear = int((tested["verdict"] == "no clear change").sum())
    if not clauses:
        text = f"Of {n} indicators not one shows a clear change between its first and its latest figure"
        return [Message(sentence(text), "trends", "moved", 3.8)]
    if unclear:
        clauses.append(f"{unclear} {verb(unclear, 'shows', 'show')} no clear change")
    text = f"Between the first and the latest figures of {plural(n, 'indicator')}, {series(clauses)}"
    return [Message(sentence(text), "trends", "moved", 3.8)]


def _one_change(row: pd.Series) -> str:
    between = f"between {row['first_period']} and {row['latest_period']}"
    if row["verdict"] == "no clear change":
        return f"{row['indicator_name']} shows no clear change {between}"
    for_the = f", for the {row['meaning']}," if row["meaning"] else ""
    return f"{row['indicator_name']} has {row['verdict']}{for_the} {between}"


def _tested_changes(changes: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if changes is None or changes.empty else changes[changes["verdict"] != "not compared"]


def _cautions(beside: pd.DataFrame, gaps: pd.DataFrame | None, plan: pd.DataFrame | None) -> list[Message]:
    said = []
    tested = int((beside["verdict"] != "not compared").sum()) if len(beside) else 0
    if tested >= MANY_TESTS:
        by_chance = round(tested * CHANCE)
        text = f"With {tested} indicators tested, about {by_chance} would seem to differ by chance alone"
        said.append((f"{text}{_corrected(beside)}", "beside"))
    untested = beside[beside["verdict"] == "not compared"] if len(beside) else beside
    if len(untested) and tested:
        text = f"{plural(len(untested), 'indicator')} could not be compared"
        said.append((text, "beside"))
    if gaps is not None and len(gaps) and (gaps["verdict"] == "not compared").all():
        said.append(("The gap by deprivation cannot be measured here", "quintiles"))
    if plan is not None and len(plan):
        said += [(text, "plan") for text in _plan_cautions(plan)]
    return [Message(sentence(text), anchor, "caution", 1) for text, anchor in said]


def _corrected(beside: pd.DataFrame) -> str:
    """How many of the differences stay clear once all tests are corrected together (Benjamini and Hochberg 1995)."""
    p_values = beside["p_value"].astype(float).dropna() if "p_value" in beside else pd.Series(dtype=float)
    if p_values.empty:
        return ""
    kept = int((stats.false_discovery_control(p_values.to_numpy()) < CHANCE).sum())
    return f"; corrected for that, {kept} of the {int((p_values < CHANCE).sum())} differences stay clear"


def _plan_cautions(plan: pd.DataFrame) -> list[str]:
    counts = {column: int(plan[column].sum()) for column in ("is_contradicted", "lacks_base", "lacks_period")}
    n = plural(len(plan), "figure")
    said = []
    if counts["is_contradicted"]:
        contradict = verb(counts["is_contradicted"], "contradicts", "contradict")
        said.append(f"Of {n} in the plan, {counts['is_contradicted']} {contradict} another")
    bare = [
        f"{counts[column]} {verb(counts[column], 'is', 'are')} printed without {what}"
        for column, what in (("lacks_base", "the number behind the share"), ("lacks_period", "a period"))
        if counts[column]
    ]
    if bare:
        said.append(f"Of {n} in the plan, {series(bare)}")
    return said


def headline_needs(
    beside: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    directions: pd.DataFrame | None = None,
) -> list[BigNumber]:
    """Three figures in large type: how the region lies to its comparator, the largest gap, what has moved.

    What has moved follows the tested ``directions`` over all periods where there are any, else the two ends.

    Returns
    -------
    list of BigNumber
        Three, or none where no indicator can be judged.
    """
    judged = judged_rows(beside)
    if judged.empty:
        return []
    return [_overall(judged), _gap(judged, gaps), _change(changes, directions)]


def _overall(judged: pd.DataFrame) -> BigNumber:
    better, worse = (int((judged["verdict"] == word).sum()) for word in ("better", "worse"))
    than, n = benchmark(judged), plural(len(judged), "indicator")
    if not better and not worse:
        return BigNumber(f"0 of {len(judged)}", f"indicators differ clearly from {than}", "beside")
    parts = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    return BigNumber(", ".join(parts), f"of {n}, beside {than}", "beside")


def _gap(judged: pd.DataFrame, gaps: pd.DataFrame | None) -> BigNumber:
    worse = _ranked(judged[judged["verdict"] == "worse"])
    if len(worse):
        row = worse.iloc[0]
        ours, theirs = _both(row)
        label = f"{row['indicator_name']}, beside {theirs} ({row['comparator_basis']})"
        if len(worse) > 1:
            label += f", {'the furthest' if _are_furthest(worse, 1) else 'one'} of {len(worse)} that are worse"
        return BigNumber(_large(ours), label, "beside")
    row = None if gaps is None else _clearest(gaps[gaps["verdict"] == "worse"])
    if row is not None:
        label = f"{row['indicator_name']}: the most deprived fifth beside the least"
        return BigNumber(f"{_ratio(row)[0]} times", label, "quintiles")
    return BigNumber("0", f"clear gaps in {plural(len(judged), 'indicator')}", "beside")


def _change(changes: pd.DataFrame | None, directions: pd.DataFrame | None) -> BigNumber:
    directed = messages_trends.tested_directions(directions)
    if len(directed):
        return messages_trends.headline(directed)
    tested = _tested_changes(changes)
    if tested.empty:
        return BigNumber("–", "no earlier figures to compare with", "trends")
    better, worse = (int((tested["meaning"] == word).sum()) for word in ("better", "worse"))
    n = plural(len(tested), "indicator")
    if not better and not worse:
        moved = int((tested["verdict"] != "no clear change").sum())
        return BigNumber(f"{moved} of {len(tested)}", "indicators with a clear change over time", "trends")
    parts = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    return BigNumber(", ".join(parts), f"of {n}, latest figure beside the first", "trends")
