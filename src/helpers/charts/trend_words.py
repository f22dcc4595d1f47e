"""Title, subtitle and alt text of trends; what they claim is what the tested change says."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, short_period, with_interval, with_unit
from helpers.scoring.messages_trends import direction_words, tested_directions
from helpers.scoring.wording import plural, sentence, verb

KEY = ["indicator", "sex", "age_group"]


def change_words(row) -> str:
    """Say how the latest figure lies to the first: "Fallen from 707 to 646: better"."""
    first = with_unit(row.first_value, row.unit, row.first_lowercl, row.first_uppercl)
    latest = with_unit(row.latest_value, row.unit, row.latest_lowercl, row.latest_uppercl)
    if row.verdict in {"risen", "fallen"}:
        meaning = f": {row.meaning}" if row.meaning else ""
        return f"{row.verdict.capitalize()} from {first} to {latest}{meaning}"
    if row.verdict == "no clear change":
        return f"No clear change, {first} to {latest}"
    return f"First and latest not compared: {row.reason}" if row.reason else "First and latest not compared"


def finding_words(row, directions: pd.DataFrame | None = None) -> str:
    """Say of one row of changes its tested direction, or, where that could not be tested, what `change_words` says."""
    tested = tested_directions(directions)
    if tested.empty:
        return change_words(row)
    key = tuple(getattr(row, name) for name in KEY)
    keys = zip(*(list(tested[name]) for name in KEY), strict=True)
    place = next((place for place, each in enumerate(keys) if each == key), None)
    return change_words(row) if place is None else direction_words(next(tested.iloc[[place]].itertuples()))


def title_trends(changes: pd.DataFrame, *, region_name: str, directions: pd.DataFrame | None = None) -> str:
    """Return the finding: how many indicators got better and worse, or, of a single one, what it did.

    By the tested ``directions`` over all periods where there are any, else by the two ends.
    """
    if changes.empty:
        return f"No indicator of {region_name} has figures for two periods"
    if len(changes) == 1:
        row = next(changes.itertuples())
        words = finding_words(row, directions)
        return f"{row.indicator_name} in {region_name}: {words[:1].lower()}{words[1:]}"
    tested = tested_directions(directions)
    if len(tested):
        return _title_of_directions(tested, region_name)
    better, worse = (int((changes["meaning"] == word).sum()) for word in ("better", "worse"))
    total = plural(len(changes), "indicator")
    if not better and not worse:
        return f"None of {total} has clearly got better or worse in {region_name}"
    return f"{better} of {total} got better in {region_name}, {worse} got worse"


def _title_of_directions(tested: pd.DataFrame, region_name: str) -> str:
    better, worse = (int((tested["meaning"] == word).sum()) for word in ("better", "worse"))
    total = plural(len(tested), "indicator")
    if not better and not worse:
        return f"Over all periods none of {total} clearly gets better or worse in {region_name}"
    parts = [f"{better} of {total} {verb(better, 'gets', 'get')} better in {region_name}"] if better else []
    of_all = "" if better else f" of {total}"
    where = "" if better else f" in {region_name}"
    parts += [f"{worse}{of_all} {verb(worse, 'gets', 'get')} worse{where}"] if worse else []
    return f"Over all periods {', '.join(parts)}"


def subtitle_trends(changes: pd.DataFrame, *, directions: pd.DataFrame | None = None) -> str:
    """Return measure and periods, and that of overlapping periods not all were tested."""
    if changes.empty:
        return ""
    periods = ""
    if len(changes) == 1:
        periods = f"{short_period(changes.iloc[0]['first_period'])} to {short_period(changes.iloc[0]['latest_period'])}"
    measure = str(changes.iloc[0]["unit"]) if len(changes) == 1 else "First to latest period of each indicator"
    tested = tested_directions(directions)
    thinned = len(tested) and tested["is_thinned"].any()
    apart = "trends tested over periods that share no year" if thinned else ""
    return joined([measure, periods, "shaded: 95\u00a0% intervals", apart])


def alt_trends(
    changes: pd.DataFrame, *, region_name: str, comparator_name: str = "", directions: pd.DataFrame | None = None
) -> str:
    """Describe the line charts: kind, subject, finding, and of each the first and the latest figure."""
    beside = f" beside {comparator_name}" if comparator_name else ""
    kind = f"Line charts over time: {region_name}{beside}, {plural(len(changes), 'indicator')}"
    each = "; ".join(_row_words(row, directions) for row in changes.itertuples())
    title = title_trends(changes, region_name=region_name, directions=directions)
    return " ".join(sentence(part) for part in (kind, title, each) if part)


def _row_words(row, directions: pd.DataFrame | None) -> str:
    first = with_interval(row.first_value, row.unit, row.first_lowercl, row.first_uppercl)
    latest = with_interval(row.latest_value, row.unit, row.latest_lowercl, row.latest_uppercl)
    periods = short_period(row.first_period), short_period(row.latest_period)
    ends = f"{first} in {periods[0]}, {latest} in {periods[1]}"
    found = finding_words(row, directions)
    if found == change_words(row):
        found = f"{row.verdict}{', ' + row.meaning if row.meaning else ''}"
    return f"{row.indicator_name}: {ends}, {found[:1].lower()}{found[1:]}"
