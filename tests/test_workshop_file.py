"""The workbook of a workshop: what was rated is what `atlas run` reads; nothing of others is written over."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.batch import workshop_file
from helpers.ingest import assessments
from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts, Submission
from helpers.live.workshop.steps import Step
from helpers.reference.models import load_model

MODEL = load_model()
FACTS = Facts("midlothian", "Midlothian", MODEL.id, "2026-11-20", "abcd-efgh-jkmn-pqrs")
ON_MODEL = {"dimensions": MODEL.codes, "levels": MODEL.levels}


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "assessments").mkdir(parents=True)
    return tmp_path / "data"


def held(folder, ratings, *, stakeholders=6, facts=FACTS, steps=()):
    """A workshop with these ratings (stakeholder, dimension, rating, justification), one revealed round for each."""
    path = keeping.make(folder, facts)
    with contextlib.closing(keeping.connect(path)) as connection:
        for number in range(1, stakeholders + 1):
            keeping.join(connection, key=str(number), role="Manager", sector="Health care")
        for dimension in dict.fromkeys(one[1] for one in ratings):
            keeping.take(connection, Step("open", dimension), **ON_MODEL)
            rows = [
                Submission(who, dimension, 1, rating, f"{who}-{place}-{dimension}", place, "high", why)
                for place, (who, code, rating, why) in enumerate(ratings)
                if code == dimension
            ]
            assert not any(receipt.refused for receipt in keeping.submit(connection, rows, **ON_MODEL))
            keeping.take(connection, Step("reveal", dimension), **ON_MODEL)
        for step in steps:
            keeping.take(connection, step, **ON_MODEL)
    return folder


def read(path, data):
    table, findings = assessments.read_assessment(path, region="midlothian", data=data)
    return table, [finding.code for finding in findings]


def test_what_was_rated_and_agreed_is_what_a_run_reads_without_a_finding(tmp_path, data):
    ratings = [(who, code, (who + len(code)) % 6, f"since {who}") for who in range(1, 7) for code in MODEL.codes]
    steps = [Step("agree", "funding", level=3, text="most of it is paid"), Step("desire", "funding", level=4)]
    path = workshop_file.write_workbook(held(tmp_path / "w", ratings, steps=steps), data=data)
    assert path == data / "assessments" / "midlothian" / "2026-11-20_workshop.xlsx"
    table, findings = read(path, data)
    assert findings == []
    got = {(row.stakeholder, row.dimension): (row.rating, row.justification) for row in table.itertuples()}
    assert got == {(f"Stakeholder {who}", code): (rating, why) for who, code, rating, why in ratings} | {
        ("Consensus", "funding"): (3, "most of it is paid"),
        ("Desired", "funding"): (4, ""),
    }
    own = table[table["kind"] == "individual"]
    assert set(own["date"].dt.date.astype(str)) == {"2026-11-20"} and set(own["confidence"]) == {"high"}
    assert set(own["role"]) == {"Manager"} and set(own["sector"]) == {"Health care"}
    read_all = assessments.read_assessments("midlothian", data=data)
    assert len(read_all.ratings) == len(table) and list(read_all.files["status"]) == ["own"]


def test_who_could_not_rate_keeps_the_reason_and_a_hidden_round_is_not_lost(tmp_path, data):
    folder = held(tmp_path / "w", [(1, "funding", 2, ""), (2, "funding", None, "no insight")])
    with contextlib.closing(keeping.connect(folder / keeping.FILE_NAME)) as connection:
        keeping.take(connection, Step("open", "readiness"), **ON_MODEL)
        keeping.submit(connection, [Submission(1, "readiness", 1, 5, "m", 9)], **ON_MODEL)
    table, _ = read(workshop_file.write_workbook(folder, data=data), data)
    told = table.set_index(["stakeholder", "dimension"])
    assert told.loc[("Stakeholder 1", "readiness"), "rating"] == 5
    assert told.loc[("Stakeholder 2", "funding"), "justification"] == "no insight"
    assert told["rating"].isna().sum() == 1


def test_its_own_workbook_is_replaced_and_anybody_elses_is_left_alone(tmp_path, data):
    folder = held(tmp_path / "w", [(1, "funding", 2, "")])
    first = workshop_file.write_workbook(folder, data=data)
    assert workshop_file.write_workbook(folder, data=data) == first
    first.write_bytes(b"somebody's own")
    second = workshop_file.write_workbook(folder, data=data)
    assert second.name == "2026-11-20_workshop_2.xlsx" and first.read_bytes() == b"somebody's own"


def test_a_practice_stays_in_its_folder_and_says_what_it_is(tmp_path, data):
    facts = Facts(**{**vars(FACTS), "is_practice": True})
    folder = held(tmp_path / "w", [(1, "funding", 2, "")], facts=facts)
    path = workshop_file.write_workbook(folder, data=data)
    assert path.parent == folder and not (data / "assessments" / "midlothian").exists()
    home = data / "assessments" / "midlothian"
    home.mkdir()
    (home / path.name).write_bytes(path.read_bytes())
    assert list(assessments.read_assessments("midlothian", data=data).files["status"]) == ["illustrative"]


def test_nothing_to_write_is_said(tmp_path, data):
    folder = held(tmp_path / "w", [])
    with pytest.raises(workshop_file.NotWritten, match="Nobody has rated"):
        workshop_file.write_workbook(folder, data=data)
    assert not (data / "assessments" / "midlothian").exists()


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=40)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(MODEL.codes), st.integers(0, 5), texts), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_reads_back(tmp_path_factory, ratings):
    home = tmp_path_factory.mktemp("law")
    (home / "data" / "assessments").mkdir(parents=True)
    folder = held(home / "w", [*ratings, (1, "funding", 1, "=1+1")])
    table, _ = read(workshop_file.write_workbook(folder, data=home / "data"), home / "data")
    last = {(who, code): rating for who, code, rating, _ in [*ratings, (1, "funding", 1, "")]}
    assert {(r.stakeholder, r.dimension): r.rating for r in table.itertuples()} == {
        (f"Stakeholder {who}", code): rating for (who, code), rating in last.items()
    }
