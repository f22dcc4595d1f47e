"""What the chapter on maturity shows: finished tables of ``scoring.maturity`` as figures, tables and sentences."""

from __future__ import annotations

import pandas as pd

from helpers.charts import distributions
from helpers.charts import profile as profile_charts
from helpers.charts import rounds as round_charts
from helpers.charts import waves as wave_charts
from helpers.page import blocks
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.tables import Column, places, table
from helpers.reference.models import Model
from helpers.scoring import examples, maturity
from helpers.scoring.wording import listing, plural

FEWEST_SPOKES = 3
FEWEST_IN_A_SECTOR = 2
PROFILE = (
    Column("dimension_name", "Dimension"),
    Column("level", "Level", "integer"),
    Column("level_from", "Level from"),
    Column("median", "Median rating", "number"),
    Column("q1", "Lower quartile", "number"),
    Column("q3", "Upper quartile", "number"),
    Column("minimum", "Lowest", "integer"),
    Column("maximum", "Highest", "integer"),
    Column("n", "Ratings", "integer"),
    Column("n_missing", "Not rated", "integer"),
    Column("level_text", "What the level means", "prose"),
)
RATINGS = (
    Column("label", "Stakeholder"),
    Column("dimension_name", "Dimension"),
    Column("rating", "Rating", "integer"),
    Column("confidence", "Confidence"),
    Column("wave_name", "Wave"),
    Column("round", "Round", "integer"),
)
PARTICIPATION = (Column("role", "Role"), Column("sector", "Sector"), Column("n", "Stakeholders", "integer"))
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
STATUS_WORDS = {
    "illustrative": "The assessment on this page is illustrative: nobody in this region gave these ratings. "
    "It shows what a report looks like and must not be quoted.",
    "reconstructed": "The ratings on this page were reconstructed from a published table; which expert gave which "
    "rating is not known.",
    "unknown": "The workbook says of its status something that is not known here, so whether these ratings are real "
    "cannot be told.",
}


def notices(files: pd.DataFrame, waves: pd.DataFrame) -> Block:
    """The banners of this chapter: illustrative or reconstructed data, refused files, a panel too small."""
    aside = examples.set_aside(files)
    files = examples.without_examples(files, files)
    items = [(status, text, "files") for status, text in STATUS_WORDS.items() if (files["status"] == status).any()]
    if aside:
        text = f"Illustrative workbooks are left out because there are real ones: {listing(aside)}."
        items.append(("note", text, "files"))
    refused = list(files.loc[files["state"] == "refused", "file"])
    if refused:
        items.append(("refused", f"{listing(refused)} could not be used; see what was wrong.", "findings"))
    cells = int(files.loc[files["state"] == "used", "refused"].sum())
    if cells:
        items.append(
            (
                "refused",
                f"{plural(cells, 'row')} of the assessment could not be used; see which and why.",
                "findings",
            )
        )
    if len(waves) and bool(waves.iloc[-1]["withheld"]):
        items.append(("small-panel", "Fewer than five stakeholders took part, so no single rating is shown.", "limits"))
    return blocks.notices(items)


def participation(waves: pd.DataFrame, who: pd.DataFrame) -> Blocks:
    """Who took part in the latest wave: a sentence and a table by role and sector."""
    latest = waves.iloc[-1]
    roles = [role for role in who["role"] if role not in ("not stated", "not shown")]
    when = f" in {latest['wave_name']}" if pd.notna(latest["last_date"]) else ""
    sentence = f"{plural(latest['n_stakeholders'], 'stakeholder')} took part{when}"
    sentence += f", from {plural(who['sector'].nunique(), 'sector')}." if roles else "."
    before = [f"{plural(w.n_stakeholders, 'stakeholder')} in {w.wave_name}" for w in waves.iloc[:-1].itertuples()]
    shown = table(
        who,
        PARTICIPATION,
        name="who took part",
        title=f"Who took part{when}",
        with_source=False,
    )
    return Blocks([words(sentence, f"Before that: {listing(before)}." if before else "", anchor="who"), shown])


def picture(
    profile: pd.DataFrame,
    distribution: pd.DataFrame,
    earlier: pd.DataFrame | None,
    ratings: pd.DataFrame,
    model: Model,
    source: str,
) -> Blocks:
    """The profile: spider diagram with the strip chart of the same numbers, and their table.

    A profile of fewer than three rated dimensions makes no web, so only the strips are drawn.
    """
    rated = profile[profile["level"].notna()]
    shown, counts = _rated_only(profile, distribution)
    when = _when(profile)
    scale = (model.scale_minimum, model.scale_maximum)
    words_of = {"when": when, "scale": scale}
    if len(rated) < FEWEST_SPOKES:
        figure = drawing(
            profile_charts.figure_strips, counts, profile=shown, anchor="profile",
            title=profile_charts.title_strips(shown), subtitle=profile_charts.subtitle_strips(shown, **words_of),
            alt=profile_charts.alt_strips(shown, when=when), source=source,
        )  # fmt: skip
    else:
        figure = drawing(
            profile_charts.figure_profile, profile, distribution=distribution, earlier=earlier,
            earlier_name=_earlier_name(earlier), scale=scale, anchor="profile",
            title=profile_charts.title_profile(profile), subtitle=profile_charts.subtitle_profile(profile, **words_of),
            alt=profile_charts.alt_profile(profile, when=when), source=source,
        )  # fmt: skip
    return Blocks([figure, profile_table(profile, ratings)])


def profile_table(profile: pd.DataFrame, ratings: pd.DataFrame) -> Block:
    """The profile as a table; the place of each consensus stands beside it, medians rest on the table of ratings."""
    shown = profile.assign(
        consensus_place=_consensus_places(profile["dimension"], ratings, str(profile["wave"].iloc[0]))
    )
    of_ratings = ("median", "q1", "q3", "minimum", "maximum", "n", "n_missing")
    told = [c for c in PROFILE if not (profile["withheld"].any() and c.name in of_ratings)]
    columns = (*told, Column("consensus_place", "Source of the consensus"))
    return table(shown, columns, name="profile", title="Level and ratings of each dimension", with_source=False)


def _with_places(compared: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """The two waves with the cell of each consensus."""
    ends = {
        f"{end}_place": _consensus_places(compared["dimension"], ratings, str(compared[f"{end}_wave"].iloc[0]))
        for end in ("earlier", "later")
    }
    return compared.assign(**ends)


def _consensus_places(dimensions: pd.Series, ratings: pd.DataFrame, wave: str) -> list[str]:
    """Where the agreed level of each dimension stands, "" where there is none or the ratings came from no file."""
    agreed = maturity.consensus_rows(ratings, wave=wave)
    if "cell" not in agreed:
        return [""] * len(dimensions)
    cells = dict(zip(agreed["dimension"], places(agreed), strict=True))
    return [cells.get(dimension, "") for dimension in dimensions]


def dimensions(distribution: pd.DataFrame, profile: pd.DataFrame, source: str) -> Block:
    """How the ratings of each dimension spread over the levels."""
    shown, counts = _rated_only(profile, distribution)
    when = _when(profile)
    return drawing(
        distributions.figure_distributions, counts, profile=shown, anchor="dimensions",
        title=distributions.title_distributions(shown), subtitle=distributions.subtitle_distributions(shown, when=when),
        alt=distributions.alt_distributions(counts, profile=shown, when=when),
        source=source,
    )  # fmt: skip


def reasons(ratings: pd.DataFrame, profile: pd.DataFrame) -> Block:
    """What stakeholders gave as reasons, by dimension; the agreed reason first, then from the lowest rating up."""
    latest = ratings[ratings["wave"] == profile["wave"].iloc[0]]
    said = latest[latest["justification"] != ""]
    shared = _shared_sectors(latest)
    groups = [_reasons_of(row, said[said["dimension"] == row.dimension], shared) for row in profile.itertuples()]
    groups = [group for group in groups if group[2]]
    return blocks.quotes("Read what stakeholders gave as reasons", groups, anchor="reasons")


def ratings_table(ratings: pd.DataFrame, model: Model) -> Block:
    """Every rating with the cell it came from, under neutral labels; the consensus too."""
    labels = _labels(ratings)
    shown = ratings.assign(
        label=[_label(row, labels) for row in ratings.itertuples()],
        dimension_name=ratings["dimension"].map(model.names).fillna(ratings["dimension"]),
        wave_name=ratings["wave"].map(maturity.wave_name),
    )
    shown = shown[shown["rating"].notna() | (shown["kind"] != "consensus")]
    return table(
        shown, RATINGS, name="ratings", title="Every rating and where it stands",
        description="Stakeholders are numbered, not named. A dash is a missing rating.",
    )  # fmt: skip


def extremes(strong: pd.DataFrame, weak: pd.DataFrame, profile: pd.DataFrame) -> Block:
    """The strongest and weakest dimensions in a sentence each, with the level in words."""
    if strong.empty and profile["level"].isna().all() and profile["withheld"].any():
        return words("Too few stakeholders took part for their ratings to be shown.", anchor="extremes")
    if strong.empty:
        text = "No dimension has been rated yet." if profile["level"].isna().all() else (
            f"Every dimension stands at the same level ({int(profile['level'].dropna().iloc[0])}), "
            "so none is stronger or weaker than the rest."
        )  # fmt: skip
        return words(text, anchor="extremes")
    return words(_extreme("Strongest", strong), _extreme("Weakest", weak), anchor="extremes")


def differences(divided: pd.DataFrame, departures: pd.DataFrame, profile: pd.DataFrame) -> Blocks:
    """Where the stakeholders' views differ, and where the consensus is not what most had rated."""
    if profile["withheld"].any():
        return Blocks([absent("With so few stakeholders it is not shown where their views differ.")])
    if divided.empty:
        first = "On no dimension does the middle half of the ratings span two levels or more."
    else:
        listed = [f"{row.dimension_name} (from {row.minimum} to {row.maximum})" for row in divided.itertuples()]
        first = f"Views differ most on {listing(listed, 5)}."
    second = [
        f"{row.dimension_name} (agreed {row.consensus}, median {row.median:g})" for row in departures.itertuples()
    ]
    text = f"The agreed level lies a level or more from the median rating on {listing(second, 5)}." if second else ""
    return Blocks([words(first, text, anchor="differences")])


def movement(compared: pd.DataFrame, ratings: pd.DataFrame, source: str) -> Blocks:
    """What moved between the two latest waves; one sentence where there is only one."""
    if compared.empty or not compared["comparable"].astype(bool).any():
        return Blocks([absent("There is one wave of assessment so far, so nothing can be said of change.")])
    figure = drawing(
        wave_charts.figure_waves, compared, anchor="movement", title=wave_charts.title_waves(compared),
        subtitle=wave_charts.subtitle_waves(compared), alt=wave_charts.alt_waves(compared),
    )  # fmt: skip
    cautions = [text for text in compared["caution"].unique() if text]
    shown = table(
        _with_places(compared, ratings),
        (*COMPARED, Column("earlier_place", "Earlier consensus in"), Column("later_place", "Later consensus in")),
        name="waves",
        title="The two waves beside each other",
        with_source=False,
    )
    return Blocks([figure, words(*cautions), shown])


def rounds(delphi: pd.DataFrame, counts: pd.DataFrame, model: Model, source: str) -> Blocks:
    """How views moved between the rounds of the latest wave; nothing where it had one round only."""
    latest = delphi[delphi["wave"] == delphi["wave"].iloc[-1]] if len(delphi) else delphi
    if latest["round"].nunique() < 2:
        return Blocks()
    named = latest.assign(dimension_name=latest["dimension"].map(model.names))
    scale = (model.scale_minimum, model.scale_maximum)
    figure = drawing(
        round_charts.figure_rounds,
        named,
        distribution=counts,
        scale=scale,
        anchor="rounds",
        title=round_charts.title_rounds(named),
        subtitle=round_charts.subtitle_rounds(named, scale=scale),
        alt=round_charts.alt_rounds(named),
        source=source,
    )
    return Blocks([figure, table(named, ROUNDS, name="rounds", title="Every round", with_source=False)])


def limits(waves: pd.DataFrame, profile: pd.DataFrame) -> Block:
    """What this chapter cannot say, from what it was given."""
    latest = waves.iloc[-1]
    sentences = ["Ratings are the views of the people who took part; they do not speak for everybody in the region."]
    if not latest["has_consensus"] and not latest["withheld"]:
        sentences.append("There is no consensus for this wave, so levels are medians of the single ratings.")
    unrated = list(profile.loc[profile["level"].isna(), "dimension_name"])
    if unrated and not latest["withheld"]:
        sentences.append(f"Nothing is known of {listing(unrated, 12)}.")
    return words(*sentences, anchor="limits")


def facts(waves: pd.DataFrame, profile: pd.DataFrame, files: pd.DataFrame) -> Block:
    """What the list of all regions says: wave, strongest and weakest dimension, status of the data."""
    strong, weak = maturity.strengths(profile), maturity.weaknesses(profile)
    statuses = [status for status in files["status"] if status in STATUS_WORDS]
    latest = waves.iloc[-1]
    return blocks.facts(
        assessed=True,
        wave_name=latest["wave_name"] if pd.notna(latest["last_date"]) else "",
        strongest=_short(strong),
        weakest=_short(weak),
        status=statuses[0] if statuses else "own",
    )


def _rated_only(profile: pd.DataFrame, distribution: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the dimensions that nobody rated, where most of the model was not asked."""
    if profile["withheld"].any():
        return profile, distribution
    rated = profile[(profile["n"] > 0) | profile["level"].notna()]
    kept = rated if len(rated) < len(profile) / 2 else profile
    return kept, distribution[distribution["dimension"].isin(kept["dimension"])]


def _when(profile: pd.DataFrame) -> str:
    """The wave as people say it; nothing where it has no date."""
    wave = str(profile["wave"].iloc[0])
    return maturity.wave_name(wave) if wave[:1].isdigit() else ""


def _earlier_name(earlier: pd.DataFrame | None) -> str:
    return "" if earlier is None or earlier.empty else maturity.wave_name(str(earlier["wave"].iloc[0]))


def _reasons_of(row, said: pd.DataFrame, shared: set[str]) -> tuple[str, str, list[tuple[str, str]]]:
    level = (
        ""
        if pd.isna(row.level)
        else f": level {row.level}, {row.level_text}"
        if row.level_text
        else f": level {row.level}"
    )
    agreed = said[said["kind"] == "consensus"]
    note = f"Agreed: {agreed['justification'].iloc[-1]}" if len(agreed) else ""
    single = said[(said["kind"] != "consensus")].sort_values("rating", na_position="last", kind="stable")
    return (
        f"{row.dimension_name}{level}",
        note,
        [(r.justification, _who_said(r, shared)) for r in single.itertuples()],
    )


def _shared_sectors(latest: pd.DataFrame) -> set[str]:
    """The sectors that at least two stakeholders share, so that naming one points at nobody."""
    own = latest[latest["kind"] != "consensus"]
    sizes = own.groupby("sector")["stakeholder"].nunique()
    return set(sizes.index[sizes >= FEWEST_IN_A_SECTOR]) - {""}


def _who_said(row, shared: set[str]) -> str:
    rated = "not rated" if pd.isna(row.rating) else f"rated {row.rating}"
    return f"{row.sector}; {rated}" if row.sector in shared else rated


def _labels(ratings: pd.DataFrame) -> dict[str, str]:
    """The neutral label of every stakeholder of every wave."""
    parts = [maturity.participants(ratings, wave=wave) for wave in ratings["wave"].unique()]
    return {row.stakeholder: row.label for part in parts for row in part.itertuples()}


def _label(row, labels: dict[str, str]) -> str:
    return "Consensus" if row.kind == "consensus" else labels[row.stakeholder]


def _extreme(word: str, part: pd.DataFrame) -> str:
    level, texts = int(part["level"].iloc[0]), part["level_text"].unique()
    meaning = f" ({texts[0]})" if len(part) == 1 and texts[0] else ""
    return f"{word}: {listing(list(part['dimension_name']), most=6)}, at level {level}{meaning}."


def _short(part: pd.DataFrame) -> str:
    return f"{listing(list(part['dimension_name']), most=2)} ({int(part['level'].iloc[0])})" if len(part) else ""
