"""Which workshop a command opens: today's, another by its folder, a new one, a practice; and who may present it."""

import contextlib
from datetime import date, datetime, timedelta

import pytest

from helpers.batch import alike, workshop
from helpers.ingest import report
from helpers.live.workshop import keeping
from helpers.live.workshop.steps import Step
from helpers.reference.models import load_model

DAY, NEXT = date(2026, 11, 25), date(2026, 11, 26)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "assessments").mkdir(parents=True)
    return tmp_path / "data"


def test_the_same_command_goes_on_with_the_workshop_of_the_day(data):
    first = workshop.open_workshop("midlothian", data=data, today=DAY)
    again = workshop.open_workshop("midlothian", data=data, today=DAY)
    assert first.folder == data / "workshops" / "midlothian" / "2026-11-25"
    assert (again.folder, again.facts, again.is_resumed) == (first.folder, first.facts, True)
    assert workshop.open_workshop("midlothian", data=data, today=NEXT).folder.name == "2026-11-26"
    assert workshop.open_workshop("flanders", data=data, today=DAY).facts.region_name == "Flanders"


def test_a_new_one_is_begun_beside_it_and_is_the_one_gone_on_with(data):
    workshop.open_workshop("midlothian", data=data, today=DAY)
    names = [workshop.open_workshop("midlothian", data=data, today=DAY, is_new=True).folder.name for _ in range(10)]
    assert names == [f"2026-11-25_{number}" for number in range(2, 12)]
    assert workshop.open_workshop("midlothian", data=data, today=DAY).folder.name == "2026-11-25_11"


def test_each_has_a_code_of_its_own_that_nobody_guesses(data):
    codes = {workshop.open_workshop("midlothian", data=data, today=DAY, is_new=True).facts.code for _ in range(20)}
    assert len(codes) == 20 and all(len(set(code)) > 6 and len(code) == 19 for code in codes)


def test_another_one_is_opened_by_its_folder_and_another_regions_is_refused(data, tmp_path):
    first = workshop.open_workshop("midlothian", data=data, today=DAY)
    assert workshop.open_workshop("midlothian", data=data, today=NEXT, session=first.folder).folder == first.folder
    with pytest.raises(workshop.NoWorkshop, match="of Midlothian"):
        workshop.open_workshop("flanders", data=data, session=first.folder)
    with pytest.raises(workshop.NoWorkshop, match="no workshop at"):
        workshop.open_workshop("flanders", data=data, session=tmp_path)


def test_midnight_ends_no_workshop_but_a_day_does(data):
    first = workshop.open_workshop("midlothian", data=data, today=DAY)
    with contextlib.closing(keeping.connect(first.folder / keeping.FILE_NAME)) as connection:
        keeping.take(connection, Step("open", "funding"), dimensions=["funding"], levels=range(6))
        last = datetime.fromisoformat(keeping.last_change(connection))

    def opened(hours):
        return workshop.open_workshop(
            "midlothian", data=data, today=NEXT, now=last + timedelta(hours=hours), may_make=False
        )

    assert opened(11).folder == first.folder
    with pytest.raises(workshop.NoWorkshop):
        opened(13)
    with contextlib.closing(keeping.connect(first.folder / keeping.FILE_NAME)) as connection:
        keeping.take(connection, Step("end"), dimensions=["funding"], levels=range(6))
    with pytest.raises(workshop.NoWorkshop):
        opened(1)


def test_the_presenters_page_has_the_language_that_was_asked_for_if_there_is_such_a_one(data):
    assert workshop.open_workshop("flanders", data=data, today=DAY, language="nl").facts.language == "nl"
    with pytest.raises(ValueError, match="xx"):
        workshop.open_workshop("midlothian", data=data, today=DAY, language="xx")
    assert not (data / "workshops" / "midlothian").exists()


def test_a_practice_leaves_no_trace_in_the_data_folder(data):
    opened = workshop.open_workshop("midlothian", data=data, is_practice=True)
    assert opened.facts.is_practice and not (data / "workshops").exists()


def test_none_is_made_to_write_its_workbook(data):
    with pytest.raises(workshop.NoWorkshop, match="no workshop of midlothian of 2026-11-25"):
        workshop.open_workshop("midlothian", data=data, today=DAY, may_make=False)
    assert not (data / "workshops").exists()


def test_one_that_was_never_ended_is_remembered(data):
    model = load_model()
    first = workshop.open_workshop("midlothian", data=data, today=DAY)
    assert workshop.unfinished("midlothian", data=data, today=DAY) == []
    assert workshop.unfinished("midlothian", data=data, today=NEXT) == [first.folder]
    connection = keeping.connect(first.folder / keeping.FILE_NAME)
    keeping.take(connection, Step("end"), dimensions=model.codes, levels=model.levels)
    assert workshop.unfinished("midlothian", data=data, today=NEXT) == []


def test_what_a_panel_said_is_not_sent_to_other_machines(data):
    (data / "assessments" / "note.csv").write_text("a")
    workshop.open_workshop("midlothian", data=data, today=DAY)
    assert [name for name, _ in alike.files(data)] == ["assessments/note.csv"]


def test_a_check_of_the_data_folder_finds_no_fault_with_a_workshop(data):
    folder = workshop.open_workshop("midlothian", data=data, today=DAY).folder
    (folder / "server.json").write_text("{}")
    (data / "assessments" / "midlothian").mkdir()
    (data / "assessments" / "midlothian" / "a.csv").write_text("region,stakeholder,dimension,rating\n")
    for chosen in (data, data / "workshops"):
        checked = report.check_paths([chosen], data=data)
        assert [file["file"] for file in checked["files"] if "workshops" in file["file"]] == []
    assert len(report.check_paths([data], data=data)["files"]) == 1
