"""What public APIs do on their bad days: each fault is a sentence and changes nothing, or passes at the next try."""

import email.utils
import gzip
import json
import time
from dataclasses import replace

import httpx
import pytest

from fetch_server import (
    DELAYED,
    FINGERTIPS,
    GROWTH,
    LIFE,
    NAME,
    PAGE,
    TODAY,
    Reply,
    add_to_register,
    atlas,
    changed,
    ckan,
    eurostat,
    fingertips,
    folder_with_registers,
    serve,
    sparql,
    twisted,
)
from helpers.batch import fetch
from helpers.ingest.fetching import answers as answering
from helpers.ingest.fetching import client, sources

PHS, LE, EU, ENGLAND = (
    "phs-delayed-discharges",
    "statistics-gov-scot-life-expectancy",
    "eurostat-population-change",
    "fingertips-life-expectancy",
)
CUBE, PLACES = json.dumps(GROWTH).encode(), GROWTH["dimension"]
# As the statistics API answered live in 2026 (recorded by others); the first with status 200, the others with 413.
PUT_OFF = b'{"warning":{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously."}}'
PUT_OFF_413 = (
    b'{ "error": [{"status": 413,"id": 413,"label": "ASYNCHRONOUS_RESPONSE. Your request will be treated '
    b'asynchronously. Please try again later."}]}'
)
TOO_BIG = (
    b'{"error":[{"status":413,"id":413,"label":"EXTRACTION_TOO_BIG: The requested extraction is too big, '
    b'estimated 420709314 rows, max authorised is 5000000"}]}'
)
NO_RESULTS = b'{"error":[{"status":200,"id":100,"label":"NO_RESULTS"}]}'
NOT_FOUND = b'{ "error": [{"status": 404,"id": 100,"label": "ERR_NOT_FOUND_4: X is not available for dissemination."}]}'


def good(id_):
    """The sound answers of one source."""
    return {
        PHS: lambda: ckan(DELAYED, name=NAME, cap=3),
        LE: lambda: sparql(LIFE, cap=3),
        EU: lambda: eurostat(CUBE),
        ENGLAND: lambda: fingertips({"90366": FINGERTIPS}),
    }[id_]()


def always(body, **kind):
    return lambda request: Reply(body, **kind)


def page(number, change):
    """CKAN whose page of this number is changed: its JSON in place, or the reply itself."""

    def twist(request, reply):
        if request.path.endswith("datastore_search") and request.one("offset", "0") == str(3 * number):
            return changed(reply, change)
        return None

    return twisted(good(PHS), twist)


def result_with(**parts):
    return lambda content: content["result"].update(parts)


def get(data, id_, answers):
    """Fetch one source; what became of it, how often it was asked and how long it waited each time."""
    waited = []
    with serve(answers) as (address, asked):
        chosen = sources.chosen_sources([id_], data)
        mirrored = sources.with_addresses(chosen, [f"{chosen[0].kind}={address}"])
        (result,) = fetch.fetch(mirrored, data=data, today=TODAY, pause=waited.append)
    return result, asked, waited


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data_folder(tmp_path):
    return folder_with_registers(tmp_path)


@pytest.fixture
def england(data_folder):
    area = {"region": "hartlepool", "region_name": "Hartlepool", "kind": "council_area", "area_code": "E06000001"}
    add_to_register(data_folder, "regions.csv", **area)
    return data_folder


# --- faults that do not pass ---


def cut(id_, share=0.6):
    return twisted(good(id_), lambda request, reply: replace(reply, body=reply.body[: int(len(reply.body) * share)]))


def lost(id_):
    return twisted(good(id_), lambda request, reply: replace(reply, lost=len(reply.body) // 2))


def same_page_again(request, reply):
    """Whatever offset is asked for, the first page."""
    six = "\n".join(DELAYED.splitlines()[:7])
    return ckan(six, name=NAME, cap=3)(replace(request, query=request.query | {"offset": ["0"]}))


def first_rows_again(request, reply):
    query = request.one("query").replace("OFFSET 3", "OFFSET 0")
    return good(LE)(replace(request, query={"query": [query]}))


def without_column(request, reply):
    return replace(reply, body=reply.body.replace(b"NumberOfDelayedBedDays", b"DelayedBedDays"))


def shifted(content):
    """A row was added before the second page was asked for, so the last row of the first page comes again."""
    records = content["result"]["records"]
    content["result"]["records"] = [records[0] | {"_id": 3}, *records[:-1]]


def more_than_counted(request, reply):
    if "COUNT" in request.one("query"):
        return changed(reply, lambda content: content["results"]["bindings"][0]["total"].update(value="5"))
    return None


def nothing_after(limit):
    """A SPARQL endpoint that ends all answers at some row, and gives nothing beyond."""

    def twist(request, reply):
        if f"OFFSET {limit}" in request.one("query"):
            return changed(reply, lambda content: content["results"].update(bindings=[]))
        return None

    return twist


def cube(**parts):
    return always(json.dumps(GROWTH | parts).encode())


FAULTS = {
    # the stated total
    "a page with a row too few": (
        PHS,
        page(1, lambda content: content["result"]["records"].pop()),
        "a page should hold 3 rows, but 2 came (it states 7 in all)",
    ),
    "a total that is too high": (
        PHS,
        twisted(good(PHS), lambda q, r: changed(r, result_with(total=8)) if "search" in q.path else None),
        "a page should hold 2 rows, but 1 came (it states 8 in all)",
    ),
    "a count of SPARQL that the rows do not reach": (
        LE,
        twisted(good(LE), more_than_counted),
        "it states 5 rows, but 4 came",
    ),
    "SPARQL cut at a limit of rows": (LE, twisted(good(LE), nothing_after(3)), "it states 4 rows, but 3 came"),
    "no total": (PHS, page(0, result_with(total=None)), "it does not state how many rows there are"),
    "a table that grows while it is fetched": (
        PHS,
        page(1, result_with(total=9)),
        "the table was changed while it was being fetched; fetch it again",
    ),
    # cut off
    "a cut page of CKAN": (PHS, cut(PHS), "the answer is cut off after"),
    "a cut answer of SPARQL": (LE, cut(LE), "the answer is cut off after"),
    "a cut cube": (EU, cut(EU), "the answer is cut off after"),
    "a cut line of Fingertips": (ENGLAND, cut(ENGLAND), "fields instead of 27; the answer is cut off"),
    "a connection that breaks off": (PHS, lost(PHS), "broke off in the middle of the answer"),
    "a CSV that breaks off": (ENGLAND, lost(ENGLAND), "broke off in the middle of the answer"),
    # no data in the body
    "success false with status 200": (
        PHS,
        always(b'{"success": false, "error": {"__type": "Validation Error", "resource_id": ["Missing value"]}}'),
        "it says that it could not answer: Missing value",
    ),
    "a status 404 of CKAN": (
        PHS,
        always(b'{"success": false, "error": {"message": "Not found"}}', status=404),
        "it answered with status 404: Not found",
    ),
    "a page of Eurostat that was not found": (
        EU,
        always(NOT_FOUND, status=404),
        "it answered with status 404: ERR_NOT_FOUND_4: X is not available for dissemination.",
    ),
    "no results": (EU, always(NO_RESULTS), "it could not answer: NO_RESULTS"),
    "too big": (EU, always(TOO_BIG, status=413), "it answered with status 413: EXTRACTION_TOO_BIG"),
    "put off for ever": (EU, always(PUT_OFF), "it is still putting the answer together"),
    "an endless stay in maintenance": (LE, always(PAGE, status=503, type="text/html"), "answered with status 503"),
    "something else than SPARQL results": (LE, always(b'{"head": {}}'), "not a table of SPARQL results"),
    "something else than records": (PHS, page(0, result_with(records=7)), "no list of records and of fields"),
    "a list where a table should be": (PHS, always(b"[1]"), "it says that it could not answer"),
    # paging
    "the same page again and again": (
        PHS,
        twisted(good(PHS), same_page_again),
        "3 of its 6 rows came twice; the pages overlap",
    ),
    "the same rows again": (LE, twisted(good(LE), first_rows_again), "of its 6 rows came twice; the pages overlap"),
    "a row on two pages": (PHS, page(1, shifted), "1 of its 7 rows came twice; the pages overlap"),
    # columns
    "a renamed column": (
        PHS,
        twisted(good(PHS), without_column),
        "its columns have changed: NumberOfDelayedBedDays is missing (it has a column 'DelayedBedDays'",
    ),
    "a lost column of SPARQL": (
        LE,
        sparql(LIFE.replace("lowercl", "lower")),
        "its columns have changed: lowercl is missing (it has a column 'lower' that is not known)",
    ),
    "a renamed column of Fingertips": (
        ENGLAND,
        fingertips({"90366": FINGERTIPS.replace("Lower CI 95.0 limit", "LCL")}),
        "its columns have changed: Lower CI 95.0 limit is missing",
    ),
    "another dimension": (
        EU,
        cube(
            id=["freq", "indic_de", "sex", "time"], dimension=GROWTH["dimension"] | {"sex": GROWTH["dimension"]["geo"]}
        ),
        "its dimensions have changed: freq, indic_de, sex, time (see geo, sex)",
    ),
    # empty
    "no rows in the table": (PHS, ckan(DELAYED.splitlines()[0], name=NAME), "it has no rows"),
    "no rows of SPARQL": (LE, sparql(LIFE.splitlines()[0]), "it has no rows"),
    "no values in the cube": (EU, cube(value={}), "it has no values for what was asked"),
    "no rows of an indicator": (
        ENGLAND,
        fingertips({"90366": FINGERTIPS.splitlines()[0] + "\n"}),
        "it has no rows for indicator 90366 and these areas",
    ),
    "an empty body": (PHS, always(b""), "the answer is empty"),
    # not what was asked for
    "another indicator": (
        ENGLAND,
        fingertips({"90366": FINGERTIPS.replace("\n90366", "\n90362")}),
        "it was asked for indicator 90366 and answered with 90362",
    ),
    "another data set": (EU, cube(extension={"id": "NAMA_10_GDP"}), "the data set NAMA_10_GDP, not DEMO_R_GIND3"),
    "a cube that does not hold together": (EU, cube(value=[1, 2]), "value has 2 entries; the cube has 9 cells"),
    # leading astray
    "a redirect to http elsewhere": (
        PHS,
        always(b"", status=302, headers={"Location": "http://example.org/data"}),
        "http://example.org/data is not asked: only https is",
    ),
    "a redirect to a file": (
        PHS,
        always(b"", status=302, headers={"Location": "file:///etc/passwd"}),
        "is not asked: only https is",
    ),
    "a circle of redirects": (PHS, always(b"", status=307, headers={"Location": "/again"}), "it leads on and on"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_sentence_and_changes_nothing(england, fault):
    id_, answers, says = FAULTS[fault]
    kept = england / "indicators" / f"{id_}_2026-01-01.csv"
    kept.write_text("the last good release\n")
    before = contents(england)
    result, asked, _ = get(england, id_, answers)

    assert result.state == "failed" and says in result.message
    assert contents(england) == before
    assert len(asked) <= 8
    assert len(result.message) < 400 and "Traceback" not in result.message


@pytest.mark.parametrize("id_", [PHS, LE, EU, ENGLAND])
@pytest.mark.parametrize(
    ("body", "type_", "says"),
    [
        (PAGE, "application/json", 'it answered with a web page instead of data ("Service unavailable")'),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<HTML><head>", "text/csv", "a web page instead of data"),
        (b"Query timed out", "text/plain", 'it answered with a text instead of data: "Query timed out"'),
        (b"Response \x1b[31mtoo\x07 large", "text/csv", 'instead of data: "Response ?[31mtoo? large"'),
    ],
)
def test_what_is_no_data_is_recognised_whatever_its_type_and_status_200(england, id_, body, type_, says):
    result, asked, waited = get(england, id_, always(body, type=type_))
    assert result.state == "failed" and says in result.message and result.message.endswith("(tried 4 times)")
    assert len(asked) == 4 and waited == [2, 4, 8]
    assert list((england / "indicators").iterdir()) == []


def test_the_command_says_it_and_ends_with_1(data_folder):
    answers = always(b'{"success": false, "error": {"message": "Not authorised"}}')
    with serve(answers) as (address, _):
        done = atlas("fetch", PHS, "--data", data_folder, "--address", f"ckan={address}")
    assert done.returncode == 1
    assert f"{PHS}: failed: it says that it could not answer: Not authorised.\n" in done.stderr
    assert done.stdout == f"0 of 1 sources fetched; not {PHS}: nothing of it was changed.\n"


def test_the_next_link_of_a_page_is_never_followed(data_folder):
    with serve(always(b"")) as (elsewhere, lured):

        def links(request, reply):
            if request.path.endswith("search"):
                return changed(reply, lambda content: content["result"]["_links"].update(next=f"{elsewhere}/x"))
            return None

        result, _, _ = get(data_folder, PHS, twisted(good(PHS), links))
    assert (result.state, result.rows, lured) == ("written", 7, [])


def test_more_bytes_than_may_come_are_not_read_to_the_end_unpacked_ones_too(data_folder, monkeypatch):
    monkeypatch.setattr(client, "MOST_BYTES", 1_000_000)
    packed = always(gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"})
    for answers in (always(b" " * 3_000_000), packed):
        result, asked, _ = get(data_folder, PHS, answers)
        assert result.message == "the answer has more than 1 million bytes" and len(asked) == 1


def test_a_server_that_gives_a_row_at_a_time_is_left(data_folder, monkeypatch):
    from helpers.ingest.fetching import ckan as way

    monkeypatch.setattr(way, "MOST_PAGES", 3)
    result, asked, _ = get(data_folder, PHS, ckan(DELAYED, name=NAME, cap=1))
    assert "too small pages (3 of 7 rows in 3 pages)" in result.message and len(asked) == 4


def test_a_release_of_less_than_half_the_rows_is_not_put_in_place(data_folder):
    get(data_folder, PHS, good(PHS))
    before = contents(data_folder)
    result, _, _ = get(data_folder, PHS, ckan("\n".join(DELAYED.splitlines()[:4]), name=NAME))
    assert (
        result.state == "failed" and "only 3 rows came; phs-delayed-discharges_2026-11-25.csv has 7" in result.message
    )
    assert contents(data_folder) == before


def test_rows_that_the_readers_refuse_are_said(data_folder):
    result, _, _ = get(data_folder, PHS, ckan(DELAYED.replace(",61007,", ",-61007,"), name=NAME))
    assert result.state == "written"
    assert "the readers refuse 1 figure (-61007 cannot be (a count: 0 or more)); see atlas check" in result.notes


# --- faults that pass ---


def failing_first(count, id_, reply):
    """The first requests are answered so, the others soundly."""
    return twisted(good(id_), lambda request, sound: reply if request.number < count else None)


@pytest.mark.parametrize(
    ("reply", "waits"),
    [
        (Reply(b"slow down", status=429, headers={"Retry-After": "7"}), [7]),
        (Reply(b"slow down", status=429, headers={"Retry-After": "soon"}), [2]),
        (Reply(b"slow down", status=503, headers={"Retry-After": "86400"}), [120]),
        (Reply(b"oops", status=500), [2]),
        (Reply(b"0123456789", lost=5), [2]),
        (Reply(PAGE), [2]),
        (Reply(b"Query timed out"), [2]),
        (Reply(b'{"success": tr'), [2]),
        (Reply(b"{}", status=504), [2]),
    ],
)
def test_what_passes_is_tried_again_after_as_long_as_the_server_asks(data_folder, reply, waits):
    result, asked, waited = get(data_folder, PHS, failing_first(1, PHS, reply))
    assert (result.state, result.rows) == ("written", 7)
    assert waited == waits and len(asked) == 5


def test_a_date_to_wait_for_is_understood(data_folder):
    reply = Reply(b"", status=429, headers={"Retry-After": email.utils.formatdate(time.time() + 30, usegmt=True)})
    result, _, waited = get(data_folder, PHS, failing_first(1, PHS, reply))
    assert result.state == "written" and 20 <= waited[0] <= 30


def test_500_twice_and_then_fine(data_folder):
    result, _, waited = get(data_folder, LE, failing_first(2, LE, Reply(b"oops", status=500)))
    assert result.state == "written" and waited == [2, 4]


@pytest.mark.parametrize("reply", [Reply(PUT_OFF), Reply(PUT_OFF_413, status=413)])
def test_an_answer_that_is_put_off_is_waited_for(data_folder, reply):
    result, asked, _ = get(data_folder, EU, failing_first(2, EU, reply))
    assert (result.state, result.figures, len(asked)) == ("written", 4, 3)


@pytest.mark.parametrize("fault", ["too big", "success false with status 200", "no results", "a status 404 of CKAN"])
def test_what_does_not_pass_is_asked_once(data_folder, fault):
    id_, answers, _ = FAULTS[fault]
    assert len(get(data_folder, id_, answers)[1]) == 1


def test_a_server_that_is_not_there_is_said(data_folder):
    with serve(always(b"")) as (address, _):
        pass
    chosen = sources.with_addresses(sources.chosen_sources([PHS], data_folder), [f"ckan={address}"])
    (result,) = fetch.fetch(chosen, data=data_folder, today=TODAY, pause=lambda _: None)
    assert "the connection to 127.0.0.1 could not be made (ConnectError) (tried 4 times)" in result.message


def test_a_redirect_on_this_machine_is_followed(data_folder):
    def moved(request, reply):
        if request.path == "/api/3/action/package_show":
            return Reply(b"", status=301, headers={"Location": f"/api/3/action//../action/moved?{request.one('id')}"})
        return good(PHS)(replace(request, path="/api/3/action/package_show")) if "moved" in request.path else None

    result, _, _ = get(data_folder, PHS, twisted(good(PHS), moved))
    assert result.state == "written"


def test_nobody_outside_leads_to_this_machine():
    leads = httpx.MockTransport(lambda request: httpx.Response(302, headers={"Location": "http://127.0.0.1/admin"}))
    with httpx.Client(transport=leads) as http, pytest.raises(answering.FetchError, match="to this machine"):
        client.get_json(client.Connection(http), "https://www.opendata.nhs.scot/x", {})


# --- what an answer says ---


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"error": {"message": "Not found: X", "__type": "Not Found Error"}}', "Not found: X"),
        (
            b'{"error": {"__type": "Validation Error", "limit": ["Must be a natural number"]}}',
            "Must be a natural number",
        ),
        (PUT_OFF, "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously."),
        (NO_RESULTS, "NO_RESULTS"),
        (b'{"error": "plain"}', "plain"),
        (b'{"error": null, "label": "a cube"}', ""),
        (b"[1, 2]", ""),
        (b"Sorry", ""),
    ],
)
def test_what_an_answer_complains_of(body, says):
    assert answering.complaint(body) == says


@pytest.mark.parametrize("body", [b'{"a": "<html>"}', b'"<p>a paragraph</p>"', b"[]"])
def test_data_that_speak_of_pages_are_no_page(body):
    answering.parsed(body)
