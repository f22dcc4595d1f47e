"""What the chapter on maturity shows: finished tables of ``scoring.maturity`` as figures, tables and sentences."""

from __future__ import annotations

import pandas as pd

from helpers.charts import profile as profile_charts
from helpers.page import blocks
from helpers.page.blocks import Block, Blocks, words
from helpers.page.drawing import drawing
from helpers.page.tables import Column, places, table
from helpers.reference.models import Model
from helpers.scoring import examples, maturity
from helpers.scoring.wording import listing, out_of, plural

FEWEST_SPOKES = 3
SURE, SURE_WORDS, UNSURE = 0.9, "very likely", 0.33
PROFILE = (
    Column("dimension_name", "Dimension"),
    Column("level", "Level", "integer"),
    Column("level_from", "Level from"),
    Column("median", "Median rating", "number"),
    Column("q1", "Lower quartile", "number", decimals=None),
    Column("q3", "Upper quartile", "number", decimals=None),
    Column("minimum", "Lowest", "integer"),
    Column("maximum", "Highest", "integer"),
    Column("n", "Ratings", "integer"),
    Column("n_missing", "Not rated", "integer"),
    Column("low_level", "Plausible from", "integer"),
    Column("high_level", "Plausible to", "integer"),
    Column("p_at_least_pct", "At this level or above", "number", unit="% sure", decimals=0),
    Column("desired", "Level wanted", "integer"),
    Column("level_text", "What the level means", "prose"),
)
OF_RATINGS = ("median", "q1", "q3", "minimum", "maximum", "n", "n_missing", "low_level", "high_level", "p_at_least_pct")
MEANINGS = (
    Column("dimension_name", "Dimension"),
    Column("level", "Level", "integer"),
    Column("desired", "Level wanted", "integer"),
    Column("level_text", "What the level means", "prose"),
)
PARTICIPATION = (Column("role", "Role"), Column("sector", "Sector"), Column("n", "Stakeholders", "integer"))
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
    shown, counts = rated_only(profile, distribution)
    moment = when(profile)
    scale = (model.scale_minimum, model.scale_maximum)
    words_of = {"when": moment, "scale": scale}
    if len(rated) < FEWEST_SPOKES:
        figure = drawing(
            profile_charts.figure_strips, counts, profile=shown, anchor="profile",
            title=profile_charts.title_strips(shown), subtitle=profile_charts.subtitle_strips(shown, **words_of),
            alt=profile_charts.alt_strips(shown, when=moment), source=source,
        )  # fmt: skip
    else:
        figure = drawing(
            profile_charts.figure_profile, profile.drop(columns="desired"), distribution=distribution, earlier=earlier,
            earlier_name=_earlier_name(earlier), scale=scale, anchor="profile",
            title=profile_charts.title_profile(profile), subtitle=profile_charts.subtitle_profile(profile, **words_of),
            alt=profile_charts.alt_profile(profile, when=moment), source=source,
        )  # fmt: skip
    return Blocks([figure, profile_table(profile, ratings)])


def profile_table(profile: pd.DataFrame, ratings: pd.DataFrame) -> Block:
    """The profile as a table; the place of each consensus stands beside it, medians rest on the table of ratings."""
    shown = profile.assign(
        consensus_place=consensus_places(profile["dimension"], ratings, str(profile["wave"].iloc[0]))
    )
    shown = shown.assign(p_at_least_pct=100 * shown["p_at_least"])
    hidden = OF_RATINGS if profile["withheld"].any() else ()
    hidden += () if profile["desired"].notna().any() else ("desired",)
    told = [column for column in PROFILE if column.name not in hidden]
    columns = (*told, Column("consensus_place", "Source of the consensus"))
    return table(shown, columns, name="profile", title="Level and ratings of each dimension", with_source=False)


def meanings(profile: pd.DataFrame) -> Block:
    """The level of each dimension in the model's words, in sight."""
    known = profile[profile["level"].notna()]
    columns = [column for column in MEANINGS if column.name != "desired" or known["desired"].notna().any()]
    title = "What each level means"
    return table(known, columns, name="meanings", title=title, anchor="meanings", folded=False, with_source=False)


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


def _earlier_name(earlier: pd.DataFrame | None) -> str:
    return "" if earlier is None or earlier.empty else maturity.wave_name(str(earlier["wave"].iloc[0]))


def _extreme(word: str, part: pd.DataFrame) -> str:
    level, texts = int(part["level"].iloc[0]), part["level_text"].unique()
    meaning = f" ({texts[0]})" if len(part) == 1 and texts[0] else ""
    return f"{word}: {listing(list(part['dimension_name']), most=6)}, at level {level}{meaning}."


def _short(part: pd.DataFrame) -> str:
    return f"{listing(list(part['dimension_name']), most=2)} ({int(part['level'].iloc[0])})" if len(part) else ""


def rated_only(profile: pd.DataFrame, distribution: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the dimensions that nobody rated, where most of the model was not asked."""
    if profile["withheld"].any():
        return profile, distribution
    rated = profile[(profile["n"] > 0) | profile["level"].notna()]
    kept = rated if len(rated) < len(profile) / 2 else profile
    return kept, distribution[distribution["dimension"].isin(kept["dimension"])]


def when(profile: pd.DataFrame) -> str:
    """The wave as people say it; nothing where it has no date."""
    wave = str(profile["wave"].iloc[0])
    return maturity.wave_name(wave) if wave[:1].isdigit() else ""


def consensus_places(dimensions: pd.Series, ratings: pd.DataFrame, wave: str) -> list[str]:
    """Where the agreed level of each dimension stands, "" where there is none or the ratings came from no file."""
    agreed = maturity.consensus_rows(ratings, wave=wave)
    if "cell" not in agreed:
        return [""] * len(dimensions)
    cells = dict(zip(agreed["dimension"], places(agreed), strict=True))
    return [cells.get(dimension, "") for dimension in dimensions]


def certainty(profile: pd.DataFrame) -> Block:
    """What is surest and what is least sure of the levels, in two sentences."""
    known = profile[profile["p_at_least"].notna()]
    if known.empty:
        return words()
    sure, unsure = known[known["p_at_least"] >= SURE], known[known["p_at_least"] < UNSURE]
    where = out_of(len(sure), len(known), "dimension")
    first = f"On {where} the single ratings alone make it {SURE_WORDS} that the level is reached."
    names = [f"{row.dimension_name} ({row.level})" for row in unsure.sort_values("p_at_least").itertuples()]
    second = f"They point lower on {listing(names, 4)}." if names else ""
    higher = [f"{row.dimension_name} ({row.level})" for row in known[known["low_level"] > known["level"]].itertuples()]
    third = f"They point higher on {listing(higher, 4)}." if higher else ""
    return words(first, second, third, anchor="certainty")
