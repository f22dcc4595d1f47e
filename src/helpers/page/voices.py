"""What stakeholders said: their reasons, and every rating with the place it came from, under neutral labels."""

from __future__ import annotations

import pandas as pd

from helpers.page import blocks
from helpers.page.blocks import Block
from helpers.page.tables import Column, table
from helpers.reference.models import Model
from helpers.scoring import maturity
from helpers.scoring.ratings import individuals

FEWEST_IN_A_SECTOR = 3  # as many as a group needs to stand for itself
RATINGS = (
    Column("label", "Stakeholder"),
    Column("dimension_name", "Dimension"),
    Column("rating", "Rating", "integer"),
    Column("confidence", "Confidence"),
    Column("wave_name", "Wave"),
    Column("round", "Round", "integer"),
)


def reasons(ratings: pd.DataFrame, profile: pd.DataFrame) -> Block:
    """What stakeholders gave as reasons, by dimension; the agreed reason first, then from the lowest rating up."""
    latest = ratings[ratings["wave"] == profile["wave"].iloc[0]]
    said = latest[latest["justification"] != ""]
    shared = _shared_sectors(latest)
    groups = [_reasons_of(row, said[said["dimension"] == row.dimension], shared) for row in profile.itertuples()]
    groups = [group for group in groups if group[2]]
    return blocks.quotes("Read what stakeholders gave as reasons", groups, anchor="reasons")


def ratings_table(ratings: pd.DataFrame, model: Model) -> Block:
    """Every rating with the cell it came from, under neutral labels; what was agreed or wanted too."""
    labels = _labels(ratings)
    shown = ratings.assign(
        label=[_label(row, labels) for row in ratings.itertuples()],
        dimension_name=ratings["dimension"].map(model.names).fillna(ratings["dimension"]),
        wave_name=ratings["wave"].map(maturity.wave_name),
    )
    shown = shown[shown["rating"].notna() | ((shown["kind"] == "individual") & ~shown["wave"].isin(_hidden(shown)))]
    told = "Stakeholders are numbered, not named. A dash is a missing rating."
    if _hidden(ratings):
        told = "Of panels of fewer than five only what they agreed on is shown. " + told
    return table(shown, RATINGS, name="ratings", title="Every rating and where it stands", description=told)


def _hidden(ratings: pd.DataFrame) -> set[str]:
    """The waves whose single ratings were taken out."""
    return set(ratings.loc[ratings["withheld"].astype(bool), "wave"]) if "withheld" in ratings else set()


def _reasons_of(row, said: pd.DataFrame, shared: set[str]) -> tuple[str, str, list[tuple[str, str]]]:
    level = "" if pd.isna(row.level) else f": level {row.level}" + (f", {row.level_text}" if row.level_text else "")
    notes = [
        f"{word}: {said.loc[said['kind'] == kind, 'justification'].iloc[-1]}"
        for kind, word in (("consensus", "Agreed"), ("desired", "Wanted"))
        if (said["kind"] == kind).any()
    ]
    single = individuals(said).sort_values("rating", na_position="last", kind="stable")
    quoted = [(r.justification, _who_said(r, shared)) for r in single.itertuples()]
    return f"{row.dimension_name}{level}", " ".join(notes), quoted


def _shared_sectors(latest: pd.DataFrame) -> set[str]:
    """The sectors that at least three stakeholders share, so that naming one points at nobody."""
    own = individuals(latest)
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
    return labels[row.stakeholder] if row.kind == "individual" else row.kind.capitalize()
