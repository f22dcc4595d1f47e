"""What the presenter's page is told and may ask for: hidden rounds leak nothing, steps are checked and kept."""

import asyncio
import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.display import HTML

from helpers.batch import workers
from helpers.live.workshop import keeping, stage
from helpers.live.workshop.stage import doing, showing, view, words
from stage_workshop import MODEL, SECTORS, Workshop

REASON = "Because nobody outside the board has read the plan."


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(tmp_path / "one")
    yield made
    made.close()


@pytest.fixture
def another(tmp_path):
    made = Workshop(tmp_path / "two")
    yield made
    made.close()


def in_its_own_loop(run, seconds):
    """Run it in a thread, since a browser of other tests may have a loop in this one."""

    async def limited():
        return await asyncio.wait_for(run(), seconds)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, limited()).result()


def rank(show):
    """Ask for the ranking where no loop runs, whatever a browser of other tests left in this thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(show.heed, {"do": "rank"}).result()


def told(show):
    """Everything that travels to the browser, but for scripts, styles and what counts messages."""
    show.look()
    show.draw()
    show.tick()
    left_out = ("_esm", "_css", "layout", "tabbable", "tooltip", "notice", "heard", "_anywidget_id")
    return {name: value for name, value in show.widget.get_state().items() if name not in left_out}


def scene(show):
    return told(show)["scene"]


def test_before_the_first_dimension_the_room_sees_who_has_joined(workshop):
    show = workshop.show()
    assert scene(show)["screen"] == view.WAITING
    assert told(show)["people"]["n"] == 12
    assert told(show)["people"]["by_sector"] == [{"sector": name, "n": 4} for name in SECTORS]
    assert told(show)["place"]["day"] == "25 November 2026" and not told(show)["place"]["is_practice"]


def test_a_hidden_round_says_who_has_answered_and_not_what(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([3] * 7, reason=REASON)
    seen = scene(show)
    assert seen["screen"] == view.RATING and seen["finding"] is None and seen["proposal"] is None
    assert (seen["answered"]["n"], seen["answered"]["of"]) == (7, 12)
    assert seen["answered"]["by_sector"][0] == {"sector": "health care", "n": 3, "of": 4}
    assert REASON not in json.dumps(told(show))
    assert told(show)["levels_svg"] == told(show)["spider_svg"] == ""


@pytest.mark.parametrize("rounds_before", [0, 1])
def test_nothing_that_is_told_depends_on_what_was_rated_in_a_hidden_round(workshop, another, rounds_before):
    """Two workshops that differ in nothing but the values of hidden ratings tell the page the same."""
    kept = []
    for place, levels, reason in ((workshop, [0] * 12, ""), (another, [5, 1, 4] * 4, REASON)):
        show = place.show()
        for number in range(1, rounds_before + 1):
            place.take("open")
            place.rate([2] * 12, round=number)
            place.take("reveal")
            place.take("close")
        opened = place.take("open")
        place.rate(levels, round=opened.round, reason=reason)
        during = told(show)
        place.take("close")
        kept.append((without_clock(during), without_clock(told(show)), show.widget.notice))
    assert kept[0] == kept[1]


def without_clock(state):
    return json.loads(json.dumps({**state, "outcome": {}}))


def test_what_is_revealed_shows_and_moves_as_ratings_come(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([2] * 10 + [5], reason=REASON)
    workshop.take("reveal")
    seen = scene(show)
    assert seen["screen"] == view.REVEALED
    assert seen["finding"]["title"] == "Agreement: 10 of 11 are within one level of the median, level 2"
    assert "level 5: 1." in told(show)["levels_svg"]
    before = told(show)["spider_svg"]
    workshop.rate([4] * 12, made=2)
    assert scene(show)["finding"]["title"] == "All 12 chose level 4"
    assert told(show)["spider_svg"] != before


def test_undoing_a_reveal_hides_everything_again(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([1, 2, 3] * 4, reason=REASON)
    before = told(show)
    show.heed({"do": "reveal", "dimension": "readiness"})
    assert REASON in json.dumps(told(show)) and scene(show)["undo"] == "revealing Readiness"
    show.heed({"do": "undo"})
    assert told(show) == before and scene(show)["undo"] == "opening Readiness"


def test_who_was_left_out_does_not_count(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([0] + [4] * 11)
    workshop.take("reveal")
    assert "All" not in scene(show)["finding"]["title"]
    show.heed({"do": "leave-out", "participant": workshop.panel[0], "text": "joined twice"})
    assert scene(show)["finding"]["title"] == "All 11 chose level 4"
    assert scene(show)["answered"]["n"] == scene(show)["answered"]["of"] == told(show)["people"]["n"] == 11
    assert told(show)["people"]["list"][0]["left_out"] == "joined twice"
    assert scene(show)["undo"] == "leaving out Stakeholder 1"
    show.heed({"do": "leave-out", "participant": 4711, "text": ""})
    assert show.widget.notice["text"] == "There is no such stakeholder."


@pytest.mark.parametrize(("n", "sector"), [(4, ""), (5, "health care")])
def test_the_extremes_argue_and_a_small_panel_does_not_tell_who(workshop, n, sector):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([1], reason=REASON)
    workshop.rate([3] * (n - 2) + [5], who=workshop.panel[1:], reason="")
    workshop.take("reveal")
    low, high = scene(show)["finding"]["extremes"]
    assert (low["level"], low["n"], low["of"], high["level"], high["n"]) == (1, 1, n, 5, 1)
    assert low["reasons"] == [{"text": REASON, "sector": sector}] and high["reasons"] == []


def test_where_all_chose_the_same_there_is_one_end(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([3] * 12, reason=REASON)
    workshop.take("reveal")
    (only,) = scene(show)["finding"]["extremes"]
    assert only["level"] == 3 and len(only["reasons"]) == 12


def test_below_eight_ratings_it_is_said_what_can_be_said(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([1, 2, 2, 4])
    workshop.take("reveal")
    finding = scene(show)["finding"]
    assert finding["title"] == "3 of 4 are within one level of the median, level 2"
    assert finding["rule"] == "Too few ratings to judge agreement: that takes eight."
    assert told(show)["overview"][0]["agrees"] is None


def test_the_shift_between_two_rounds(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([0, 5] * 6)
    workshop.take("reveal")
    assert scene(show)["finding"]["shift"] == ""
    workshop.take("close")
    workshop.take("open")
    workshop.rate([3, 3, 0, 5, 3, 3], round=2)
    assert scene(show)["finding"] is None and told(show)["levels_svg"] == ""
    workshop.take("reveal")
    shift = scene(show)["finding"]["shift"]
    assert shift == (
        "Within one level of the median: 0 of 12 in round 1, 4 of 6 now. 4 of 6 who rated twice changed their level."
    )
    assert "was 6" in told(show)["levels_svg"]


def test_a_round_that_was_closed_unseen_stays_unseen(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([4] * 12, reason=REASON)
    workshop.take("close")
    assert scene(show)["screen"] == view.UNSEEN and REASON not in json.dumps(told(show))
    workshop.take("reveal")
    assert scene(show)["screen"] == view.REVEALED and REASON in json.dumps(told(show))


def test_a_level_is_proposed_where_the_median_is_whole_and_recorded_with_its_reason(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([2, 3] * 6)
    workshop.take("reveal")
    assert scene(show)["proposal"] == {
        "level": None,
        "text": "The median of 12 ratings lies between level 2 and level 3.",
    }
    workshop.rate([3] * 12, made=2)
    assert scene(show)["proposal"]["level"] == 3 and scene(show)["agreed"] is None
    show.heed({"do": "agree", "dimension": "readiness", "level": 3, "text": "Vision is policy."})
    show.heed({"do": "desire", "dimension": "readiness", "level": 5, "text": ""})
    seen = scene(show)
    assert (seen["agreed"]["level"], seen["agreed"]["reason"]) == (3, "Vision is policy.")
    assert seen["agreed"]["words"] == MODEL.dimension("readiness").levels[3] and seen["desired"]["level"] == 5
    assert "The panel agreed on level 3" in told(show)["levels_svg"]
    show.heed({"do": "close", "dimension": "readiness"})
    assert scene(show)["screen"] == view.DECIDED
    show.heed({"do": "agree", "dimension": "readiness", "level": None})
    assert scene(show)["agreed"] is None and scene(show)["screen"] == view.REVEALED


def test_what_cannot_be_done_now_is_a_calm_notice(workshop):
    show = workshop.show()
    show.heed({"do": "reveal", "dimension": "readiness"})
    assert show.widget.notice == {"text": "This dimension has not been opened yet.", "kind": "calm", "number": 1}
    show.heed({"do": "open", "dimension": "readiness"})
    show.heed({"do": "agree", "dimension": "readiness", "level": 3})
    assert "would sway those who still rate" in show.widget.notice["text"]
    assert len(keeping.steps_of(workshop.file)) == 1


def test_looking_at_another_dimension_opens_nothing(workshop):
    show = workshop.show()
    workshop.take("open")
    show.heed({"do": "look", "dimension": "funding"})
    seen = scene(show)
    assert seen["screen"] == view.PREVIEW and seen["dimension"]["name"] == "Finance & Funding"
    assert seen["open"]["name"] == "Readiness to Change" and seen["round"] is None
    show.heed({"do": "open", "dimension": "funding"})
    assert scene(show)["screen"] == view.RATING and show.looked_at == ""
    show.heed({"do": "look", "dimension": "nothing"})
    assert show.widget.notice["text"] == "The model has no such dimension."
    assert [step.dimension for step in keeping.steps_of(workshop.file)] == ["readiness", "funding"]


def test_a_timer_runs_until_it_is_stopped(workshop):
    show = workshop.show()
    workshop.take("open")
    show.heed({"do": "timer", "dimension": "readiness", "seconds": 120})
    timer = scene(show)["round"]["timer"]
    assert timer["seconds"] == 120 and scene(show)["undo"] == "timer of 2:00"
    show.heed({"do": "timer", "dimension": "readiness", "seconds": 0})
    assert scene(show)["round"]["timer"] is None


def test_ratings_by_hand(workshop):
    show = workshop.show()
    show.heed({"do": "add", "role": "manager", "sector": "housing"})
    one = told(show)["people"]["list"][-1]
    assert (one["label"], one["source"], one["sector"]) == ("Stakeholder 13", "hand", "housing")
    show.heed({"do": "rate", "participant": one["number"], "level": 4})
    assert show.widget.notice["text"] == "No round is open."
    workshop.take("open")
    show.heed({"do": "rate", "participant": one["number"], "level": 4})
    show.heed({"do": "rate", "participant": one["number"], "level": 2})
    assert scene(show)["open"]["by_hand"] == [one["number"]] and scene(show)["answered"]["n"] == 1
    show.heed({"do": "rate", "participant": one["number"], "level": 9})
    assert "no level of the scale" in show.widget.notice["text"]
    show.heed({"do": "rate", "participant": workshop.panel[0], "level": 4})
    assert "without a phone" in show.widget.notice["text"]
    workshop.take("reveal")
    assert scene(show)["finding"]["title"] == "One rating so far: level 2"
    assert told(show)["choices"]["sector"] and told(show)["choices"]["role"]


def test_the_next_page_over_the_same_folder_shows_the_same(workshop):
    first = workshop.show()
    for number, code in enumerate(MODEL.codes[:3]):
        workshop.take("open", code)
        workshop.rate([number, 3, 4] * 4, dimension=code, reason=REASON)
        workshop.take("reveal", code)
        workshop.take("agree", code, level=3, text="So it is.")
    assert told(first) == told(workshop.show())


def test_everything_ends_and_the_end_can_be_undone(workshop):
    show = workshop.show()
    workshop.take("open")
    show.heed({"do": "end"})
    assert scene(show)["screen"] == view.ENDED and scene(show)["ended"] and scene(show)["open"] is None
    assert scene(show)["undo"] == "ending the workshop"
    show.heed({"do": "undo"})
    assert scene(show)["screen"] == view.RATING


def test_at_the_end_those_count_who_rated_in_a_round_that_was_shown(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([3] * 4)
    workshop.take("reveal")
    workshop.take("open", "funding")
    workshop.rate([2] * 6, dimension="funding")
    workshop.take("leave-out", "", participant=workshop.panel[0])
    seen = told(show)
    assert (seen["people"]["n"], seen["people"]["n_rated"]) == (11, 3)
    assert [row["code"] for row in seen["overview"] if row["is_rated"]] == ["readiness"]
    workshop.take("open")
    workshop.take("reveal")
    again = next(row for row in told(show)["overview"] if row["code"] == "readiness")
    assert again["n"] == 0 and again["is_rated"], "the first round still stands"


def test_text_of_participants_travels_as_text(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([3] * 12, reason="<img src=x onerror=alert(1)>")
    workshop.take("reveal")
    assert "<img" not in told(show)["levels_svg"] + told(show)["spider_svg"]


MESSAGES = st.dictionaries(
    st.sampled_from(["do", "dimension", "level", "text", "seconds", "participant", "round", "role", "sector"]),
    st.one_of(
        st.sampled_from(["open", "reveal", "close", "agree", "undo", "rate", "add", "look", "readiness", "nothing"]),
        st.none(),
        st.booleans(),
        st.integers(-5, 10**9),
        st.floats(allow_nan=True),
        st.text(max_size=20),
        st.lists(st.integers(), max_size=2),
    ),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=MESSAGES)
def test_no_message_breaks_the_stage(workshop, message):
    show = workshop.shows[0] if workshop.shows else workshop.show()
    text, kind = doing.do(show, message)
    assert isinstance(text, str) and kind in (doing.CALM, doing.GOOD, doing.FAULT)
    keeping.state(workshop.file)


def test_in_a_storm_it_draws_now_and_then_and_ends_with_the_newest(workshop, monkeypatch):
    clock, drawn = [1000.0], []
    monkeypatch.setattr(showing.time, "monotonic", lambda: clock[0])
    show = workshop.show()
    workshop.take("open")
    workshop.take("reveal")
    draw = show.draw
    monkeypatch.setattr(show, "draw", lambda: (drawn.append(clock[0]), draw()))
    for made in range(40):
        workshop.rate([made % 6] * 12, made=made + 1)
        clock[0] += 0.05
        show.tick()
    assert 8 <= len(drawn) <= 11
    clock[0] += 0.2
    show.tick()
    assert show.widget.scene["finding"]["title"] == f"All 12 chose level {39 % 6}"


def test_the_poll_ends_when_no_page_is_heard_of_and_goes_on_when_one_is(workshop, monkeypatch):
    monkeypatch.setattr(showing, "SILENT_SECONDS", 0.3)

    async def run():
        show = workshop.show()
        show.begin()
        first = show._task
        workshop.take("open")
        while show.widget.scene["screen"] != view.RATING:
            await asyncio.sleep(0.01)
        await asyncio.wait_for(first, 5)
        workshop.rate([3] * 4)
        assert show.widget.scene["answered"]["n"] == 0
        show.heed({"do": "here"})
        while show.widget.scene["answered"]["n"] != 4:
            await asyncio.sleep(0.01)
        assert show.widget.heard == 1
        show.heed({"do": "gone"})
        await asyncio.sleep(0)
        assert show._task.cancelled() or show._task.cancelling()

    in_its_own_loop(run, 30)


def test_how_to_join_comes_from_the_servers_own_file(workshop, monkeypatch):
    monkeypatch.setattr("helpers.live.workshop.stage.joining.LOOK_SECONDS", 0)
    show = workshop.show()
    assert told(show)["phones"] == {}
    server = {"pid": 1, "addresses": ["http://192.168.1.5:8123/s/abcd/"], "is_network": False}
    (workshop.folder / "server.json").write_text(json.dumps(server))
    phones = told(show)["phones"]
    assert phones["addresses"] == server["addresses"] and phones["is_network"] is False and "<svg" in phones["qr"]
    (workshop.folder / "server.json").write_text("{half")
    assert told(show)["phones"] == {}


def test_priorities_from_what_was_agreed(workshop):
    show = workshop.show()
    rank(show)
    assert told(show)["priorities"]["rows"] == []
    for number, code in enumerate(MODEL.codes):
        workshop.take("open", code)
        workshop.rate([1, 2, 3] * 4, dimension=code)
        workshop.take("reveal", code)
        workshop.take("agree", code, level=number % 4)
        workshop.take("desire", code, level=5)
    rank(show)
    rows = told(show)["priorities"]["rows"]
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows) and len(rows) == 12
    assert rows[0]["level"] == 0 and all(row["points"] is not None and row["reading"] for row in rows)
    assert "need" in told(show)["priorities"]["method"]


def test_without_figures_on_need_the_ranking_says_so(workshop, tmp_path):
    (tmp_path / "data" / "indicators").mkdir(parents=True)
    show = workshop.show(data=str(tmp_path / "data"))
    workshop.take("open")
    workshop.rate([1, 2, 3] * 4)
    workshop.take("reveal")
    rank(show)
    assert "no usable figures" in told(show)["priorities"]["method"]
    assert told(show)["priorities"]["rows"][0]["rank"] == 1


def test_only_whole_medians_are_proposals():
    from helpers.scoring.standing import of_ratings

    assert words.proposal(of_ratings([], range(6))) is None and words.proposal(None) is None
    assert words.proposal(of_ratings([2, 3], range(6))) is None
    assert words.proposal(of_ratings([0], range(6))) == 0
    assert words.middle(of_ratings([], range(6))) == "Nobody has rated this dimension."


def test_the_notebook_without_a_workshop_says_how_to_begin_one():
    said = stage.present("midlothian")
    assert isinstance(said, HTML) and "atlas workshop midlothian --practice" in said.data


def test_a_workshop_is_begun_in_a_folder_that_has_none_and_gone_on_with_in_one_that_has(tmp_path):
    home = tmp_path / "session"
    first = stage.present("midlothian", session=str(home))
    again = stage.present("midlothian", session=str(home))
    assert first.place["region"] == again.place["region"] == "Midlothian"
    assert first.comm is None or first is not again
    with pytest.raises(ValueError, match="holds a workshop of Midlothian, not of Flanders"):
        stage.present("flanders", session=str(home))


def test_no_report_waits_for_the_stage():
    assert not [name for name in workers.modules() if "workshop" in name]


def test_medians_that_are_missing_are_null_in_what_travels(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.take("reveal")
    row = told(show)["overview"][0]
    assert row["median"] is None and row["n"] == 0
    assert not math.isnan(scene(show)["finding"]["n"])
    json.dumps(told(show), allow_nan=False)


def test_a_refused_workbook_is_said_once_and_again_when_it_is_refused_anew(workshop):
    finding = {"sheet": "Ratings", "cell": "C4", "message": "9 is not on the scale 0-5"}
    keeping.note_reading(workshop.file, "old.xlsx", "refused", [finding])
    show = workshop.show()
    assert not show.widget.notice and told(show)["files"]["readings"][0]["findings"] == [finding]
    keeping.note_reading(workshop.file, "new.xlsx", "refused", [finding] * 20)
    told(show)
    assert show.widget.notice["text"] == "new.xlsx was refused; nothing of it is used. M shows why."
    assert show.widget.notice["number"] == 1
    told(show)
    assert show.widget.notice["number"] == 1
    keeping.note_reading(workshop.file, "new.xlsx", "refused", [finding])
    keeping.note_reading(workshop.file, "old.xlsx", "used", [])
    told(show)
    assert show.widget.notice["number"] == 2
    assert [one["state"] for one in told(show)["files"]["readings"]] == ["refused", "used"]
    keeping.note_reading(workshop.file, "old.xlsx", "used", [{**finding, "severity": "error"}])
    told(show)
    assert show.widget.notice["text"] == "old.xlsx has 1 problem; the rest of it is used. M shows what."
    keeping.note_reading(workshop.file, "old.xlsx", "refused", [finding])
    assert [one["was_used"] for one in told(show)["files"]["readings"]] == [False, True]
    assert show.widget.notice["text"] == "old.xlsx was refused; what it said before still counts. M shows why."


def test_a_folder_is_watched_until_the_stage_is_closed_and_remembered(workshop, tmp_path):
    show = workshop.show()
    show.heed({"do": "watch", "folder": str(tmp_path / "nowhere")})
    assert "There is no folder" in show.widget.notice["text"]
    show.heed({"do": "watch", "folder": str(tmp_path)})
    process = show.watcher._process
    assert told(show)["files"]["is_watched"] and told(show)["files"]["folder"] == str(tmp_path)
    show.rest()
    assert process.wait(10) is not None
    again = workshop.show(folder="")
    assert again.watcher.folder == str(tmp_path) and again.watcher._process.pid != process.pid
    again.heed({"do": "watch", "folder": ""})
    assert workshop.show(folder=str(tmp_path)).watcher.folder == ""


def test_every_picture_of_a_practice_says_that_it_is_one(workshop, tmp_path):
    practice = Workshop(tmp_path / "practice", is_practice=True)
    pictures = []
    for place in (workshop, practice):
        place.take("open")
        place.rate([1, 2, 3] * 4)
        place.take("reveal")
        pictures.append([told(place.show())[name] for name in ("levels_svg", "spider_svg")])
    practice.close()
    assert not [svg for svg in pictures[0] if "Practice" in svg]
    assert all(">Practice<" in svg and "Practice: this panel is simulated." in svg for svg in pictures[1])


def test_the_room_reads_in_the_workshops_language(tmp_path):
    place = Workshop(tmp_path / "one", language="nl")
    show = place.show()
    place.take("open", "funding")
    place.rate([1, 2, 3] * 4, dimension="funding")
    dutch = MODEL.dimension("funding").translations["nl"]
    assert scene(show)["dimension"]["name"] == dutch != MODEL.dimension("funding").name
    assert scene(show)["dimension"]["language"] == "nl"
    place.take("reveal", "funding")
    assert dutch in told(show)["levels_svg"] and dutch.split()[0] in told(show)["spider_svg"]
    place.close()


def test_a_workbook_that_cannot_be_written_is_said(workshop):
    async def run():
        show = workshop.show()
        show.heed({"do": "write"})
        assert show.widget.outcome["doing"] == "workbook"
        show.heed({"do": "write"})
        while show.widget.outcome["doing"]:
            await asyncio.sleep(0.02)
        return show.widget.outcome

    outcome = in_its_own_loop(run, 60)
    assert outcome["workbook"] == "" and "Nobody has rated anything yet" in outcome["fault"]


def test_a_practice_builds_no_report(tmp_path):
    place = Workshop(tmp_path / "one", is_practice=True)
    show = place.show()
    show.heed({"do": "report"})
    assert "A practice makes no report" in told(show)["outcome"]["fault"] and not show.outcome.browse()
    place.close()
