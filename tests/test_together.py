"""Services needed together: lift by hand and by drawing, what may be shown, classes where there are any."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.ingest.together import read_together
from helpers.page import together as page
from helpers.reference import regions
from helpers.scoring import latent_classes, together


def people(both, only_a, only_b, neither, **more):
    """A table of 0 and 1 with so many people of each kind; further services come as lists."""
    rows = [(1, 1)] * both + [(1, 0)] * only_a + [(0, 1)] * only_b + [(0, 0)] * neither
    return pd.DataFrame(rows, columns=["A", "B"]).assign(**more)


# --- one pair


def test_a_pair_by_hand():
    (row,) = together.pairs(people(40, 60, 60, 240)).to_dict("records")
    assert (row["n_people"], row["n_a"], row["n_b"], row["n_both"]) == (400, 100, 100, 40)
    assert row["lift"] == pytest.approx(1.6) and row["support_pct"] == 10
    assert row["also_b_pct"] == 40 and row["also_a_pct"] == 40
    reach = 1.959964 * np.sqrt(1 / 40 - 1 / 100 - 1 / 100 + 2.2 / 400)
    assert [row["lift_lowercl"], row["lift_uppercl"]] == pytest.approx([1.6 * np.exp(-reach), 1.6 * np.exp(reach)])
    assert row["verdict"] == "more than by chance" and row["p_value"] == row["p_adjusted"]


def test_the_interval_is_as_wide_as_drawing_people_anew_says():
    counts = np.array([80, 120, 150, 650])
    drawn = np.random.default_rng(1).multinomial(1000, counts / 1000, size=20_000)
    both, a, b = drawn[:, 0], drawn[:, 0] + drawn[:, 1], drawn[:, 0] + drawn[:, 2]
    spread = np.log(both * 1000 / (a * b)).std()
    _, lower, upper = together.lift_interval(80, 200, 230, 1000, 0.95)
    assert np.log(upper / lower) / (2 * 1.959964) == pytest.approx(spread, rel=0.03)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_p_is_fishers_within_its_doubling_and_the_limits_hold_the_lift(both, only_a, only_b, neither):
    n_a, n_b, n = both + only_a, both + only_b, both + only_a + only_b + neither
    row = together._pair(pd.Index(["A", "B"]), np.array([[n_a, both], [both, n_b]]), n, 0, 1, 0.95)
    one_sided = [stats.fisher_exact([[both, only_a], [only_b, neither]], alternative=side)[1]
                 for side in ("less", "greater")]  # fmt: skip
    assert row["p_value"] == pytest.approx(min(1, 2 * min(one_sided)), abs=1e-9)
    assert row["lift_lowercl"] <= row["lift"] * (1 + 1e-12) and row["lift"] <= row["lift_uppercl"] * (1 + 1e-12)


def test_the_order_of_people_and_services_does_not_matter():
    table = people(40, 60, 60, 240, C=[1, 0] * 200)
    mixed = table.sample(frac=1, random_state=1)[["C", "B", "A"]]
    first, second = (together.pairs(t) for t in (table, mixed))
    named = [frozenset(pair) for pair in first[["service_a", "service_b"]].to_numpy()]
    assert set(named) == {frozenset(pair) for pair in second[["service_a", "service_b"]].to_numpy()}
    assert first["lift"].tolist() == pytest.approx(second["lift"].tolist())


def test_long_rows_and_a_table_are_the_same():
    table = people(40, 60, 60, 240)
    rows = [(k, name) for k, row in table.iterrows() for name in "AB" if row[name]]
    rows += [(k, "none") for k in table.index[(table == 0).all(axis=1)]]
    long = pd.DataFrame(rows, columns=["person", "service"])
    pd.testing.assert_frame_equal(together.pairs(long), together.pairs(table))
    fewer = long[long["service"] != "none"]
    pd.testing.assert_frame_equal(together.pairs(fewer, n_people=400), together.pairs(table))
    pd.testing.assert_frame_equal(together.pairs(pd.concat([long, long])), together.pairs(table))


def test_among_users_alone_less_than_chance_is_not_judged():
    c = [0] * 200 + [1] * 180 + [0] * 20
    apart = people(20, 100, 100, 180).assign(C=[0] * 220 + [1] * 180)
    found = together.pairs(apart)
    assert set(found["base"]) == {together.USERS} and "less than by chance" not in set(found["verdict"])
    everybody = together.pairs(people(20, 180, 180, 20, C=c))
    assert everybody.set_index(["service_a", "service_b"]).loc[("A", "B"), "verdict"] == "less than by chance"


def test_many_pairs_without_a_link_are_seldom_clear():
    random = np.random.default_rng(5)
    tables = [pd.DataFrame(random.integers(0, 2, (300, 8)), columns=list("ABCDEFGH")) for _ in range(40)]
    clear = [together.pairs(table)["verdict"].str.endswith("than by chance").any() for table in tables]
    assert np.mean(clear) <= 0.15


# --- small numbers


@pytest.mark.parametrize(
    ("counts", "shown"),
    [((10, 10, 10, 10), 1), ((9, 50, 50, 50), 0), ((50, 9, 50, 50), 0), ((50, 50, 9, 50), 0), ((50, 50, 50, 9), 0),
     ((50, 0, 50, 50), 0), ((0, 50, 50, 50), 0)],
)  # fmt: skip
def test_a_pair_is_shown_only_where_all_its_counts_may_be(counts, shown):
    assert len(together.pairs(people(*counts))) == shown


@given(st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=20, max_size=120), st.integers(2, 12))
@settings(max_examples=60, deadline=None)
def test_no_count_below_the_minimum_leaves(rows, minimum):
    found = together.pairs(pd.DataFrame(rows, columns=list("ABCD")), minimum=minimum)
    for pair in found.itertuples():
        counts = [pair.n_a, pair.n_b, pair.n_both, pair.n_a - pair.n_both, pair.n_b - pair.n_both]
        assert min(counts) >= minimum
        neither = pair.n_people - pair.n_a - pair.n_b + pair.n_both
        assert neither == 0 or neither >= minimum
        assert pair.n_people in (len(rows),)


def test_three_services_of_users_alone_give_nothing_away_by_subtraction():
    counts = {(1, 0, 0): 40, (0, 1, 0): 40, (0, 0, 1): 40, (1, 1, 0): 3, (1, 0, 1): 20, (0, 1, 1): 20, (1, 1, 1): 15}
    rows = [row for row, n in counts.items() for _ in range(n)]
    table = pd.DataFrame(rows, columns=list("ABC"))
    assert together.pairs(table).empty
    assert len(together.pairs(table, n_people=400)) == 3


def test_rare_services_and_tiny_minimums():
    table = people(40, 60, 60, 240).assign(rare=[1] * 5 + [0] * 395)
    assert "rare" not in set(together.pairs(table)[["service_a", "service_b"]].to_numpy().ravel())
    with pytest.raises(ValueError, match="one person"):
        together.pairs(table, minimum=1)
    with pytest.raises(ValueError, match="0 or 1"):
        together.pairs(table.assign(A=2))
    with pytest.raises(ValueError, match="fewer than the 400"):
        together.pairs(table, n_people=300)


# --- classes


def drawn(n, shares, uses, seed=0):
    random = np.random.default_rng(seed)
    which = random.choice(len(shares), n, p=shares)
    return pd.DataFrame((random.random((n, len(uses[0]))) < np.asarray(uses)[which]).astype(int), columns=list("ABCDE"))


def test_two_classes_that_are_there_are_found():
    table = drawn(900, [0.7, 0.3], [[0.1, 0.05, 0.1, 0.2, 0.1], [0.9, 0.8, 0.7, 0.3, 0.8]])
    found, fits = latent_classes.classes(table, starts=2, most=3)
    sizes = found.drop_duplicates("class")["share_pct"].tolist()
    assert found["n_classes"].unique().tolist() == [2] and sizes == pytest.approx([70, 30], abs=5)
    second = found[found["class"] == 2].set_index("service")["use_pct"]
    assert second["A"] == pytest.approx(90, abs=8) and (found["refusal"] == "").all()
    assert fits.loc[fits["is_chosen"], "n_classes"].tolist() == [2]
    one = fits.iloc[0]
    p = table.mean()
    likelihood = (table * np.log(p) + (1 - table) * np.log(1 - p)).to_numpy().sum()
    assert one["log_likelihood"] == pytest.approx(likelihood, rel=1e-5) and one["parameters"] == 5
    again, _ = latent_classes.classes(table.sample(frac=1, random_state=3), starts=2, most=3)
    pd.testing.assert_frame_equal(found, again)


@pytest.mark.parametrize(
    ("table", "said"),
    [(drawn(100, [1.0], [[0.5] * 5]), "at least 200 people"),
     (drawn(400, [1.0], [[0.5] * 5])[["A", "B", "C"]], "at least 4 services"),
     (drawn(400, [1.0], [[0.5] * 5]).query("A + B + C + D + E > 0"), "nobody without any service"),
     (drawn(600, [1.0], [[0.3, 0.4, 0.2, 0.3, 0.5]]), "one class describes")],
)  # fmt: skip
def test_where_there_are_no_classes_none_are_made(table, said):
    found, _ = latent_classes.classes(table, starts=2, most=3)
    assert len(found) == 1 and said in found["refusal"].iloc[0] and found["share_pct"].isna().all()


def test_classes_hide_shares_that_stand_for_few():
    table = drawn(900, [0.7, 0.3], [[0.005, 0.05, 0.1, 0.2, 0.1], [0.9, 0.8, 0.7, 0.3, 0.99]])
    found, _ = latent_classes.classes(table, starts=2, most=3)
    known = found[found["use_pct"].notna()]
    behind = known["n"] * known["use_pct"] / 100
    assert (behind > 9).all() and (known["n"] - behind > 9).all() and found["use_pct"].isna().any()


# --- a region's own file


def written(folder, text):
    path = folder / "together" / "fife.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def test_persons_are_numbered_and_never_quoted(tmp_path):
    written(tmp_path, "person,service\nAnna Secret,Home care\nAnna Secret,Home  care\nSecret,\n,Day care\nBo,none\n")
    found = read_together("fife", data=tmp_path)
    assert found.people[["person", "service"]].to_numpy().tolist() == [[0, "Home care"], [1, "none"]]
    said = " ".join(str(finding.as_dict()) for finding in found.findings[0])
    assert "Secret" not in said and found.findings[0].codes == {"figure-twice", "value-missing"}
    assert found.files[["rows_in", "used", "skipped", "refused"]].iloc[0].tolist() == [5, 2, 3, 0]


def test_a_broken_line_with_a_person_in_it_is_not_quoted_either(tmp_path):
    written(tmp_path, "person,service,more\nAnna Secret,Home care,Secret,Secret\nBo,Home care,\n")
    found = read_together("fife", data=tmp_path)
    assert "Secret" not in " ".join(str(finding.as_dict()) for finding in found.findings[0])
    assert "csv-columns" in found.findings[0].codes


def test_a_region_without_a_file_has_none_and_the_page_says_how_to_add_it(tmp_path):
    found = read_together("fife", data=tmp_path)
    assert found.people.empty and found.files.empty and found.findings == []
    blocks = page.together(found.people, found.people, regions.region("fife"), found.files, is_given=False)
    assert [block.kind for block in blocks] == ["absent"] and "together/fife.csv" in blocks[0].text


def test_nothing_of_a_hidden_pair_is_on_the_page():
    table = people(40, 60, 60, 240).assign(C=[1] * 97 + [0] * 263 + [1] * 40)
    assert (table["B"] & table["C"]).sum() == 40
    found = together.pairs(table)
    refused, _ = latent_classes.classes(table)
    files = pd.DataFrame({"file": ["together/fife.csv"], "producer": [""], "licence": [""], "status": ["own"]})
    blocks = page.together(found, refused, regions.region("fife"), files)
    shown = {frozenset(pair) for pair in found[["service_a", "service_b"]].to_numpy()}
    hidden = [pair for pair in itertools.combinations("ABC", 2) if frozenset(pair) not in shown]
    assert hidden and f"{len(hidden)} of 3 pairs" in blocks[1].text
    assert "at least 4 services" in blocks[-1].text
    for a, b in hidden:
        assert f"{a} with {b}" not in str([block.data for block in blocks])


def test_a_corrected_p_value_does_not_tell_a_hidden_pair():
    """With Benjamini and Hochberg over all pairs, the p value of the hidden one stands beside its neighbours."""
    random = np.random.default_rng(2)
    shares = random.uniform(size=400) < 0.3, random.uniform(size=400) < 0.12, random.uniform(size=400) < 0.15
    table = pd.DataFrame({name: share.astype(int) for name, share in zip("ABC", shares, strict=True)})
    shown = together.pairs(table)
    n_b, n_c = int(table["B"].sum()), int(table["C"].sum())
    assert len(shown) == 2 and shown["n_hidden"].tolist() == [1, 1]
    fits = []
    for n_both in range(10):
        tails = stats.hypergeom.cdf(n_both, 400, n_b, n_c), stats.hypergeom.sf(n_both - 1, 400, n_b, n_c)
        p = np.array([min(1, 2 * min(tails)), *shown["p_value"]])
        fits.append(np.allclose(stats.false_discovery_control(p)[1:], shown["p_adjusted"], rtol=1e-9))
    assert sum(fits) != 1, f"only {fits.index(True)} people with both fit"
    pessimist = stats.false_discovery_control(np.array([1.0, *shown["p_value"]]))[1:]
    np.testing.assert_allclose(shown["p_adjusted"], pessimist)


def test_the_number_of_rows_does_not_tell_how_many_use_a_rare_service():
    """The page says how many rows the file had; less the users of every service shown, that was the rare one's."""
    random = np.random.default_rng(1)
    names = ["Home care", "Day care", "Nursing", "Telecare"]
    table = pd.DataFrame((random.uniform(size=(900, 4)) < (0.4, 0.35, 0.5, 0.3)).astype(int), columns=names)
    table.loc[table.sum(axis=1) == 0, "Nursing"] = 1
    table["Rare"] = 0
    table.loc[[5, 77, 400], "Rare"] = 1
    n_rows = int(table.to_numpy().sum())
    shown = together.pairs(table)
    users = dict(shown[["service_a", "n_a"]].to_numpy()) | dict(shown[["service_b", "n_b"]].to_numpy())
    assert len(users) == 3 and n_rows - sum(users.values()) >= together.MINIMUM
    assert shown["n_hidden"].iloc[0] == 3 and shown["n_pairs"].iloc[0] == 6
    without = together.pairs(table.drop(columns="Rare"))
    assert len(without) == 6
