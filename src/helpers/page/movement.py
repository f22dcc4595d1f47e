"""What moved: between two waves of assessment, and between the rounds of a Delphi study."""

from __future__ import annotations

import pandas as pd

from helpers.charts import rounds as round_charts
from helpers.charts import waves as wave_charts
from helpers.charts import waves_words
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.maturity import consensus_places
from helpers.page.tables import Column, table
from helpers.reference.models import Model
from helpers.scoring.wording import listing, out_of, plural

COMPARED = (
    Column("dimension_name", "Dimension"),
    Column("earlier", "Earlier level", "number", decimals=0),
    Column("later", "Later level", "number", decimals=0),
    Column("change", "Change in levels", "number", decimals=0),
    Column("basis", "Level from"),
    Column("n_earlier", "Ratings, earlier", "integer"),
    Column("n_later", "Ratings, later", "integer"),
    Column("reason", "Why not compared", "prose"),
)
ROUNDS = (
    Column("dimension_name", "Dimension"),
    Column("round", "Round", "integer"),
    Column("n", "Ratings", "integer"),
    Column("median", "Median", "number"),
    Column("pct_at_median", "At the median", "number", unit="%"),
    Column("pct_in_agreement", "In agreement", "number", unit="%"),
    Column("distribution", "Distribution"),
    Column("level", "Level"),
    Column("rule", "Rule", "prose"),
)
TESTED = (
    Column("dimension_name", "Dimension"),
    Column("n_pairs", "In both waves", "integer"),
    Column("n_up", "Rated higher", "integer"),
    Column("n_down", "Rated lower", "integer"),
    Column("n_same", "Same", "integer"),
    Column("n_earlier_only", "Earlier wave only", "integer"),
    Column("n_later_only", "Later wave only", "integer"),
    Column("n_contradicted", "Not paired: role or sector differs", "integer"),
    Column("effect", "Net movement (-1 to 1)", "number", decimals=2),
    Column("p_value", "p", "number", decimals=3),
    Column("p_adjusted", "p, corrected", "number", decimals=3),
    Column("refusal", "Why not tested", "prose"),
)
STABILITY = (
    Column("dimension_name", "Dimension"),
    Column("round_before", "From round", "integer"),
    Column("round_after", "To round", "integer"),
    Column("n_both", "Rated in both", "integer"),
    Column("person_change_pct", "Changed", "number", unit="%", decimals=0),
    Column("stable_words", "Stable"),
    Column("spread_before", "Spread before", "number"),
    Column("spread_after", "Spread after", "number"),
    Column("refusal", "Why not known", "prose"),
)
NOT_TOLD = (
    "How many ratings changed from round to round is not said: these were reconstructed from a printed table, and more "
    "than one set of ratings fits it."
)


def movement(compared: pd.DataFrame, tested: pd.DataFrame, ratings: pd.DataFrame, source: str = "") -> Blocks:
    """What moved between the two latest waves, and whether the ratings themselves show it; one sentence without two."""
    if compared.empty:
        return Blocks([absent("There is one wave of assessment so far, so nothing can be said of change.")])
    if not compared["comparable"].astype(bool).any():
        return Blocks([absent(_nothing_compares(compared))])
    figure = drawing(
        wave_charts.figure_waves, compared, tested=tested, anchor="movement",
        title=waves_words.title_waves(compared, tested), subtitle=waves_words.subtitle_waves(compared),
        alt=waves_words.alt_waves(compared, tested), source=source,
    )  # fmt: skip
    ends = [Column("earlier_place", "Earlier consensus in"), Column("later_place", "Later consensus in")]
    shown = table(
        _with_places(compared, ratings),
        (*COMPARED, *ends),
        name="waves",
        title="The two waves beside each other",
        with_source=False,
    )
    return Blocks([figure, words(_of_people(tested), _cautions(compared)), shown, *_tested(tested)])


def _nothing_compares(compared: pd.DataFrame) -> str:
    first = compared.iloc[0]
    waves = f"{first['earlier_wave_name']} and {first['later_wave_name']}"
    reasons = listing(list(dict.fromkeys(reason for reason in compared["reason"] if reason)), 3)
    return f"No dimension can be compared between {waves}: {reasons}."


def _cautions(compared: pd.DataFrame) -> str:
    """What to bear in mind with dimensions that do compare, and how many of them it is true of."""
    held = compared[compared["comparable"].astype(bool) & (compared["caution"] != "")]
    parts = [f"{plural(len(part), 'dimension')}: {text}" for text, part in held.groupby("caution", sort=False)]
    return f"Bear in mind, {'; '.join(parts)}." if parts else ""


def _of_people(tested: pd.DataFrame) -> str:
    """What the ratings of the people themselves say, in two sentences."""
    known = tested[tested["refusal"] == ""]
    if known.empty:
        why = next((text for text in tested["refusal"] if text), "")
        return f"Whether the single ratings moved cannot be said: {why}.{_taken_together(tested)}" if why else ""
    pairs = int(known["n_pairs"].max())
    who = f"{plural(pairs, 'stakeholder')} rated in both waves" if pairs else "Nobody rated in both waves"
    clear = known[known["is_clear"].astype(bool)]
    if clear.empty:
        found = f"the single ratings show no clear change on any of the {plural(len(known), 'dimension')}"
    else:
        count = out_of(len(clear), len(known), "dimension")
        found = f"the single ratings changed clearly on {count}: {listing(list(clear['dimension_name']), 4)}"
    return f"{who}; {found}.{_taken_together(known)}"


def _taken_together(known: pd.DataFrame) -> str:
    """How many ratings by the same people went up and down over all dimensions; a count, no test."""
    up, down, same = (int(known[name].sum()) for name in ("n_up", "n_down", "n_same"))
    n = up + down + same
    return f" Taken together, {up} of their {n} ratings rose, {down} fell and {same} stayed the same." if n else ""


def _tested(tested: pd.DataFrame) -> list[Block]:
    if tested.empty or (tested["refusal"] != "").all():
        return []
    title = "Whether the single ratings moved"
    return [table(tested, TESTED, name="ratings moved", title=title, with_source=False)]


def _with_places(compared: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """The two waves with the cell of each consensus."""
    ends = {
        f"{end}_place": consensus_places(compared["dimension"], ratings, str(compared[f"{end}_wave"].iloc[0]))
        for end in ("earlier", "later")
    }
    return compared.assign(**ends)


def rounds(
    delphi: pd.DataFrame,
    counts: pd.DataFrame,
    stability: pd.DataFrame,
    model: Model,
    source: str,
    *,
    is_reconstructed: bool = False,
) -> Blocks:
    """How views moved between the rounds of the latest wave; nothing where it had one round only.

    Where the ratings were reconstructed from print, more than one distribution fits the printed figures, so how many
    ratings changed is not said.
    """
    latest = delphi[delphi["wave"] == delphi["wave"].iloc[-1]] if len(delphi) else delphi
    if latest["round"].nunique() < 2:
        return Blocks()
    named = latest.assign(dimension_name=latest["dimension"].map(model.names))
    scale = (model.scale_minimum, model.scale_maximum)
    figure = drawing(
        round_charts.figure_rounds, named, distribution=counts, scale=scale, anchor="rounds",
        title=round_charts.title_rounds(named), subtitle=round_charts.subtitle_rounds(named, scale=scale),
        alt=round_charts.alt_rounds(named), source=source,
    )  # fmt: skip
    steps = stability.assign(
        dimension_name=stability["dimension"].map(model.names),
        stable_words=[_stable_words(row) for row in stability.itertuples()],
    )
    every = table(named, ROUNDS, name="rounds", title="Every round", with_source=False)
    if is_reconstructed:
        return Blocks([figure, words(NOT_TOLD), every])
    title = "How much changed between rounds"
    changed = table(steps, STABILITY, name="stability", title=title, with_source=False)
    return Blocks([figure, words(_settled(steps)), every, changed])


def _stable_words(row) -> str:
    return "" if row.refusal or pd.isna(row.is_stable) else "yes" if row.is_stable else "no"


def _settled(steps: pd.DataFrame) -> str:
    """Whether views had settled by the last round."""
    last = steps[(steps["round_after"] == steps["round_after"].max()) & (steps["refusal"] == "")]
    if last.empty:
        return ""
    still = last[~last["is_stable"].astype(bool)]
    if still.empty:
        return f"By the last round views had settled on {out_of(len(last), len(last), 'dimension')} rated."
    names = listing(list(still["dimension_name"]), 4)
    return f"Views were still moving in the last round on {names}, so they had not settled there."
