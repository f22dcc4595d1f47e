"""A panel for practising: the same for the same seed, human in its ways, twice nowhere, and in no real workshop."""

import contextlib
import itertools
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from helpers.live.workshop import keeping, practice, tables
from helpers.live.workshop.keeping import Facts, Step, Submission
from helpers.live.workshop.rehearsing import profile
from helpers.live.workshop.rehearsing.hands import Directly
from helpers.live.workshop.rehearsing.writing import BEGINNING, Writing
from helpers.reference import workshop_practice, workshop_texts
from helpers.reference.models import load_model
from helpers.scoring.panels import SMALLEST_PANEL

MODEL = load_model()
SECONDS = 30


def make(folder, *, is_practice=True, region="midlothian", model=MODEL.id):
    facts = Facts(region, region.title(), model, "2026-11-25", keeping.new_code(), is_practice=is_practice)
    return keeping.make(folder, facts).parent


@pytest.fixture
def session(tmp_path):
    return make(tmp_path / "session")


@pytest.fixture
def connection(session):
    with contextlib.closing(keeping.connect(session / keeping.FILE_NAME)) as found:
        yield found


def take(connection, kind, dimension="funding", **more):
    keeping.take(connection, Step(kind, dimension, **more), dimensions=MODEL.codes, levels=MODEL.levels)


def rehearsal(connection, *, seed=1, stakeholders=12, play=None, pace=0.0):
    """A rehearsal in this process, without pauses: `settle` lets it do all that it wants to."""
    wanted = SimpleNamespace(seed=seed, stakeholders=stakeholders, play=play, data="")
    panel = practice.panel_of(connection, wanted)
    return practice.Rehearsal(connection, panel, Directly(connection, panel.name, MODEL), pace)


def settle(going):
    for _ in range(3):
        going.tick()


def start(session, *words, **more):
    command = [sys.executable, "-m", "helpers.live.workshop.practice", str(session), *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def until(is_so):
    end = time.monotonic() + SECONDS
    while not (seen := is_so()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return seen


def held(connection, going, dimensions=MODEL.codes, rounds=3):
    """A workshop in which each round is opened, answered, revealed and closed."""
    for dimension in dimensions:
        for _ in range(rounds):
            for kind in ("open", "reveal"):
                take(connection, kind, dimension)
                settle(going)
            take(connection, "close", dimension)


def said(connection):
    names = ["participant", "dimension", "round", "rating", "confidence", "justification", "made"]
    return [tuple(row[name] for name in names) for row in keeping.all_ratings(connection)]


def spread(connection, dimension, round_):
    """How far the ratings of a round are from its median, on average."""
    table = tables.ratings(connection, dimension=dimension)
    ratings = table.loc[table["round"] == round_, "rating"].astype(int).tolist()
    return statistics.mean(abs(rating - statistics.median(ratings)) for rating in ratings)


def test_the_same_seed_is_the_same_panel_and_another_one_another(tmp_path):
    told = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        folder = make(tmp_path / name)
        with contextlib.closing(keeping.connect(folder / keeping.FILE_NAME)) as connection:
            held(connection, rehearsal(connection, seed=seed), MODEL.codes[:3])
            told.append(said(connection))
    assert told[0] == told[1] and told[0] != told[2]


def test_a_whole_rehearsal_looks_like_a_panel(connection):
    held(connection, rehearsal(connection))
    people = keeping.participants(connection)
    assert len(people) == 12 and {one.source for one in people} == {"practice"}
    assert len({one.role for one in people}) >= 6 and len({one.sector for one in people}) >= 6
    rows = keeping.all_ratings(connection)
    first = [row for row in rows if row["round"] == 1]
    assert any(row["rating"] is None for row in first)
    places = Counter((row["participant"], row["dimension"]) for row in first)
    assert any(count > 1 for count in places.values()) and len(places) < 12 * 12
    narrower = [spread(connection, code, 2) < spread(connection, code, 1) for code in MODEL.codes]
    assert sum(narrower) >= 9
    ratings = keeping.latest_ratings(connection)
    moves = {
        who: [
            tuple(row["rating"] for row in ratings if (row["participant"], row["dimension"]) == (who, code))
            for code in MODEL.codes
        ]
        for who in (one.participant for one in people)
    }
    stubborn = [who for who, rated in moves.items() if all(len({*one} - {None}) <= 1 for one in rated)]
    assert len(stubborn) == 2


def test_what_is_written_says_that_it_is_simulated_and_fits_its_level(connection):
    held(connection, rehearsal(connection), rounds=2)
    texts = [row for row in keeping.all_ratings(connection) if row["justification"]]
    assert 40 < len(texts) < 200
    for row in texts:
        assert row["justification"].startswith(BEGINNING)
        assert MODEL.dimension(row["dimension"]).levels[row["rating"]] in row["justification"]


def test_it_rates_around_the_region_s_own_panel(connection):
    going = rehearsal(connection)
    held(connection, going, rounds=1)
    table = tables.ratings(connection)
    medians = table.groupby("dimension")["rating"].median().astype(float)
    own = profile.profile_of("midlothian", MODEL, seed=1)
    assert all(abs(medians[code] - own[code]) <= 1 for code in MODEL.codes)


def test_where_there_is_none_the_levels_are_made_up_and_smooth():
    made = profile.profile_of("fife", MODEL, seed=3)
    levels = [made[code] for code in MODEL.codes]
    assert all(0.8 < level < 4.2 for level in levels) and max(levels) - min(levels) > 1.5
    assert all(abs(one - other) < 0.7 for one, other in itertools.pairwise(levels))


@pytest.mark.parametrize(("panel", "is_imitated"), [(SMALLEST_PANEL, True), (SMALLEST_PANEL - 1, False)])
def test_a_panel_too_small_to_show_is_not_imitated(monkeypatch, panel, is_imitated):
    ratings = profile.read_assessments("midlothian").ratings
    own = ratings[ratings["kind"] == "individual"]
    few = own[own["stakeholder"].isin(own["stakeholder"].unique()[:panel])]
    monkeypatch.setattr(profile, "read_assessments", lambda region, data: SimpleNamespace(ratings=few))
    found = profile.profile_of("midlothian", MODEL, seed=3)
    monkeypatch.undo()
    assert (found != profile.profile_of("fife", MODEL, seed=3)) == is_imitated


def test_nobody_is_moved_by_what_was_not_shown(connection):
    going = rehearsal(connection)
    for _ in range(2):
        take(connection, "open")
        settle(going)
        take(connection, "close")
    rows = keeping.latest_ratings(connection)
    by_round = [{row["participant"]: row["rating"] for row in rows if row["round"] == number} for number in (1, 2)]
    both = [who for who in by_round[0].keys() & by_round[1].keys() if by_round[0][who] is not None]
    assert len(both) > 6 and all(by_round[0][who] == by_round[1][who] for who in both)


def test_everybody_takes_their_time(connection):
    going = rehearsal(connection, pace=1.0)
    acts = going.panel.answers(connection, "funding", 1, range(1, 13))
    assert min(act.after for act in acts) >= 1 and max(act.after for act in acts) <= 52
    assert 4 < statistics.median(act.after for act in acts) < 15
    take(connection, "open")
    settle(going)
    assert len(keeping.participants(connection)) == 1 and said(connection) == []


def test_a_killed_panel_goes_on_and_hands_in_nothing_twice(session, connection):
    take(connection, "open")
    killed = start(session, "--pace", "0.2")
    until(lambda: len(said(connection)) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    again = start(session, "--pace", "0.01")
    until(lambda: len(keeping.participants(connection)) == 12 and len(said(connection)) >= 11)
    take(connection, "end")
    assert again.wait(SECONDS) == 0
    assert len(keeping.participants(connection)) == 12
    assert len(said(connection)) == len({row[:3] + row[6:] for row in said(connection)})


@pytest.mark.parametrize("way", ["input", "terminate", "end"])
def test_it_ends_when_told_or_with_the_workshop(session, connection, way):
    going = start(session, "--pace", "0")
    until(lambda: len(keeping.participants(connection)) == 12)
    if way == "end":
        take(connection, "end")
    elif way == "input":
        going.stdin.close()
    else:
        going.terminate()
    assert going.wait(5) == 0


def test_once_answers_the_round_that_is_open_and_ends(session, connection):
    take(connection, "open")
    going = start(session, "--once", "--pace", "0", "--stakeholders", "5")
    assert going.wait(SECONDS) == 0
    assert len(keeping.participants(connection)) == 5 and {row[1:3] for row in said(connection)} == {("funding", 1)}


def test_a_real_workshop_takes_no_simulated_panel(tmp_path):
    session = make(tmp_path / "real", is_practice=False)
    going = start(session)
    _, sentence = going.communicate(timeout=SECONDS)
    assert going.returncode == 1 and "is a real one" in sentence
    with contextlib.closing(keeping.connect(session / keeping.FILE_NAME)) as connection:
        assert keeping.participants(connection) == []


def recording(folder):
    """A workshop that was held: three people, one left out, two rounds of one dimension."""
    session = make(folder, is_practice=False)
    with contextlib.closing(keeping.connect(session / keeping.FILE_NAME)) as connection:
        for number in range(3):
            keeping.join(connection, key=f"k{number}", role="manager", sector="health care", label=f"Anna {number}")
        take(connection, "leave-out", participant=3)
        for round_, made in ((1, 1), (2, 2)):
            take(connection, "open")
            for who in (1, 2):
                one = Submission(who, "funding", round_, who + round_, f"m{made}", made, "high", f"text {who}")
                keeping.submit(connection, [one], dimensions=MODEL.codes, levels=MODEL.levels)
                time.sleep(0.15)
            take(connection, "reveal")
            take(connection, "close")
    return session


def test_a_recorded_workshop_is_played_back_with_its_pauses_and_without_its_names(tmp_path, connection):
    played = recording(tmp_path / "held")
    going = rehearsal(connection, play=played)
    first, second = going.panel.answers(connection, "funding", 1, [])
    assert first.after < 0.15 <= second.after < 2
    held(connection, going, ["digital", "funding"], rounds=2)
    assert [one.label for one in keeping.participants(connection)] == ["Stakeholder 1", "Stakeholder 2"]
    table = tables.ratings(connection)
    rows = table[["stakeholder", "dimension", "round", "rating", "confidence", "justification", "role"]]
    assert rows.to_numpy().tolist() == [
        [f"Stakeholder {who}", "funding", round_, who + round_, "high", f"text {who}", "manager"]
        for round_ in (1, 2)
        for who in (1, 2)
    ]


def test_a_recording_of_another_model_is_refused(tmp_path, connection):
    other = make(tmp_path / "other", model="demonstration-8")
    with pytest.raises(keeping.WorkshopError, match="rates demonstration-8"):
        rehearsal(connection, play=other)


def test_as_phones_it_goes_through_the_server_and_survives_its_death(session, connection):
    def serve():
        command = [sys.executable, "-m", "helpers.live.workshop.phones.serve", str(session), "--port", "0"]
        return subprocess.Popen(command, stderr=subprocess.PIPE)

    server, panel = serve(), start(session, "--phones", "--pace", "0.02", "--stakeholders", "6")
    try:
        until(lambda: len(keeping.participants(connection)) == 6)
        server.kill()
        server.communicate()
        take(connection, "open")
        server = serve()
        expected = rehearsal(connection, stakeholders=6).panel.answers(connection, "funding", 1, range(6))
        until(lambda: len(said(connection)) == len(expected) > 2)
        assert {one.source for one in keeping.participants(connection)} == {"phone"}
        take(connection, "end")
        assert panel.wait(SECONDS) == 0
    finally:
        for process in (server, panel):
            process.kill()
            process.communicate()
    assert len(said(connection)) == len({row[:3] + row[6:] for row in said(connection)})


# its texts


def test_people_have_roles_and_sectors_that_phones_offer():
    choices = workshop_texts.stakeholder_choices("en")
    offered = {kind: {stored for stored, _ in rows} for kind, rows in choices.items()}
    for role, sector in workshop_practice.practice_texts().people:
        assert role in offered["role"] and sector in offered["sector"]


def test_every_sentence_can_be_said_and_every_dimension_has_its_remarks():
    found = workshop_practice.practice_texts()
    kinds = {"reason", "moved", "stays", "low", "high"}
    assert {kind for kind, _ in found.texts} == kinds
    for pole in ("low", "high"):
        assert {subject for kind, subject in found.texts if kind == pole} == set(MODEL.codes)
    for (kind, subject), texts in found.texts.items():
        for text in texts:
            assert kind in ("low", "high") or "{words}" in text
            assert ("{next}" in text, "{previous}" in text) == (subject == "next", subject == "previous")
            assert text.format(words="a", next="b", previous="c", sector="d")


@pytest.mark.parametrize("level", [0, 5])
def test_at_the_ends_of_the_scale_nothing_is_said_of_levels_that_are_not(level):
    for seed in range(60):
        text = Writing(MODEL).text(random.Random(seed), "reason", "funding", level, "health care")
        assert "None" not in text and text.startswith(BEGINNING)


def test_a_folder_of_data_of_its_own_may_have_other_people(tmp_path):
    (tmp_path / "reference" / "workshop").mkdir(parents=True)
    table = tmp_path / "reference" / "workshop" / "practice.csv"
    table.write_text("kind,subject,text\nperson,nurse,ward\n", "utf-8")
    found = Writing(MODEL, data=tmp_path)
    assert found.people == [("nurse", "ward")]
    for content, fault in (
        ("kind,subject,text\n", "names nobody"),
        ("kind,text\nperson,ward\n", "practice.csv: the column subject is missing"),
        ("kind,subject,text\nperson,nurse,ward, upstairs\n", "line 2: more cells than columns"),
    ):
        table.write_text(content, "utf-8")
        with pytest.raises(workshop_texts.WorkshopTextsError, match=fault):
            Writing(MODEL, data=tmp_path)


def test_it_runs_in_a_folder_that_is_not_the_project_s(session, connection, tmp_path):
    going = start(session, "--once", "--pace", "0", cwd=tmp_path, env={**os.environ, "PYTHONPATH": ""})
    take(connection, "open")
    assert going.wait(SECONDS) == 0
