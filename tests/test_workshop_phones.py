"""The phones' server: who is let in, what a phone may know, and that what was acknowledged is kept, once."""

import asyncio
import contextlib
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import uvicorn

from helpers.live.workshop import beside, keeping, opening
from helpers.live.workshop.keeping import Facts, Submission
from helpers.live.workshop.phones import addresses, application, asked, guarding, limits, serve, telling, watching
from helpers.live.workshop.phones.page import FOLDER
from helpers.live.workshop.phones.qr import qr_svg
from helpers.live.workshop.phones.room import open_room
from helpers.live.workshop.phones.writing import Writer
from helpers.live.workshop.records import hash_of_key
from helpers.live.workshop.steps import Step
from helpers.reference import models, workshop_texts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another client than httpx
    from starlette.testclient import TestClient

MODEL = models.load_model()
CODE = "abcd-efgh-jkmn-pqrs"
FACTS = Facts("midlothian", "Midlothian", MODEL.id, "2026-11-25", CODE)
HOST = "127.0.0.1:8123"
ORIGIN = f"http://{HOST}"
HOME = f"/s/{CODE}/"
DIMENSION = MODEL.codes[0]
SECRET_WORDS = "the chief finance officer blocks it"


@pytest.fixture
def folder(tmp_path):
    keeping.make(tmp_path / "workshop", FACTS)
    return tmp_path / "workshop"


@pytest.fixture
def desk(folder):
    with contextlib.closing(keeping.connect(folder / keeping.FILE_NAME)) as connection:
        yield connection


@pytest.fixture
def room(folder):
    return open_room(folder / keeping.FILE_NAME, secret="s")


@pytest.fixture
def app(room):
    return application.application(room, hosts=lambda: {HOST, f"localhost:{HOST[-4:]}"})


@pytest.fixture
def running(app):
    with TestClient(app, base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def phone(app, running):
    """Makes phones, each of which has joined."""

    def make(address="10.0.0.1", **told):
        client = TestClient(app, base_url=ORIGIN, client=(address, 5000), follow_redirects=False)
        if told.pop("joins", True):
            assert post(client, "join", {"role": "", "sector": "", **told}).status_code == 200
        return client

    return make


def post(client, path, told, **headers):
    return client.post(HOME + path, content=json.dumps(told), headers={**JSON, **headers})


JSON = {"content-type": "application/json", "origin": ORIGIN}


def take(desk, kind, dimension=DIMENSION, **more):
    return keeping.take(desk, Step(kind, dimension, **more), dimensions=MODEL.codes, levels=MODEL.levels)


def rating(level=3, *, made=1, **more):
    told = {"dimension": DIMENSION, "round": 1, "rating": level, "confidence": "", "justification": "", "made": made}
    return {**told, "mark": f"mark-{made:04}-{level}", **more}


def rate(client, level=3, **more):
    return post(client, "rate", rating(level, **more))


def state(client, room):
    room.watcher.look()
    return client.get(HOME + "state").json()


def rated(desk, others):
    """Ratings of others, entered by hand."""
    people = [keeping.join(desk, key=f"by hand {number}").participant for number in range(len(others))]
    made = [Submission(one, DIMENSION, 1, level, f"hand-{one}", 1) for one, level in zip(people, others, strict=True)]
    keeping.submit(desk, made, dimensions=MODEL.codes, levels=MODEL.levels)
    return people


def in_its_own_loop(wanted):
    """Run it in a thread, since a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, wanted).result()


# Who is let in


@pytest.mark.parametrize("path", ["", "state", "phone.js", "nothing", "../../etc/passwd"])
def test_every_answer_carries_the_same_guarding_headers(running, path):
    headers = running.get(HOME + path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert headers["referrer-policy"] == "no-referrer" and "server" not in headers


@pytest.mark.parametrize("host", ["evil.example:8123", "127.0.0.1", "127.0.0.1:80", "", "127.0.0.1:8123.evil.example"])
def test_a_name_that_somebody_pointed_at_this_machine_is_refused(running, host):
    assert running.get(HOME, headers={"host": host}).status_code == 400
    assert running.post(HOME + "join", content="{}", headers={**JSON, "host": host}).status_code == 400


ELSEWHERE = [
    "/", "/favicon.ico", "/s", "/s/", "/s/wrong-code/", f"/s/{CODE}/page.html", f"/s/{CODE}/phones.json",
    f"/s/{CODE}/workshop.sqlite", f"/s/{CODE}/../../serve.py", f"/s/{CODE}/..%2f..%2fserve.py", f"/s/{CODE}/a/b",
    f"/s/{CODE}/%2e%2e/addresses.py", f"/s/{CODE}/phone.js/", f"/s/{CODE}/state/",  f"/s/{CODE}/PHONE.JS",
    "//etc/passwd", f"/s/{CODE}/rate", f"/x/{CODE}/",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE)
def test_every_other_address_is_the_same_plain_page(running, room, path):
    answer = running.get(path)
    assert (answer.status_code, answer.content) == (404, room.nothing_here)


def test_what_is_asked_in_another_way_is_not_there_either(running, room):
    for method, path in (("POST", ""), ("DELETE", "rate"), ("PUT", "state"), ("POST", "phone.js")):
        answer = running.request(method, HOME + path)
        assert (answer.status_code, answer.content) == (404, room.nothing_here)


def test_an_address_typed_by_hand_leads_there(phone):
    stranger = phone(joins=False)
    for typed in (HOME[:-1], HOME.upper().replace("/S/", "/s/")):
        answer = stranger.get(typed)
        assert (answer.status_code, answer.headers["location"]) == (307, HOME)


def test_who_tries_codes_is_shut_out_and_who_takes_part_is_not(phone):
    member, stranger, other = phone(), phone(joins=False), phone("10.0.0.2", joins=False)
    said = [stranger.get(f"/s/aaaa-aaaa-aaaa-{n:04}/").status_code for n in range(guarding.WRONG_TRIES + 2)]
    assert said == [404] * guarding.WRONG_TRIES + [429] * 2
    late = stranger.get(HOME)
    assert late.status_code == 429 and int(late.headers["retry-after"]) >= 1
    assert post(stranger, "join", {}).status_code == 429
    assert member.get(HOME).status_code == other.get(HOME).status_code == 200


def test_what_browsers_ask_for_by_themselves_is_no_try(phone):
    stranger = phone(joins=False)
    assert {stranger.get(path).status_code for path in ["/favicon.ico", "/robots.txt", "/"] * 20} == {404}
    assert stranger.get(HOME).status_code == 200


def test_a_bucket_fills_again_and_one_network_of_ipv6_is_one_client():
    now = [0.0]
    buckets = limits.Buckets(burst=2, per_second=0.5, most=3, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2.0]
    assert buckets.wait("a") == 2.0 and buckets.wait("b") == 0
    now[0] = 2.0
    assert buckets.take("a") == 0 and buckets.take("a") > 0
    for other in "bcd":
        buckets.take(other)
    assert buckets.wait("a") == 0, "forgotten, since three others came after"
    assert limits.whose("2001:db8::1") == limits.whose("2001:db8::ffff:2") != limits.whose("2001:db8:0:1::1")
    assert limits.whose("::ffff:10.0.0.1") == limits.whose("10.0.0.1") and limits.whose("fe80::1%eth0")


# Joining


def test_joining_gives_a_key_that_only_the_browser_has(running, desk):
    choices = workshop_texts.stakeholder_choices("nl")
    role, sector = choices["role"][0][0], choices["sector"][0][0]
    cookie = post(running, "join", {"role": role, "sector": sector}).headers["set-cookie"]
    key = re.match(r"key=([0-9a-f]{64});", cookie)[1]
    assert {"HttpOnly", f"Path={HOME}", "SameSite=strict"} <= set(cookie.split("; "))
    [one] = keeping.participants(desk)
    assert (one.role, one.sector, one.source) == (role, sector, "phone")
    [stored] = desk.execute("select key from participants").fetchone()
    assert stored == hash_of_key(key) and key not in "\n".join(desk.iterdump())


def test_who_asks_again_is_one_participant(phone, desk):
    mark = "m" * 43
    first, same = phone(mark=mark), phone(mark=mark)
    assert first.cookies["key"] == same.cookies["key"] != phone(mark="n" * 43).cookies["key"]
    assert post(first, "join", {"mark": "o" * 43}).status_code == 200
    assert len(keeping.participants(desk)) == 2


@pytest.mark.parametrize("told", [{"role": "king"}, {"role": 1}, {"sector": "x" * 81}, {"mark": "short"}, [], "x"])
def test_who_joins_with_something_else_than_the_choices_is_refused(running, desk, told):
    assert post(running, "join", told).status_code == 422
    assert not keeping.participants(desk)


def test_one_phone_is_not_many_stakeholders(phone, desk):
    def joined_from(address, times):
        client = phone(address, joins=False)
        said = []
        for _ in range(times):
            client.cookies.clear()
            said.append(post(client, "join", {}))
        return said

    said = joined_from("10.0.0.1", 62)
    assert [one.status_code for one in said] == [200] * 60 + [429] * 2
    assert 1 <= int(said[-1].headers["retry-after"]) <= 5
    assert [one.status_code for one in joined_from("10.0.0.2", 2)] == [200] * 2, "each phone has an address of its own"
    same = joined_from("2001:db8::1", 60) + joined_from("2001:db8::2", 1)
    assert [one.status_code for one in same] == [200] * 60 + [429]
    assert len(keeping.participants(desk)) == 122


def test_this_machine_rehearses_with_many_phones_but_not_without_end(phone):
    client = phone("127.0.0.1", joins=False)
    said = [client.post(HOME + "join", content="no", headers=JSON).status_code for _ in range(320)]
    assert said[:300] == [422] * 300 and 429 in said


@pytest.mark.parametrize("path", ["", "phone.js"])
def test_the_page_can_be_loaded_often_but_not_without_end(phone, room, path):
    def fill(address):
        while not room.reads.take(address):
            pass

    fill("10.0.0.1")
    assert phone(joins=False).get(HOME + path).status_code == 429
    assert phone("10.0.0.2", joins=False).get(HOME + path).status_code == 200
    assert phone(joins=False).get(HOME + "state").status_code == 200
    assert phone("127.0.0.1", joins=False).get(HOME + path).status_code == 200


def test_who_lost_their_key_goes_on_by_their_personal_code(phone, room, desk):
    anna, ben = phone(), phone("10.0.0.2")
    take(desk, "open")
    rate(anna, 4)
    codes = [state(one, room)["code"] for one in (anna, ben)]
    assert codes[0] != codes[1] and all(re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}", code) for code in codes)
    assert codes[0] not in "\n".join(desk.iterdump())
    again = phone("10.0.0.3", joins=False)
    answer = post(again, "return", {"code": f" {codes[0].upper().replace('-', ' ')} "})
    assert answer.status_code == 200
    assert {"HttpOnly", f"Path={HOME}", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
    assert again.cookies["key"] != anna.cookies["key"]
    told = state(again, room)
    assert (told["label"], told["given"]["rating"], told["code"]) == ("Stakeholder 1", 4, codes[0])
    assert rate(again, 2, made=told["made"] + 1).status_code == 200
    assert [(one["participant"], one["rating"]) for one in keeping.latest_ratings(desk)] == [(1, 2)]
    assert state(anna, room)["given"]["rating"] == 2 and len(keeping.participants(desk)) == 2


@pytest.mark.parametrize(
    "code", ["", "aaaa-aaaa", "1", "é" * 8, None, 4, "x" * 81, [], "\ud800"], ids=lambda one: repr(one)[:9]
)
def test_a_wrong_code_brings_nobody_back(phone, desk, code):
    phone()
    stranger = phone(joins=False)
    answer = post(stranger, "return", {"code": code})
    assert answer.status_code in (403, 422) and "set-cookie" not in answer.headers
    assert post(stranger, "return", {"code": "aaaa-aaaa"}, origin="http://evil.example").status_code == 403
    assert "key" not in stranger.cookies


def test_codes_are_not_to_be_tried_and_open_nobody_who_has_no_phone(phone, room, desk):
    own = state(phone(), room)["code"]
    by_hand = keeping.join(desk, key="by hand", source=keeping.HAND).participant
    assert post(phone("10.0.0.3", joins=False), "return", {"code": room.code_of(by_hand)}).status_code == 403
    stranger = phone(joins=False)
    said = [post(stranger, "return", {"code": f"aaaa-aaa{n}"}).status_code for n in range(2, 8)]
    assert said == [403] * 5 + [429]
    assert post(stranger, "return", {"code": own}).status_code == 429
    assert post(phone("10.0.0.2", joins=False), "return", {"code": own}).status_code == 200
    take(desk, "end", "")
    room.watcher.look()
    assert post(phone("10.0.0.4", joins=False), "return", {"code": own}).status_code == 410


def test_a_second_key_cannot_be_made_up(phone, room, folder):
    phone()
    stranger = phone(joins=False)
    right = room.second_key(1)
    other = open_room(folder / keeping.FILE_NAME, secret="x")
    for key in (
        "1." + "0" * 64,
        right.replace("1.", "01.", 1),
        room.second_key(7),
        other.second_key(1),
        right[2:],
        "1.",
    ):
        stranger.cookies.set("key", key)
        assert state(stranger, room)["is_joined"] is False, key
    stranger.cookies.set("key", right)
    assert state(stranger, room)["label"] == "Stakeholder 1"


def test_a_full_workshop_says_so(phone, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_PARTICIPANTS", 1)
    phone()
    answer = post(phone(joins=False), "join", {})
    assert (answer.status_code, answer.json()) == (503, {"refused": "full"})


# Rating


def test_a_rating_is_on_the_disk_when_it_is_acknowledged_and_the_same_one_is_kept_once(phone, room, desk):
    take(desk, "open")
    one = phone()
    sent = rating(3, confidence="high", justification=" pilots\x00 run ")
    for _ in range(3):
        answer = post(one, "rate", sent)
        assert (answer.status_code, answer.json()) == (200, {"saved": sent["mark"]})
    [row] = keeping.latest_ratings(desk)
    assert (row["rating"], row["confidence"], row["justification"]) == (3, "high", "pilots run")
    assert desk.execute("select count(*) from submissions").fetchone() == (1,)
    told = state(one, room)
    assert told["given"] == {"rating": 3, "confidence": "high", "justification": "pilots run", "made": 1}
    assert told["mine"] == [[DIMENSION, 1, 3]] and told["made"] == 1


def test_a_changed_mind_counts_until_the_round_is_closed(phone, room, desk):
    take(desk, "open")
    one = phone()
    assert rate(one, 3).status_code == 200
    take(desk, "reveal")
    assert rate(one, None, made=2).status_code == 200
    assert state(one, room)["given"]["rating"] is None and state(one, room)["phase"] == "revealed"
    take(desk, "close")
    answer = rate(one, 5, made=3)
    assert (answer.status_code, answer.json()) == (409, {"refused": "closed"})
    assert state(one, room)["phase"] == "closed" and state(one, room)["given"]["rating"] is None


REFUSED = [
    ({"rating": 6}, 422, "off-scale"),
    ({"rating": True}, 422, "unfit"),
    ({"rating": "3"}, 422, "unfit"),
    ({"rating": 3.0}, 422, "unfit"),
    ({"rating": 10**400}, 422, "unfit"),
    ({"dimension": "weather"}, 422, "unfit"),
    ({"dimension": ["x"]}, 422, "unfit"),
    ({"round": 2}, 409, "not-open"),
    ({"round": 10}, 422, "unfit"),
    ({"made": 0}, 422, "unfit"),
    ({"made": 2**63}, 422, "unfit"),
    ({"mark": "x"}, 422, "unfit"),
    ({"mark": "x" * 65}, 422, "unfit"),
    ({"confidence": "rather"}, 422, "unfit"),
    ({"confidence": {}}, 422, "unfit"),
    ({"justification": "x" * 2001}, 422, "too-long"),
    ({"justification": 5}, 422, "unfit"),
    ({"justification": "\ud800"}, 422, "unfit"),
]


@pytest.mark.parametrize(("changed", "status", "why"), REFUSED)
def test_what_is_no_rating_is_refused_with_a_word(phone, desk, changed, status, why):
    take(desk, "open")
    answer = post(phone(), "rate", {**rating(), **changed})
    assert (answer.status_code, answer.json()) == (status, {"refused": why})
    assert not keeping.latest_ratings(desk)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "no", "[" * 16000, '{"rating": NaN', "\udcff".encode("utf-8", "surrogateescape"), "1" * 5000],
)
def test_what_is_no_json_object_is_refused(phone, desk, body):
    answer = phone().post(HOME + "rate", content=body, headers=JSON)
    assert answer.status_code == 422


def test_a_rating_without_its_rating_is_not_one_that_cannot_be_given(phone, desk):
    take(desk, "open")
    sent = rating()
    del sent["rating"]
    assert post(phone(), "rate", sent).status_code == 422


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "https://127.0.0.1:8123", None]
)
def test_another_page_cannot_rate_or_join_for_somebody(phone, desk, origin):
    take(desk, "open")
    one = phone()
    headers = {"content-type": "application/json", **({"origin": origin} if origin else {})}
    for path, told in (("rate", rating()), ("join", {})):
        answer = one.post(HOME + path, content=json.dumps(told), headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"refused": "origin"})
    assert not keeping.latest_ratings(desk)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_a_form_of_another_page_is_no_rating(phone, desk, kind):
    assert post(phone(), "rate", rating(), **{"content-type": kind}).status_code == 415


def test_more_than_sixteen_kilobytes_are_not_even_read(phone, desk):
    take(desk, "open")
    one = phone()
    padded = json.dumps(rating()) + " " * (asked.BODY_LIMIT - len(json.dumps(rating())))
    assert one.post(HOME + "rate", content=padded + " ", headers=JSON).status_code == 413
    assert one.post(HOME + "rate", content=padded, headers=JSON).status_code == 200


@pytest.mark.parametrize("size", ["Content-Length: 999999999", "Transfer-Encoding: chunked"])
def test_a_body_without_end_is_not_read_to_its_end(room, size):
    with in_this_process(room) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as endless:
        here = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        endless.sendall(f"POST {HOME}join HTTP/1.1\r\n{here}{size}\r\n\r\n".encode())
        for _ in range(17):
            endless.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        assert endless.recv(65536).startswith(b"HTTP/1.1 413")


def test_who_has_not_joined_cannot_rate_and_is_told_nothing(phone, room, desk):
    take(desk, "open")
    stranger = phone(joins=False)
    assert rate(stranger).status_code == 401
    assert stranger.get(HOME + "events").status_code == 401
    assert set(state(stranger, room)) == {"number", "is_joined"}
    stranger.cookies.set("key", "0" * 64, path=HOME)
    assert rate(stranger).status_code == 401


def test_one_phone_cannot_flood_and_the_others_do_not_feel_it(phone, desk):
    take(desk, "open")
    one, other = phone(), phone()
    said = [rate(one, made=made).status_code for made in range(1, 75)]
    assert said[:60] == [200] * 60 and 429 in said
    late = rate(one, made=99)
    assert late.status_code == 429 and int(late.headers["retry-after"]) >= 1 and rate(other).status_code == 200
    asks = {one.get(HOME + "state").status_code for _ in range(150)}
    assert asks == {200, 429} and other.get(HOME + "state").status_code == 200


def test_a_file_that_cannot_be_written_for_a_moment_is_said_and_nothing_is_acknowledged(folder, desk, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_MS", 100)
    room = open_room(folder / keeping.FILE_NAME, secret="s")
    take(desk, "open")
    with TestClient(application.application(room, hosts=lambda: {HOST}), base_url=ORIGIN) as one:
        post(one, "join", {})
        desk.execute("begin immediate")
        answers = [rate(one), post(TestClient(one.app, base_url=ORIGIN), "join", {})]
        desk.execute("rollback")
        assert [(answer.status_code, answer.json()["refused"]) for answer in answers] == [(503, "not-kept")] * 2
        assert rate(one).status_code == 200


# What a phone may know


def test_nothing_of_another_reaches_a_phone(phone, room, desk):
    take(desk, "open")
    anna, ben = phone(), phone()
    rate(anna, 4, confidence="low", justification=SECRET_WORDS)
    for step in ("", "reveal", "close", "agree", "desire"):
        if step:
            take(desk, step, **({"level": 2, "text": SECRET_WORDS} if step in ("agree", "desire") else {}))
        told = state(ben, room)
        assert SECRET_WORDS not in json.dumps(told) and told["mine"] == [] and told["given"] is None
        assert set(told) == {
            "number", "phase", "dimension", "round", "agreed", "median",
            "is_joined", "is_left_out", "label", "code", "mine", "given", "made", "timer_left",
        }  # fmt: skip
        assert told["label"] == "Stakeholder 2"


@pytest.mark.parametrize(("others", "shown", "median"), [
    ([1, 2, 3, 3, 4], True, 3.0), ([1, 2, 3, 4], True, None), ([1, 2, 3, 3, 4], False, None),
    ([1, 2, 3, 4, None], True, None), ([1, 2, 3, 4, 5, 5], True, 3.5),
])  # fmt: skip
def test_the_median_of_the_round_before_is_told_with_five_or_more_once_it_was_shown(
    phone, room, desk, others, shown, median
):
    one = phone()
    take(desk, "open")
    rated(desk, others)
    if shown:
        take(desk, "reveal")
    assert state(one, room)["median"] is None
    take(desk, "close")
    take(desk, "open")
    assert (state(one, room)["round"], state(one, room)["median"]) == (2, median)


def test_who_was_left_out_is_not_in_the_median_and_is_told(phone, room, desk):
    one = phone()
    take(desk, "open")
    people = rated(desk, [1, 2, 3, 3, 4])
    for step in ("reveal", "close", "open"):
        take(desk, step)
    assert state(one, room)["median"] == 3.0
    take(desk, "leave-out", participant=people[0])
    assert state(one, room)["median"] is None
    take(desk, "leave-out", participant=1)
    assert state(one, room)["is_left_out"] and rate(one, round=2).status_code == 403
    take(desk, "undo")
    assert not state(one, room)["is_left_out"] and rate(one, round=2).status_code == 200


def test_the_agreed_level_is_told_but_not_while_the_next_round_is_hidden(phone, room, desk):
    one = phone()
    for step in ("open", "reveal"):
        take(desk, step)
    take(desk, "agree", level=2)
    assert state(one, room)["agreed"] == 2
    take(desk, "close")
    take(desk, "open")
    assert state(one, room)["agreed"] is None
    take(desk, "reveal")
    assert state(one, room)["agreed"] == 2


def test_the_timer_is_told_in_seconds_that_are_left(phone, room, desk):
    one = phone()
    take(desk, "open")
    assert state(one, room)["timer_left"] is None
    take(desk, "timer", seconds=90)
    assert 85 < state(one, room)["timer_left"] <= 90
    late = datetime.now(UTC) + timedelta(minutes=5)
    assert telling.timer_left(keeping.state(desk), late) == 0
    take(desk, "timer", seconds=0)
    assert state(one, room)["timer_left"] is None


def test_after_the_end_nothing_is_taken_or_told_until_it_is_undone(phone, room, desk):
    take(desk, "open")
    one = phone()
    rate(one, 4, justification=SECRET_WORDS)
    take(desk, "end", "")
    room.watcher.look()
    answers = [
        rate(one, made=2),
        post(phone(joins=False), "join", {}),
        one.get(HOME + "state"),
        one.get(HOME + "events"),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(410, {"refused": "ended"})] * 4
    assert one.get(HOME).status_code == 410 and one.get(HOME + "phone.js").status_code == 200
    take(desk, "undo", "")
    assert state(one, room)["given"]["rating"] == 4 and rate(one, made=2).status_code == 200


def test_the_page_is_a_frame_and_texts_and_holds_no_script_of_its_own(running):
    text = running.get(HOME).text
    assert re.findall(r"<script[^>]*>", text) == [
        '<script type="module" src="phone.js">',
        '<script type="application/json" id="texts">',
    ]
    assert not re.search(r"\son\w+=|style=|https?://(?!www\.w3\.org)", text.split('id="texts">')[0])
    told = json.loads(re.search(r'id="texts">(.*?)</script>', text, re.S)[1])
    assert list(told["languages"]) == ["en", "nl", "it", "es"] and told["dimensions"] == list(MODEL.codes)
    for name in ("phone.css", "phone.js"):
        packed = running.get(HOME + name)
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == running.get(HOME + name, headers={"accept-encoding": "identity"}).text


def test_a_region_that_is_called_like_markup_stays_text(tmp_path):
    name = "</script><script>alert(1)</script> & <b>"
    file = keeping.make(tmp_path / "odd", Facts("odd", name, MODEL.id, "2026-11-25", CODE, is_practice=True))
    page = open_room(file, secret="s").page.plain.decode()
    assert page.count("<script") == 2 and "<b>" not in page and "alert(1)</script>" not in page
    assert json.loads(re.search(r'id="texts">(.*?)</script>', page, re.S)[1])["region"] == name
    assert "Practice: this panel is simulated" in page


# Words


def test_every_phrase_is_there_in_every_language_and_is_used():
    keys = set(workshop_texts.phrases("en"))
    for language in workshop_texts.languages():
        found = workshop_texts.phrases(language)
        assert all(text.language == language for text in found.values())
        assert {key for key, text in found.items() if set(re.findall(r"\{\w+\}", text)) != _places(key)} == set()
    sources = [*FOLDER.iterdir(), FOLDER.parent / "page.py"]
    text = "\n".join(source.read_text("utf-8") for source in sources)
    used = {key for key in keys if f'"{key}"' in text or f'["{key}"]' in text}
    assert keys - used - {f"confidence_{one}" for one in keeping.CONFIDENCES} == set()
    asked_for = set(re.findall(r'(?:phrase|heading)\("(\w+)"|said\("\w+", "(\w+)"', text))
    assert {a or b for a, b in asked_for} <= keys


def _places(key):
    return set(re.findall(r"\{\w+\}", workshop_texts.phrases("en")[key]))


# One writer, many in one commit


def test_what_waits_while_the_disk_works_is_kept_in_one_commit(folder, desk, monkeypatch):
    take(desk, "open")
    people = [keeping.join(desk, key=str(number)).participant for number in range(100)]
    sizes, submit = [], keeping.submit
    monkeypatch.setattr(keeping, "submit", lambda *all, **more: sizes.append(len(all[1])) or submit(*all, **more))

    async def all_at_once():
        asks = [writer.submit(Submission(one, DIMENSION, 1, 3, f"mark-{one}", 1)) for one in people]
        desk.execute("begin immediate")  # the disk is busy
        going = [asyncio.ensure_future(one) for one in asks]
        await asyncio.sleep(0.2)
        desk.execute("rollback")
        return await asyncio.gather(*going)

    writer = Writer(folder / keeping.FILE_NAME, dimensions=MODEL.codes, levels=MODEL.levels)
    writer.start()
    try:
        receipts = in_its_own_loop(all_at_once())
    finally:
        writer.stop()
    assert all(receipt.number for receipt in receipts) and len(keeping.latest_ratings(desk)) == 100
    assert sum(sizes) == 100 and len(sizes) <= 3


def test_one_that_cannot_be_written_does_not_take_its_neighbours_with_it(folder, desk):
    take(desk, "open")
    one = keeping.join(desk, key="k").participant
    fits = [Submission(one, DIMENSION, 1, 3, f"mark-{made}", made) for made in (1, 2)]
    odd = Submission(one, DIMENSION, 1, 3, "mark-odd", 2**70)
    writer = Writer(folder / keeping.FILE_NAME, dimensions=MODEL.codes, levels=MODEL.levels)

    async def together():
        going = [asyncio.ensure_future(writer.submit(each)) for each in (fits[0], odd, fits[1])]
        await asyncio.sleep(0)
        writer.start()
        return await asyncio.gather(*going, return_exceptions=True)

    first, error, second = in_its_own_loop(together())
    writer.stop()
    assert first.number and second.number and isinstance(error, OverflowError)


# Streams


def test_a_stream_tells_the_number_at_once_and_with_every_step(folder, desk):
    async def listen():
        watcher = watching.Watcher(folder / keeping.FILE_NAME)
        watching_ = asyncio.create_task(watcher.run())
        stream = watcher.events(1)
        said = [await anext(stream), await anext(stream)]
        for step in ("open", "reveal"):
            take(desk, step)
            said.append(await asyncio.wait_for(anext(stream), 1))
        take(desk, "end", "")
        said.append(await asyncio.wait_for(anext(stream), 1))
        rest = [one async for one in stream]
        watcher.close()
        await watching_
        return said, rest, watcher.streams

    said, rest, left = in_its_own_loop(listen())
    assert said == ["retry: 2000\n\n", *(f": beat\nevent: state\ndata: {number}\n\n" for number in (0, 1, 2, 3))]
    assert rest == [] and left == 0


def test_a_third_stream_of_a_phone_ends_its_first_and_a_beat_comes_without_news(folder, monkeypatch):
    monkeypatch.setattr(watching, "BEAT_SECONDS", 0.05)

    async def listen():
        watcher = watching.Watcher(folder / keeping.FILE_NAME)
        streams = [watcher.events(1) for _ in range(3)] + [watcher.events(2)]
        for stream in streams:
            assert await anext(stream) and await anext(stream)
        ended = [one async for one in streams[0]]
        beats = [await asyncio.wait_for(anext(stream), 1) for stream in streams[1:]]
        return ended, beats, watcher.streams

    ended, beats, left = in_its_own_loop(listen())
    assert ended == ["event: elsewhere\ndata:\n\n"] and left == 3
    assert beats == [": beat\nevent: state\ndata: 0\n\n"] * 3


def test_there_is_an_end_to_streams(phone, monkeypatch):
    monkeypatch.setattr(application, "MOST_STREAMS", 0)
    assert phone().get(HOME + "events").status_code == 503


# The process


@contextlib.contextmanager
def served(folder, *more, wait=True):
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers.live.workshop.phones.serve", str(folder), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until = time.monotonic() + 30
        while wait and process.poll() is None and _told(folder).get("pid") != process.pid and time.monotonic() < until:
            time.sleep(0.02)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def _told(folder):
    with contextlib.suppress(OSError, ValueError):
        return json.loads((folder / "server.json").read_text("utf-8"))
    return {}


def browser_of(folder):
    address = _told(folder)["addresses"][0]
    origin = address.partition("/s/")[0]
    return httpx.Client(base_url=address, headers={**JSON, "origin": origin}, trust_env=False, timeout=20)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_ends_in_order_though_phones_listen(folder, how):
    with served(folder) as process, browser_of(folder) as client:
        told = _told(folder)
        assert told["pid"] == process.pid and told["is_network"] is False
        assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/s/{CODE}/", told["addresses"][0])
        assert (
            (folder / "server.json").stat().st_mode & 0o777 == (folder / "phones.json").stat().st_mode & 0o777 == 0o600
        )
        assert client.post("join", content="{}").status_code == 200
        with socket.create_connection(("127.0.0.1", client.base_url.port)) as lost:
            lost.sendall(_half_a_body(client.base_url.port).encode())
        with client.stream("GET", "events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 2000"
            began = time.monotonic()
            process.send_signal(how)
            assert list(lines)
            assert process.wait(5) == 0 and time.monotonic() - began < 2
        assert not (folder / "server.json").exists()
        assert process.stdout.read() == "", "no word about who came"


def test_after_a_kill_the_next_one_is_at_the_same_address_and_knows_everybody(folder, desk):
    with served(folder) as process, browser_of(folder) as client:
        client.post("join", content="{}")
        before = _told(folder)["addresses"]
        process.kill()
        process.wait()
        with served(folder):
            assert _told(folder)["addresses"] == before
            assert client.get("state").json()["is_joined"]


def test_a_port_that_is_taken_is_said_or_another_one_is_found(folder, monkeypatch):
    monkeypatch.setattr(addresses, "PATIENCE_SECONDS", 0.2)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = other.getsockname()[1]
        with served(folder, "--port", str(taken), wait=False) as process:
            said, _ = process.communicate(timeout=30)
            assert process.returncode == 1 and "in use" in said and "Traceback" not in said
        beside.write(folder, beside.PHONES, {"port": taken, "secret": "x"})
        with contextlib.closing(addresses.bind(folder, "127.0.0.1", 0)) as bound:
            assert bound.getsockname()[1] != taken
            assert addresses.keep_things(folder, bound)["secret"] == "x"


def test_no_workshop_is_said(tmp_path):
    with served(tmp_path, wait=False) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1 and "There is no workshop" in said and "Traceback" not in said


def test_on_the_network_it_answers_to_the_addresses_of_this_machine_alone(folder):
    with served(folder, "--host", "0.0.0.0"):
        told = _told(folder)
        port = told["addresses"][0].split(":")[2].partition("/")[0]
        assert told["is_network"] == bool(addresses.private_addresses())
        for address in told["addresses"]:
            assert httpx.get(address, trust_env=False).status_code == 200
        here = f"http://127.0.0.1:{port}/s/{CODE}/"
        assert httpx.get(here, trust_env=False).status_code == 200
        assert httpx.get(here, headers={"host": f"rebound.example:{port}"}, trust_env=False).status_code == 400


def test_networks_inside_the_machine_come_last(monkeypatch):
    found = [("172.17.0.1", "docker0"), ("192.168.1.5", "wlan0"), ("127.0.0.1", "lo"), ("8.8.8.8", "eth1")]
    monkeypatch.setattr(addresses, "_of_interfaces", lambda: found)
    monkeypatch.setattr(addresses, "_way_to", lambda place: "192.168.1.5" if place.startswith("192.0") else "")
    assert addresses.private_addresses() == ["192.168.1.5", "172.17.0.1"]


@contextlib.contextmanager
def in_this_process(room):
    """A real server in a thread, so that its limits can be set."""
    bound = addresses._bound("127.0.0.1", 0)
    app = application.application(room, hosts=lambda: addresses.allowed_hosts(bound))
    server = uvicorn.Server(uvicorn.Config(app, http=serve.PatientProtocol, ws="none", log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def _half_a_body(port):
    here = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"POST {HOME}join HTTP/1.1\r\n{here}Content-Length: 50\r\n\r\n{{"


@pytest.mark.parametrize("most", ["MOST_OF_ONE", "MOST_OF_OWN"])
def test_nobody_holds_so_many_silent_connections_that_others_are_kept_out(room, monkeypatch, most):
    monkeypatch.setattr(serve, most, 3)
    monkeypatch.setattr(serve, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(limits, "is_own", lambda address: most == "MOST_OF_OWN")
    with in_this_process(room) as port, contextlib.ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(3)]
        one_more = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        with contextlib.suppress(ConnectionError):
            one_more.sendall(f"GET {HOME} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert one_more.recv(10) == b""
        assert [one.recv(10) for one in silent] == [b""] * 3, "hung up on, since nothing was said"
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"http://127.0.0.1:{port}{HOME}").status_code == 200
    until = time.monotonic() + 5
    while serve.PatientProtocol.crowd._open and time.monotonic() < until:
        time.sleep(0.01)
    assert not serve.PatientProtocol.crowd._open, "each that goes makes room"


def test_one_network_of_ipv6_is_one_crowd_and_this_machine_has_more_room():
    crowd = limits.Crowd()
    enter = [crowd.enter(a, most=1, most_own=2) for a in ("2001:db8::1", "2001:db8::2", "::1", "::1", "::1")]
    assert enter == [True, False, True, True, False]
    crowd.leave("2001:db8::1")
    assert crowd.enter("2001:db8::2", most=1, most_own=2)
    assert [limits.is_own(one) for one in ("127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1", "", "x")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_a_full_disk_keeps_no_server_from_starting_again(folder, desk, monkeypatch, capsys, room):
    monkeypatch.setattr(serve, "LOOK_SECONDS", 0.05)
    is_full, write = [True], beside.json.dump

    def dump(*told):
        if is_full:
            raise OSError(28, "No space left on device")
        write(*told)

    monkeypatch.setattr(beside.json, "dump", dump)
    with contextlib.closing(addresses._bound("127.0.0.1", 0)) as bound:
        app = application.application(room, hosts=lambda: server.hosts)
        config = uvicorn.Config(app, http=serve.PatientProtocol, ws="none", log_level="critical")
        server = serve.PhonesServer(config, room=room, folder=folder, bound=bound)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with httpx.Client(trust_env=False) as client:
                assert client.get(f"http://127.0.0.1:{bound.getsockname()[1]}{HOME}").status_code == 200
            assert not [one.name for one in folder.iterdir() if "server.json" in one.name]
            is_full.clear()
            until = time.monotonic() + 5
            while not _told(folder) and time.monotonic() < until:
                time.sleep(0.01)
            assert f":{bound.getsockname()[1]}/s/{CODE}/" in _told(folder)["addresses"][0]
        finally:
            server.should_exit = True
            thread.join(10)
    said = capsys.readouterr().err
    assert said.count("server.json cannot be written now") == 1 and "No space left" in said


def test_who_takes_forever_to_ask_is_hung_up_on(room, desk, monkeypatch):
    monkeypatch.setattr(serve, "REQUEST_SECONDS", 0.5)
    monkeypatch.setattr(serve, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(asked, "BODY_SECONDS", 0.3)
    with in_this_process(room) as port:
        head = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        whole = f"GET {HOME}state HTTP/1.1\r\n{head}\r\n"
        beginnings = {
            "says nothing": "",
            "half a head": whole[:-10],
            "half of a second head": whole,
            "half a body": _half_a_body(port),
            "half a body of nobody": f"POST {HOME}rate HTTP/1.1\r\n{head}Content-Length: 50\r\n\r\n{{",
        }
        for name, beginning in beginnings.items():
            with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
                slow.sendall(beginning.encode())
                said = b""
                if beginning == whole:
                    said += slow.recv(65536)
                    slow.sendall(whole[:-10].encode())
                while part := slow.recv(65536):
                    said += part
                assert (b"408" in said) == (name == "half a body"), name
        with socket.create_connection(("127.0.0.1", port), timeout=5) as quick:
            for _ in range(2):
                quick.sendall(whole.encode())
                said = b""
                while not said.endswith(b"}"):
                    said += quick.recv(65536)
                assert b"200 OK" in said
                time.sleep(0.7)  # idle between two requests is no slowness


def test_a_rating_is_kept_before_or_refused_after_the_closing_and_nothing_between(folder, desk):
    take(desk, "open")
    with served(folder):
        with ThreadPoolExecutor(8) as pool:
            phones = list(pool.map(lambda _: _joined(folder), range(8)))
            going = [pool.submit(_rate_until_refused, client) for client in phones]
            time.sleep(0.3)
            closed = take(desk, "close")
            said = [future.result(30) for future in going]
        for client in phones:
            client.close()
    kept = desk.execute("select at from submissions").fetchall()
    assert len(kept) == sum(said) > 0 and max(at for (at,) in kept) <= closed.at


def _joined(folder):
    client = browser_of(folder)
    assert client.post("join", content="{}").status_code == 200
    return client


def _rate_until_refused(client):
    for made in range(1, 10_000):
        answer = client.post("rate", content=json.dumps(rating(made % 6, made=made)))
        if answer.status_code == 429:
            time.sleep(0.2)
        elif answer.status_code != 200:
            assert answer.json() == {"refused": "closed"}
            kept = client.get("state").json()["made"]
            assert kept == made - 1
            return kept
    return None


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_resent_is_doubled(folder, desk):
    take(desk, "open")
    sent, acknowledged, lock = {}, set(), threading.Lock()

    def phone(number, until):
        client = _joined(folder)
        made = 0
        while time.monotonic() < until:
            made += 1
            told = rating(made % 6, made=made)
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    answer = client.post("rate", content=json.dumps(told))
                    if answer.status_code == 200:
                        break
                    assert answer.status_code == 429, answer.text
                time.sleep(0.05)
            with lock:
                acknowledged.add((number, told["mark"]))
        sent[number] = made
        client.close()

    with ThreadPoolExecutor(4) as pool:
        process = served(folder)
        first = process.__enter__()
        going = [pool.submit(phone, number, time.monotonic() + 3) for number in range(4)]
        for _ in range(2):
            time.sleep(0.7)
            first.kill()
            process.__exit__(None, None, None)
            process = served(folder)
            first = process.__enter__()
        for one in going:
            one.result(30)
        process.__exit__(None, None, None)
    marks = desk.execute("select participant, mark from submissions").fetchall()
    assert len(marks) == len(set(marks)) == sum(sent.values()) == len(acknowledged)
    assert sqlite3.connect(folder / keeping.FILE_NAME).execute("pragma integrity_check").fetchone() == ("ok",)


def test_two_hundred_phones_at_once_are_all_kept_once(folder, desk):
    take(desk, "open")
    with served(folder):
        address = _told(folder)["addresses"][0]

        async def one(number):
            joined = await _asked(address, "join", {})
            key = re.search(rb"key=(\w+)", joined)[1].decode()
            everybody.append(number)
            while len(everybody) < 200:
                await asyncio.sleep(0.01)
            return (await _asked(address, "rate", rating(number % 6), key)).split()[1]

        async def crowd():
            return await asyncio.gather(*map(one, range(200)))

        everybody = []
        assert in_its_own_loop(crowd()) == [b"200"] * 200
    assert len({row["participant"] for row in keeping.latest_ratings(desk)}) == 200


async def _asked(address, path, told, key=""):
    """The answer to a POST, without the weight of a client."""
    _, _, host, home = address.split("/", 3)
    body = json.dumps(told)
    head = f"POST /{home}{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\n"
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"{head}Cookie: key={key}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    answer = await reader.read()
    writer.close()
    return answer


# The code to scan


def test_the_code_to_scan_is_one_picture_with_a_name():
    drawn = qr_svg(f"http://192.168.1.5:8123/s/{CODE}/", title="Scan <me> & rate")
    assert drawn.startswith('<svg role="img" aria-label="Scan &lt;me&gt; &amp; rate"') and drawn.count("<title>") == 1
    assert 'stroke="#1f2933"' in drawn and "http" not in re.sub(r'xmlns="[^"]*"', "", drawn) and "<?xml" not in drawn
    assert re.search(r'viewBox="0 0 (\d+) \1"', drawn)


def test_the_server_takes_no_heavy_library_with_it():
    code = "import helpers.live.workshop.phones.serve, sys; print([m for m in ('pandas', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
