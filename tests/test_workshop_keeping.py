"""The file of a workshop: what was acknowledged is there, once, whatever is killed; hidden rounds stay hidden."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.live.workshop import keeping, tables
from helpers.live.workshop import steps as rules
from helpers.live.workshop.keeping import Facts, Submission
from helpers.live.workshop.steps import NotNow, Step

DIMENSIONS, LEVELS = ("readiness", "funding"), range(6)
FACTS = Facts("midlothian", "Midlothian", "scirocco-exchange", "2026-11-25", "abcd-efgh-jkmn-pqrs")


@pytest.fixture
def workshop(tmp_path):
    connection = keeping.connect(keeping.make(tmp_path / "one", FACTS))
    yield connection
    connection.close()


def take(connection, kind, dimension="readiness", **more):
    return keeping.take(connection, Step(kind, dimension, **more), dimensions=DIMENSIONS, levels=LEVELS)


def rate(connection, who, rating, *, dimension="readiness", round=1, made=1, mark=None, ahead=False, **more):
    one = Submission(who, dimension, round, rating, mark or f"{dimension}-{round}-{made}", made, **more)
    return keeping.submit(connection, [one], dimensions=DIMENSIONS, levels=LEVELS, ahead=ahead)[0]


def join(connection, number):
    return keeping.join(connection, key=f"key {number}", role="manager", sector="health").participant


def test_the_file_and_its_folder_are_for_the_owner_alone(tmp_path):
    path = keeping.make(tmp_path / "one", FACTS)
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileExistsError):
        keeping.make(tmp_path / "one", FACTS)
    assert keeping.facts_of(keeping.connect(path)) == FACTS


def test_what_is_no_workshop_is_said(tmp_path):
    with pytest.raises(keeping.WorkshopError, match="There is no workshop"):
        keeping.connect(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to be read as one" * 20)
    with pytest.raises(keeping.WorkshopError, match="not a workshop"):
        keeping.connect(tmp_path / "text.sqlite")


def test_nothing_shows_before_it_is_revealed_and_a_revealed_round_still_takes_ratings(workshop):
    take(workshop, "open")
    anna, ben = join(workshop, 1), join(workshop, 2)
    rate(workshop, anna, 3)
    assert tables.ratings(workshop).empty and keeping.answered(workshop, "readiness", 1) == {anna}
    take(workshop, "reveal")
    rate(workshop, ben, 4, justification="pilots run", confidence="high")
    seen = tables.ratings(workshop)
    assert list(zip(seen["stakeholder"], seen["rating"], seen["justification"], strict=True)) == [
        ("Stakeholder 1", 3, ""),
        ("Stakeholder 2", 4, "pilots run"),
    ]
    take(workshop, "undo")
    assert tables.ratings(workshop).empty
    assert len(tables.ratings(workshop, everything=True)) == 2


def test_a_closed_round_takes_nothing_and_an_undone_closing_does_again(workshop):
    anna = join(workshop, 1)
    assert rate(workshop, anna, 3).refused == "not-open"
    take(workshop, "open")
    assert rate(workshop, anna, 3).number
    take(workshop, "close")
    assert rate(workshop, anna, 4, made=2).refused == "closed"
    take(workshop, "undo")
    assert rate(workshop, anna, 4, made=2).number
    take(workshop, "open", "funding")
    assert rate(workshop, anna, 5, made=3).refused == "closed"
    take(workshop, "end")
    assert rate(workshop, anna, 5, dimension="funding", made=4).refused == "ended"


def test_a_round_can_be_revealed_after_it_was_closed(workshop):
    take(workshop, "open")
    rate(workshop, join(workshop, 1), 2)
    take(workshop, "close")
    assert tables.ratings(workshop).empty
    take(workshop, "reveal")
    assert tables.ratings(workshop)["rating"].tolist() == [2]
    assert not keeping.state(workshop).round_of("readiness").takes_ratings


def test_the_same_rating_sent_again_is_kept_once_and_a_late_older_one_does_not_win(workshop):
    take(workshop, "open")
    take(workshop, "reveal")
    anna = join(workshop, 1)
    new = rate(workshop, anna, 4, made=2, mark="b")
    assert rate(workshop, anna, 4, made=2, mark="b") == keeping.Receipt(new.number, is_repeat=True)
    rate(workshop, anna, 1, made=1, mark="a")
    assert tables.ratings(workshop)["rating"].tolist() == [4]
    rate(workshop, anna, None, made=3, mark="c")
    assert tables.ratings(workshop).empty


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"rating": 6}, "off-scale"),
        ({"rating": -1}, "off-scale"),
        ({"who": 99}, "unknown-participant"),
        ({"dimension": "weather"}, "unfit"),
        ({"confidence": "rather"}, "unfit"),
        ({"round": 2}, "not-open"),
        ({"round": 0}, ""),
    ],
)
def test_what_cannot_be_a_rating_is_refused(workshop, more, refused):
    take(workshop, "open")
    anna = join(workshop, 1)
    call = {"who": anna, "rating": 3, **more}
    assert rate(workshop, call.pop("who"), call.pop("rating"), **call).refused == refused


def test_one_bad_rating_does_not_take_its_neighbours_with_it(workshop):
    take(workshop, "open")
    take(workshop, "reveal")
    anna, ben = join(workshop, 1), join(workshop, 2)
    both = [Submission(anna, "readiness", 1, 9, "a", 1), Submission(ben, "readiness", 1, 2, "a", 1)]
    said = keeping.submit(workshop, both, dimensions=DIMENSIONS, levels=LEVELS)
    assert [receipt.refused for receipt in said] == ["off-scale", ""]
    assert tables.ratings(workshop)["rating"].tolist() == [2]


def test_ratings_of_a_file_are_taken_ahead_and_shown_when_their_dimension_is_revealed(workshop):
    anna = join(workshop, 1)
    assert rate(workshop, anna, 3, dimension="funding", ahead=True).number
    assert tables.ratings(workshop).empty and tables.ratings(workshop, everything=True).empty
    assert tables.outside(workshop, keeping.state(workshop)) == {("funding", 1): 1}
    take(workshop, "open", "funding")
    take(workshop, "reveal", "funding")
    assert tables.ratings(workshop)["dimension"].tolist() == ["funding"]


def test_decisions_wait_for_the_reveal_and_can_be_taken_back(workshop):
    take(workshop, "open")
    with pytest.raises(NotNow, match="Reveal the ratings first"):
        take(workshop, "agree", level=3)
    take(workshop, "reveal")
    take(workshop, "agree", level=3, text="most pilots run")
    take(workshop, "desire", level=5)
    decided = tables.ratings(workshop).set_index("kind")
    assert decided.loc["consensus", ["stakeholder", "rating", "justification"]].tolist() == [
        "Consensus",
        3,
        "most pilots run",
    ]
    assert decided.loc["desired", "rating"] == 5
    take(workshop, "agree", level=None)
    assert tables.ratings(workshop)["kind"].tolist() == ["desired"]
    with pytest.raises(NotNow, match="not a level"):
        take(workshop, "agree", level=7)


def test_who_is_left_out_does_not_count_until_that_is_undone(workshop):
    take(workshop, "open")
    take(workshop, "reveal")
    anna = join(workshop, 1)
    rate(workshop, anna, 3)
    take(workshop, "leave-out", participant=anna, text="came in twice")
    assert tables.ratings(workshop).empty and rate(workshop, anna, 4, made=2).refused == "left-out"
    take(workshop, "undo")
    assert tables.ratings(workshop)["rating"].tolist() == [3]


def test_a_participant_who_comes_again_is_the_same(workshop):
    first = keeping.join(workshop, key="k", role="nurse", sector="health")
    assert keeping.join(workshop, key="k", role="other") == first and first.label == "Stakeholder 1"
    assert keeping.join(workshop, key="f", label="Stakeholder 2", source="file").label == "Stakeholder 2"
    assert keeping.join(workshop, key="g").label == "Stakeholder 3"
    assert keeping.join(workshop, key="h", label="Stakeholder 2", source="file").label == "Stakeholder 2 (2)"


def test_text_that_is_too_long_is_refused_whole_and_control_characters_go(workshop):
    take(workshop, "open")
    anna = join(workshop, 1)
    assert rate(workshop, anna, 3, justification="x" * 2001).refused == "too-long"
    rate(workshop, anna, 3, made=2, justification=" a\x00b\x1b ")
    assert keeping.own_ratings(workshop, anna)[0]["justification"] == "ab"


def test_ratings_of_a_round_that_was_taken_back_count_nowhere_until_it_is_opened_again(workshop):
    take(workshop, "open")
    anna = join(workshop, 1)
    rate(workshop, anna, 3)
    take(workshop, "close")
    take(workshop, "open", round=2)
    rate(workshop, anna, 0, round=2, made=2)
    take(workshop, "undo")
    take(workshop, "open", "funding")
    rate(workshop, anna, 1, dimension="funding", made=3)
    take(workshop, "undo")
    assert tables.ratings(workshop, everything=True)[["dimension", "rating"]].to_numpy().tolist() == [["readiness", 3]]
    assert tables.outside(workshop, keeping.state(workshop)) == {("readiness", 2): 1, ("funding", 1): 1}
    take(workshop, "open", "funding")
    assert tables.outside(workshop, keeping.state(workshop)) == {("readiness", 2): 1}


def test_an_undo_that_names_a_step_undoes_nothing_else(workshop):
    take(workshop, "open")
    seen = take(workshop, "reveal").number
    take(workshop, "undo", undone=seen)
    with pytest.raises(NotNow, match="Something else was done"):
        take(workshop, "undo", undone=seen)
    assert keeping.state(workshop).round_of("readiness").phase == "open"


def test_who_was_left_out_can_be_taken_in_again_later(workshop):
    take(workshop, "open")
    take(workshop, "reveal")
    anna = join(workshop, 1)
    rate(workshop, anna, 3)
    take(workshop, "leave-out", participant=anna)
    take(workshop, "close")
    take(workshop, "take-in", participant=anna)
    assert tables.ratings(workshop)["rating"].tolist() == [3]
    with pytest.raises(NotNow, match="takes part"):
        take(workshop, "take-in", participant=anna)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u202eb\u2066c", "abc"),
        ("\u200b\u200b", ""),
        ("\u0301", ""),
        ("a\u0085b\r\nc", "a\nb\nc"),
        ("a" + "\u0301" * 150, "a" + "\u0301" * 4),
        (
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("\n".join("abcdefghijklmnop"), "\n".join("abcdefghijk") + "\nl m n o p"),
    ],
)
def test_what_is_typed_is_kept_without_what_cannot_be_seen(typed, kept):
    assert keeping.fit_text(typed) == kept


@given(st.lists(st.sampled_from(rules.KINDS), max_size=25), st.data())
@settings(max_examples=200, deadline=None)
def test_an_undo_gives_back_the_state_before(kinds, data):
    taken, states = [], [rules.State()]
    for kind in kinds:
        step = Step(
            kind, data.draw(st.sampled_from(DIMENSIONS)), level=data.draw(st.sampled_from([None, 2])), seconds=9
        )
        try:
            step = rules.checked(states[-1], step, dimensions=DIMENSIONS, levels=LEVELS)
        except NotNow:
            continue
        number = len(taken) + 1
        taken.append(rules.replace(step, number=number, at=f"{number:03}"))
        states_now = rules.state_of(taken)
        if kind == rules.UNDO:
            before = rules.standing(taken[:-1])[:-1]
            assert states_now == rules.state_of(before)
        takes = [r for code in DIMENSIONS for r in states_now.rounds.get(code, ()) if r.takes_ratings]
        assert len(takes) <= 1
        states.append(states_now)


WRITER = """
import sys, time
from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Submission
connection = keeping.connect(sys.argv[1])
for made in range(1, 100000):
    one = Submission(1, "readiness", 1, made % 6, str(made), made)
    receipt = keeping.submit(connection, [one], dimensions=("readiness",), levels=range(6))[0]
    print(made, receipt.number, flush=True)
    time.sleep(0.001)  # others want to write, too
"""


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.5])
def test_what_was_acknowledged_is_there_after_a_kill_and_two_processes_write_at_once(tmp_path, seconds):
    path = keeping.make(tmp_path / "one", FACTS)
    connection = keeping.connect(path)
    join(connection, 1)
    other = join(connection, 2)
    keeping.take(connection, Step("open", "readiness"), dimensions=DIMENSIONS, levels=LEVELS)
    going = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    first = going.stdout.readline()
    until, made = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        made += 1
        assert rate(connection, other, 2, made=made, mark=str(made)).number
    os.kill(going.pid, signal.SIGKILL)
    said = [first, *going.communicate()[0].splitlines()]
    acknowledged = {int(line.split()[0]) for line in said if len(line.split()) == 2}
    connection.close()
    again = sqlite3.connect(path)
    kept = {made for (made,) in again.execute("select made from submissions where participant = 1")}
    assert acknowledged <= kept and len(kept) <= len(acknowledged) + 1
    assert again.execute("select count(*) from submissions where participant = ?", [other]).fetchone() == (made,)
    assert again.execute("pragma integrity_check").fetchone() == ("ok",)


def test_which_rounds_were_rated_since_is_known_without_what(workshop):
    take(workshop, "open")
    one, two = join(workshop, 1), join(workshop, 2)
    assert keeping.rated_since(workshop, 0) == set()
    rate(workshop, one, 3)
    seen = keeping.mark(workshop)[1]
    assert keeping.rated_since(workshop, 0) == {("readiness", 1)} and keeping.rated_since(workshop, seen) == set()
    rate(workshop, two, 4)
    assert keeping.rated_since(workshop, seen) == {("readiness", 1)}
