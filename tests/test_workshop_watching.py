"""A watched folder: what is saved there is rated within two seconds, once; what is bad is said and harms nothing."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from helpers.batch.template import write_template
from helpers.live.workshop import keeping, tables
from helpers.live.workshop.keeping import Facts, Step
from helpers.reference.models import load_model
from make_books import DOCTYPE, archive, xlsx_parts

MODEL = load_model()
FACTS = Facts("midlothian", "Midlothian", MODEL.id, "2026-11-25", "abcd-efgh-jkmn-pqrs")
HEADER = ["region", "stakeholder", "role", "dimension", "round", "rating", "justification"]
SECONDS = 30


@pytest.fixture
def session(tmp_path):
    return keeping.make(tmp_path / "session", FACTS).parent


@pytest.fixture
def connection(session):
    with contextlib.closing(keeping.connect(session / keeping.FILE_NAME)) as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "saved here").mkdir()
    return tmp_path / "saved here"


def start(session, folder, **more):
    command = [sys.executable, "-m", "helpers.live.workshop.watching", str(session), str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


@contextlib.contextmanager
def watching(session, folder):
    """The watcher as a process; its input is closed at the end, which has to end it well."""
    going = start(session, folder)
    try:
        yield going
        _, said = going.communicate(timeout=5)
        assert (going.returncode, said) == (0, "")
    finally:
        going.kill()
        going.wait()


def until(is_so):
    end = time.monotonic() + SECONDS
    while not (seen := is_so()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return seen


def book(ratings, *, region="midlothian", model=""):
    """A workbook's bytes: stakeholder, dimension and level each, or with a round and a justification."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "assessment"
    sheet.append([*HEADER, "model"] if model else HEADER)
    for who, dimension, rating, *more in ratings:
        round_, text = (*more, None, None)[:2]
        sheet.append([region, who, "manager", MODEL.names[dimension], round_, rating, text, *([model] * bool(model))])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def save(path, *args, **more):
    """Save as programs do: whole, under another name first."""
    draft = path.with_suffix(".tmp")
    draft.write_bytes(book(*args, **more))
    draft.replace(path)


def take(connection, kind, dimension="funding", **more):
    keeping.take(connection, Step(kind, dimension, **more), dimensions=MODEL.codes, levels=MODEL.levels)


def rated(connection):
    """Everything that counts: stakeholder, dimension, round and level."""
    labels = {one.participant: one.label for one in keeping.participants(connection)}
    out = keeping.state(connection).left_out
    names = ("dimension", "round", "rating")
    rows = [row for row in keeping.latest_ratings(connection) if row["participant"] not in out]
    return {(labels[row["participant"]], *(row[name] for name in names)) for row in rows}


def read(connection, file="a.xlsx"):
    """The last reading of a file: its state and its sentences."""
    found = [one for one in keeping.readings(connection) if one["file"] == file]
    return (found[0]["state"], [one["message"] for one in found[0]["findings"]]) if found else None


def submissions(connection):
    return connection.execute("select count(*) from submissions").fetchone()[0]


def test_a_saved_workbook_is_rated_a_changed_one_again_and_an_emptied_cell_is_withdrawn(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3, None, "pilots"), ("Anna", "digital", 2), ("Ben", "funding", 4)])
        until(lambda: read(connection) == ("used", []))
        first = {("Anna", "funding", 1, 3), ("Anna", "digital", 1, 2), ("Ben", "funding", 1, 4)}
        assert rated(connection) == first
        people = keeping.participants(connection)
        assert [(one.label, one.role, one.source) for one in people] == [
            ("Anna", "manager", "file"), ("Ben", "manager", "file"),
        ]  # fmt: skip
        assert tables.ratings(connection).empty
        take(connection, "open")
        take(connection, "reveal")
        assert tables.ratings(connection)["justification"].tolist() == ["pilots", ""]
        save(folder / "a.xlsx", [("Anna", "funding", 5), ("Anna", "digital", None), ("Ben", "funding", 4)])
        until(lambda: ("Anna", "funding", 1, 5) in rated(connection))
        assert rated(connection) == {("Anna", "funding", 1, 5), ("Anna", "digital", 1, None), ("Ben", "funding", 1, 4)}
        assert submissions(connection) == 5


def test_a_level_that_comes_back_counts_again(session, connection, folder):
    contents = [book([("Anna", "funding", level)]) for level in (3, 4)]
    with watching(session, folder):
        for number, level in enumerate((3, 4, 3, 4)):
            (folder / "a.xlsx").write_bytes(contents[number % 2])
            until(lambda level=level: rated(connection) == {("Anna", "funding", 1, level)})
    assert submissions(connection) == 4


def test_two_watchers_a_kill_and_a_restart_double_nothing(session, connection, folder):
    ratings = [(f"S{number}", code, number % 6) for number in range(20) for code in MODEL.codes]
    killed = start(session, folder)
    save(folder / "a.xlsx", ratings)
    until(lambda: keeping.participants(connection))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with watching(session, folder), watching(session, folder):
        until(lambda: read(connection))
        changed = [("S0", "funding", 5) if one[:2] == ("S0", "funding") else one for one in ratings]
        save(folder / "a.xlsx", changed)
        until(lambda: ("S0", "funding", 1, 5) in rated(connection))
        until(lambda: read(connection) == ("used", []))
    assert len(keeping.participants(connection)) == 20
    assert submissions(connection) == len(ratings) + 1
    assert len(rated(connection)) == len(ratings)
    at = keeping.mark(connection)
    with watching(session, folder) as going:
        save(folder / "b.xlsx", [("Zoe", "funding", 1)])
        until(lambda: read(connection, "b.xlsx"))
        assert going.poll() is None
    assert keeping.mark(connection) == (at[0], at[1] + 1, at[2] + 1, at[3] + 1)


def test_a_half_written_workbook_is_waited_for_and_a_broken_one_is_a_finding(session, connection, folder):
    content, path = book([("Anna", "funding", 3)]), folder / "a.xlsx"
    save(folder / "b.xlsx", [("Ben", "digital", 3)])
    with watching(session, folder):
        until(lambda: read(connection, "b.xlsx"))
        with path.open("wb") as half:
            half.write(content[: len(content) // 2])
            half.flush()
            time.sleep(1.2)  # the writer's own pause: long enough for the watcher to have tried
            half.write(content[len(content) // 2 :])
        until(lambda: ("Anna", "funding", 1, 3) in rated(connection))
        until(lambda: len(connection.execute("select state from readings").fetchall()) > 1)
        assert connection.execute("select state from readings").fetchall() == [("used",)] * 2
        path.write_bytes(content[: len(content) // 2])
        state, said = until(lambda: read(connection) if read(connection)[0] != "used" else None)
        assert state == "refused" and "cut off" in said[0]
        assert ("Anna", "funding", 1, 3) in rated(connection)
        path.write_bytes(book([("Anna", "funding", 4)]))
        until(lambda: read(connection) == ("used", []))
    assert ("Anna", "funding", 1, 4) in rated(connection)


def test_a_bad_cell_is_named_and_costs_only_itself(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 9), ("Anna", "digital", 2), ("Ben", "digital", "don't know")])
        until(lambda: read(connection))
    (reading,) = keeping.readings(connection)
    (found,) = reading["findings"]
    assert (reading["state"], found["code"], found["sheet"], found["cell"], found["value"]) == (
        "used", "rating-out-of-range", "assessment", "F2", "9",
    )  # fmt: skip
    assert rated(connection) == {("Anna", "digital", 1, 2), ("Ben", "digital", 1, None)}


def test_a_cell_that_goes_bad_keeps_what_it_said_before_and_so_does_the_rest(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3), ("Ben", "funding", 4)])
        before = until(lambda: rated(connection) if len(rated(connection)) == 2 else None)
        save(folder / "a.xlsx", [("Anna", "funding", 9), ("Ben", "funding", 2)])
        until(lambda: ("Ben", "funding", 1, 2) in rated(connection))
        assert ("Anna", "funding", 1, 3) in before & rated(connection)
        until(lambda: any("what the file said before counts" in one for one in read(connection)[1]))
        save(folder / "a.xlsx", [("Ben", "funding", 2)])
        until(lambda: ("Anna", "funding", 1, None) in rated(connection))


def test_what_contradicts_itself_is_told_without_its_levels(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3), ("Anna", "funding", 4), ("Ben", "funding", 2)])
        until(lambda: read(connection))
    (reading,) = keeping.readings(connection)
    told = [(found["code"], found["value"]) for found in reading["findings"]]
    assert told == [("rating-conflict", "")] * 2
    assert not any(character.isdigit() for found in reading["findings"] for character in found["message"])


def test_rounds_closed_ones_take_nothing_and_later_ones_what_is_saved_after_their_opening(session, connection, folder):
    path = folder / "a.xlsx"
    with watching(session, folder):
        save(path, [("Anna", "funding", 3), ("Ben", "funding", 4)])
        until(lambda: read(connection))
        for kind in ("open", "reveal", "close"):
            take(connection, kind)
        save(path, [("Anna", "funding", 3), ("Ben", "funding", 5)])
        until(lambda: read(connection) == ("used", ["Funding is closed: the change in row 3 was not taken."]))
        assert rated(connection) == {("Anna", "funding", 1, 3), ("Ben", "funding", 1, 4)}
        take(connection, "open")
        until(lambda: read(connection)[1] == ["Funding is in round 2: the file counts for it once it is saved again."])
        assert keeping.answered(connection, "funding", 2) == set()
        save(path, [("Anna", "funding", 3), ("Ben", "funding", 5)])
        until(lambda: read(connection) == ("used", []))
        assert rated(connection) >= {("Anna", "funding", 2, 3), ("Ben", "funding", 2, 5)}
        before = keeping.mark(connection)[1]
        save(path, [("Anna", "funding", 3), ("Ben", "funding", 5), ("Cleo", "funding", 1)])
        until(lambda: ("Cleo", "funding", 2, 1) in rated(connection))
        assert keeping.mark(connection)[1] == before + 1


def test_a_round_that_a_row_states_is_its_round_and_waits_for_it(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3, 1), ("Anna", "funding", 4, 2)])
        until(lambda: read(connection))
        assert rated(connection) == {("Anna", "funding", 1, 3)}
        assert read(connection)[1] == ["Round 2 of Funding has not been opened: the rating in row 3 was not taken yet."]
        take(connection, "open")
        take(connection, "close")
        take(connection, "open")
        until(lambda: rated(connection) == {("Anna", "funding", 1, 3), ("Anna", "funding", 2, 4)})
        until(lambda: read(connection) == ("used", []))


def test_an_undone_closing_takes_what_came_too_late(session, connection, folder):
    with watching(session, folder):
        take(connection, "open")
        save(folder / "a.xlsx", [("Anna", "funding", 3)])
        until(lambda: rated(connection))
        take(connection, "close")
        save(folder / "a.xlsx", [("Anna", "funding", 1)])
        until(lambda: read(connection)[1])
        take(connection, "undo")
        until(lambda: rated(connection) == {("Anna", "funding", 1, 1)})


def test_agreed_levels_are_not_taken_and_said(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3), ("Consensus", "funding", 2), ("Desired", "funding", 5)])
        until(lambda: read(connection))
    assert read(connection)[1] == ["Agreed and desired levels in the file were not taken: the presenter records them."]
    assert [one.label for one in keeping.participants(connection)] == ["Anna"]
    assert keeping.state(connection).agreed == {}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [({"region": "flanders"}, 'not a file of Midlothian: "flanders"'), ({"model": "scirocco"}, "edition scirocco")],
)
def test_what_is_of_another_region_or_model_is_refused(session, connection, folder, more, sentence):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", code, 3) for code in MODEL.codes], **more)
        until(lambda: read(connection))
    state, said = read(connection)
    assert state == "refused" and len(said) == 1 and sentence in said[0]
    assert keeping.participants(connection) == []


def test_a_file_that_goes_away_leaves_its_ratings_and_one_that_is_only_replaced_is_not_gone(
    session, connection, folder
):
    path = folder / "a.xlsx"
    with watching(session, folder):
        save(path, [("Anna", "funding", 3)])
        until(lambda: read(connection))
        aside = path.rename(folder / "a.old")
        time.sleep(0.4)  # as long as a program that saves by replacing may take
        aside.rename(path)
        save(folder / "b.xlsx", [("Ben", "funding", 3)])
        until(lambda: read(connection, "b.xlsx"))
        path.unlink()
        until(lambda: read(connection)[0] == "gone")
        save(folder / "c.xlsx", [("Anna", "funding", 4)])
        until(lambda: read(connection, "c.xlsx"))
    states = connection.execute("select state from readings where file = 'a.xlsx' order by number").fetchall()
    assert states == [("used",), ("gone",)]
    assert rated(connection) >= {("Anna", "funding", 1, 3), ("Anna (2)", "funding", 1, 4)}
    assert read(connection, "c.xlsx")[1] == ["Anna stands in a.xlsx too, which is gone; both count."]


def test_locks_hidden_and_other_files_are_passed_over(session, connection, folder):
    for name in ("~$a.xlsx", ".a.xlsx", ".~lock.a.xlsx#", "a.xlsx.tmp", "a.docx", "README.txt"):
        (folder / name).write_bytes(book([("Anna", "funding", 3)]))
    (folder / "deeper").mkdir()
    save(folder / "deeper" / "a.xlsx", [("Anna", "funding", 3)])
    (folder / "folder.xlsx").mkdir()
    with watching(session, folder):
        save(folder / "Z.XLSX", [("Zoe", "funding", 3)])
        until(lambda: read(connection, "Z.XLSX"))
    assert [one["file"] for one in keeping.readings(connection)] == ["Z.XLSX"]


def test_hostile_files_cost_a_finding_each_and_nobody_elses_ratings(session, connection, folder):
    bomb = archive(xlsx_parts(DOCTYPE + "<worksheet/>"))
    (folder / "entities.xlsx").write_bytes(bomb)
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", bytes(200_000_000))
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    with watching(session, folder):
        save(folder / "a.xlsx", [("<img src=x onerror=alert(1)>", "funding", 3, None, "=1+1")])
        until(lambda: len(keeping.readings(connection)) == 5)
    states = {one["file"]: one["state"] for one in keeping.readings(connection)}
    assert states == {
        "a.xlsx": "used", "bomb.xlsx": "refused", "entities.xlsx": "refused", "picture.xlsx": "refused",
        "pipe.xlsx": "refused",
    }  # fmt: skip
    assert rated(connection) == {("<img src=x onerror=alert(1)>", "funding", 1, 3)}


def test_names_and_texts_that_are_too_long_are_cut(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("A" * 150, "funding", 3, None, "x" * 4000), ("A" * 151, "funding", 4)])
        until(lambda: read(connection))
    assert sorted(len(one.label) for one in keeping.participants(connection)) == [80, 84]
    kept = keeping.latest_ratings(connection)
    assert [row["rating"] for row in kept] == [3, 4] and len(kept[0]["justification"]) == keeping.TEXT_LIMIT


def test_the_prepared_template_joins_only_who_rated(session, connection, folder, tmp_path):
    path = write_template("midlothian", tmp_path / "t.xlsx", stakeholders=12)
    workbook = load_workbook(path)
    sheet = workbook["assessment"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["rating"]).value = 4
    workbook.save(folder / "a.xlsx")
    with watching(session, folder):
        until(lambda: read(connection))
    assert read(connection) == ("used", [])
    assert len(keeping.participants(connection)) == 1 and {row[3] for row in rated(connection)} == {4}


def test_a_folder_that_vanishes_and_comes_back_is_said(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3)])
        until(lambda: read(connection))
        aside = folder.rename(folder.parent / "away")
        told = until(lambda: read(connection, "(the watched folder)"))
        assert told[0] == "refused" and "stay" in told[1][0]
        aside.rename(folder)
        until(lambda: read(connection, "(the watched folder)")[0] == "used")
        assert read(connection)[0] == "used"


def test_after_the_end_nothing_is_taken_and_its_own_workbook_brings_nobody_in_twice(session, connection, folder):
    with watching(session, folder):
        save(folder / "a.xlsx", [("Anna", "funding", 3)])
        until(lambda: read(connection))
        take(connection, "end")
        shutil.copy(folder / "a.xlsx", folder / "b.xlsx")
        until(lambda: read(connection, "b.xlsx"))
        assert read(connection, "b.xlsx")[1] == ["The workshop has ended: nothing of this file was taken any more."]
        (session / "written.json").write_text(f'{{"workbook": "{folder / "a.xlsx"}"}}', "utf-8")
        take(connection, "undo")
        save(folder / "a.xlsx", [("Anna", "funding", 5)])
        until(lambda: read(connection) == ("refused", ["This workbook was written by this workshop."]))
    assert ("Anna", "funding", 1, 3) in rated(connection)


@pytest.mark.parametrize("way", ["input", "terminate", "interrupt"])
def test_it_ends_at_once_when_told(session, folder, way):
    going = start(session, folder)
    save(folder / "a.xlsx", [("Anna", "funding", 3)])
    with contextlib.closing(keeping.connect(session / keeping.FILE_NAME)) as connection:
        until(lambda: read(connection))
    begun = time.monotonic()
    if way == "input":
        going.stdin.close()
    else:
        going.send_signal(signal.SIGTERM if way == "terminate" else signal.SIGINT)
    assert going.wait(timeout=5) == 0
    print(f"ended after {time.monotonic() - begun:.2f} s")


def test_what_is_no_workshop_or_no_folder_is_said(session, folder, tmp_path):
    for one, other, sentence in [(tmp_path, folder, "no workshop"), (session, tmp_path / "none", "no folder")]:
        going = start(one, other)
        assert sentence in going.communicate(timeout=20)[1] and going.returncode == 1


def test_how_long_it_takes_from_saving_to_the_workshops_file(session, connection, folder):
    """Told, not held tightly: the promise of two seconds is of a machine that does nothing else."""
    times = []
    save(folder / "b.xlsx", [("Zoe", "funding", 3)])
    with watching(session, folder):
        until(lambda: read(connection, "b.xlsx"))
        for number in range(8):
            ratings = [(f"S{who}", code, (who + number) % 6) for who in range(12) for code in MODEL.codes]
            save(folder / "a.xlsx", ratings)
            begun = time.monotonic()
            wanted = {(who, code, 1, level) for who, code, level in ratings}
            until(lambda wanted=wanted: wanted < rated(connection))
            times.append(time.monotonic() - begun)
            time.sleep(0.03 * number)
    print(f"from saving to the file, 12 stakeholders: {', '.join(f'{one:.2f}' for one in times)} s")
    assert min(times) < 4
