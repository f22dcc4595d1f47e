"""Many regions in a few passes say what each region says on its own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model, load_models
from helpers.scoring import certainty, compared, levels_at_once, maturity
from helpers.scoring.panels import counted, withhold_small_panels

MODELS = load_models()
MODEL = load_model("scirocco-exchange")
COMPARED = ["dimension", "level", "level_from", "low_level", "high_level"]


@st.composite
def panels(draw):
    """One region's ratings: two waves, rounds, a consensus and a desired level here and there, missing ratings."""
    seed, people = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 8))
    model = MODELS[draw(st.sampled_from(sorted(MODELS)))]
    chance = np.random.default_rng(seed)
    rows = []
    for day, round_ in ((pd.NaT, 1), ("2023-02-01", 1), ("2025-03-01", 1), ("2025-03-01", 2)):
        if chance.random() < 0.3:
            continue
        for who in [*(f"S{n}" for n in range(people)), "consensus", "desired"]:
            kind = who if who in ("consensus", "desired") else "individual"
            for code in model.codes:
                if chance.random() < (0.2 if kind == "individual" else 0.6):
                    continue
                level = int(chance.integers(model.scale_minimum, model.scale_maximum + 1))
                rating = pd.NA if chance.random() < 0.1 else level
                rows.append((who, code, rating, kind, round_, day, model.id if chance.random() < 0.9 else ""))
    columns = ["stakeholder", "dimension", "rating", "kind", "round", "date", "model"]
    table = pd.DataFrame(rows, columns=columns).drop_duplicates(columns[:2] + columns[3:6])
    return table.assign(date=pd.to_datetime(table["date"]), file="a.csv")


@settings(deadline=None, max_examples=60)
@given(st.lists(panels().filter(len), min_size=1, max_size=4))
def test_all_regions_at_once_are_as_each_on_its_own(each):
    named = [part.assign(region=f"r{n}") for n, part in enumerate(each)]
    ratings = withhold_small_panels(pd.concat(named, ignore_index=True))
    ids = [f"r{n}" for n in reversed(range(len(each)))]
    about = pd.DataFrame({"region": ids, "region_name": ids, "status": "own"})
    levels = compared.levels(ratings, about, MODEL, models=MODELS)
    assert levels["region"].drop_duplicates().tolist() == ids
    for region, found in levels.groupby("region"):
        own = ratings[ratings["region"] == region]
        wave = maturity.waves(own).iloc[-1]
        model = MODELS[wave["model"] or MODEL.id]
        profile = certainty.with_certainty(maturity.profile(own, model), maturity.distribution(own, model), model)
        alone = pd.DataFrame({"dimension": MODEL.codes}).merge(profile[COMPARED], on="dimension", how="left")
        alone["level_from"] = alone["level_from"].fillna("")
        found = found.reset_index(drop=True)
        alone.loc[~found["is_comparable"], ["level", "low_level", "high_level"]] = pd.NA
        pd.testing.assert_frame_equal(found[COMPARED], alone)
        assert set(found["n_stakeholders"]) == {wave["n_stakeholders"]}
        assert set(found["wave_name"]) == {wave["wave_name"] if pd.notna(wave["last_date"]) else ""}
        matrix = levels_at_once.matrices(ratings, {region: set(model.codes)})[region]
        chosen = counted(own).set_index(["stakeholder", "dimension"])["rating"].astype(float)
        assert matrix.T.melt(ignore_index=False).dropna().shape[0] == len(chosen)
        assert all(matrix.loc[who, code] == rating for (who, code), rating in chosen.items())


def test_a_wave_that_mixes_editions_is_refused():
    other = next(id_ for id_ in MODELS if id_ != MODEL.id)
    rows = [("a", "S1", MODEL.codes[0], 3, MODEL.id), ("a", "S2", MODEL.codes[0], 3, other)]
    ratings = pd.DataFrame(rows, columns=["region", "stakeholder", "dimension", "rating", "model"])
    about = pd.DataFrame({"region": ["a"], "region_name": ["A"], "status": "own"})
    with pytest.raises(ValueError, match="mixes editions"):
        compared.levels(ratings, about, MODEL, models=MODELS)


@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_place_is_one_more_than_there_are_regions_ahead(draws):
    drawn = np.array(draws)
    beside = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    assert (compared._places(drawn) == beside).all()
