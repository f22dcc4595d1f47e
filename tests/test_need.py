"""Which indicators speak for which dimension, and what share of them is worse."""

import shutil

import pandas as pd
import pytest

from helpers.reference import indicators, models, paths
from helpers.reference.needs import NeedsError, load_needs
from helpers.scoring import need

MODEL = models.load_model()
BESIDE = pd.DataFrame(
    [
        ("a", "A", "lower_is_better", "worse"),
        ("b", "B", "lower_is_better", "better"),
        ("c", "C", "higher_is_better", "no clear difference"),
        ("d", "D", "higher_is_better", "not compared"),
        ("e", "E", "none", "higher"),
        ("f", "F", "none", "no clear difference"),
        ("g", "G, men and women", "lower_is_better", "no clear difference"),
        ("g", "G, men and women", "lower_is_better", "worse"),
    ],
    columns=["indicator", "short_name", "polarity", "verdict"],
)


def links(**by_dimension):
    rows = [(dimension, indicator) for dimension, joined in by_dimension.items() for indicator in joined]
    return pd.DataFrame(rows, columns=["dimension", "indicator"])


@pytest.mark.parametrize(("linked", "expected", "words"), [
    ("abc", (1 / 3, 1, 3), "worse than the comparator on 1 of 3 linked indicators: A"),
    ("ag", (1.0, 2, 2), "worse than the comparator on 2 of 2 linked indicators: A; and G, men and women"),
    ("bc", (0.0, 0, 2), "worse than the comparator on none of 2 linked indicators"),
    ("abd", (0.5, 1, 2), "worse than the comparator on 1 of 2 linked indicators: A; 1 more could not be compared"),
    ("a", (1.0, 1, 1), "worse than the comparator on the one linked indicator: A"),
    ("b", (0.0, 0, 1), "not worse than the comparator on the one linked indicator"),
    ("d", (None, 0, 0), "the region could not be compared on the one linked indicator"),
    ("ef", (None, 0, 0), "the region could not be compared on any of the 2 linked indicators"),
    ("z", (None, 0, 0), "the region could not be compared on the one linked indicator"),
    ("", (None, 0, 0), "no indicator is linked to this dimension"),
    ("aa", (1.0, 1, 1), "worse than the comparator on the one linked indicator: A"),
])  # fmt: skip
def test_need_is_the_share_of_the_linked_and_judged_indicators_that_are_worse(linked, expected, words):
    found = need.by_dimension(BESIDE, links(process=linked), MODEL).set_index("dimension")
    row = found.loc["process"]
    assert list(found.index) == list(MODEL.codes)
    assert (None if pd.isna(row["need"]) else row["need"], row["n_worse"], row["n_linked"]) == expected
    assert row["need_words"] == words
    assert found.drop(index="process")["need"].isna().all()


def test_the_order_of_rows_does_not_matter_and_nothing_is_changed():
    table, linked = BESIDE.copy(), links(process="abcd", breadth="ag")
    first = need.by_dimension(table, linked, MODEL)
    again = need.by_dimension(table.iloc[::-1], linked.iloc[::-1], MODEL)
    pd.testing.assert_frame_equal(first.drop(columns="need_words"), again.drop(columns="need_words"))
    pd.testing.assert_frame_equal(table, BESIDE)


def test_a_region_without_figures_has_no_need_and_a_missing_column_is_named():
    assert need.by_dimension(BESIDE.iloc[:0], links(process="ab"), MODEL)["need"].isna().all()
    with pytest.raises(ValueError, match="lacks the column verdict"):
        need.by_dimension(BESIDE.drop(columns="verdict"), links(process="a"), MODEL)


# the register


def test_the_shipped_links_name_judged_indicators_and_give_a_reason():
    table, register = load_needs(), indicators.load_register()
    assert list(table.columns) == ["dimension", "indicator", "reason", "source"]
    assert (
        set(table["dimension"]) <= set(MODEL.codes) and (register.loc[table["indicator"], "polarity"] != "none").all()
    )
    assert (table[["reason", "source"]] != "").all(axis=None) and not table.duplicated(["dimension", "indicator"]).any()
    figures = pd.read_csv(paths.indicators() / "scotpho_councils_2024-10.csv")
    assert set(table["indicator"]) <= set(figures.loc[figures["lowercl"].notna(), "indicator"])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "reference").mkdir()
    return tmp_path


def write(folder, *lines, header="dimension,indicator,reason,source"):
    (folder / "reference" / "needs.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


GOOD = "process,chd_hospitalisations,because,me"


@pytest.mark.parametrize(("line", "message"), [
    ("proces,chd_hospitalisations,x,x", "line 3: no model has a dimension 'proces' - did you mean 'process'?"),
    ("process,chd_hospitalisation,x,x", "did you mean 'chd_hospitalisations'?"),
    ("process,population_all_ages,x,x", "line 3: of 'population_all_ages' neither more nor less is better"),
    (GOOD, "line 3: process and chd_hospitalisations are linked already"),
    (",,,", "line 3: no model has a dimension ''"),
])  # fmt: skip
def test_a_wrong_line_is_named(folder, line, message):
    write(folder, GOOD, line)
    with pytest.raises(NeedsError, match=r"needs\.csv: line 3") as caught:
        load_needs(folder)
    assert message in str(caught.value) and isinstance(caught.value, ValueError)


def test_a_missing_column_is_named_and_a_register_of_ones_own_is_used(folder):
    write(folder, "process,chd_hospitalisations,x", header="dimension,indicator,reason")
    with pytest.raises(NeedsError, match="the column source is missing"):
        load_needs(folder)
    write(folder, GOOD)
    assert load_needs(folder)["reason"].tolist() == ["because"]
    write(folder)
    assert load_needs(folder).empty


def test_the_projects_links_beside_another_register_are_those_that_it_knows(folder):
    shutil.copy(paths.reference_file("indicators.csv"), folder / "reference" / "indicators.csv")
    file = folder / "reference" / "indicators.csv"
    kept = [
        line for line in file.read_text(encoding="utf-8").splitlines(True) if "chd_hosp" in line or "polarity" in line
    ]
    file.write_text("".join(kept), encoding="utf-8")
    assert load_needs(folder)[["dimension", "indicator"]].to_numpy().tolist() == [
        ["population", "chd_hospitalisations"]
    ]
