"""A server on this machine that answers as the public APIs do, and as they do on their bad days.

The shapes are those of CKAN's ``package_show`` and ``datastore_search``, of the W3C's SPARQL results in JSON, of
Eurostat's JSON-stat and of Fingertips' CSV. A test gives :func:`serve` a function from a request to a :class:`Reply`.
"""

import contextlib
import csv
import datetime as dt
import io
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from helpers.reference import paths

PAGE = b"<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head><body><h1>Sorry</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """What was asked: the path, the parameters, how many requests came before it, and its headers."""

    path: str
    query: dict[str, list[str]]
    number: int
    headers: dict[str, str]

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Reply:
    """What is answered; ``lost`` bytes of the end are promised by the length and never sent."""

    body: bytes
    status: int = 200
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    lost: int = 0


Answers = Callable[[Request], Reply]


@contextlib.contextmanager
def serve(answers: Answers) -> Iterator[tuple[str, list[Request]]]:
    """Run a server while the context is open; give its address and the list of what it was asked."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            url = urlsplit(self.path)
            request = Request(url.path, parse_qs(url.query), len(asked), dict(self.headers))
            asked.append(request)
            self._send(answers(request))

        def _send(self, reply: Reply):
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.lost])
            self.close_connection = self.close_connection or bool(reply.lost)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(content: object, **kind) -> Reply:
    return Reply(json.dumps(content).encode(), **kind)


def rows_of(text: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a literal CSV."""
    header, *rows = csv.reader(io.StringIO(text.strip()))
    return header, rows


def ckan(text: str, *, name: str, id_: str = "a-new-id", cap: int = 32_000) -> Answers:
    """Answer as CKAN does for one data set with one table; ``cap`` is the server's own limit of rows on a page."""
    header, rows = rows_of(text)
    records = [{"_id": place} | dict(zip(header, row, strict=True)) for place, row in enumerate(rows, start=1)]
    fields = [{"id": "_id", "type": "int"}, *({"id": column, "type": "text"} for column in header)]

    def answers(request: Request) -> Reply:
        if request.path == "/api/3/action/package_show":
            resource = {"id": id_, "name": name, "last_modified": "2026-10-06T08:30:00.123456", "format": "CSV"}
            other = {"id": "another", "name": "Delayed Discharge Bed Days by Health Board"}
            return as_json({"help": "", "success": True, "result": {"id": "d", "resources": [other, resource]}})
        if request.path != "/api/3/action/datastore_search" or request.one("resource_id") != id_:
            error = {"__type": "Not Found Error", "message": "Not found: Resource was not found."}
            return as_json({"success": False, "error": error}, status=404)
        limit, offset = min(int(request.one("limit", "100")), cap), int(request.one("offset", "0"))
        result = {"resource_id": id_, "fields": fields, "records": records[offset : offset + limit], "limit": limit}
        links = {"start": "/api/3/action/datastore_search", "next": f"/api/3/action/datastore_search?offset={offset}"}
        return as_json({"success": True, "result": result | {"total": len(records), "_links": links}})

    return answers


def sparql(text: str, *, cap: int = 10_000) -> Answers:
    """Answer as a SPARQL endpoint does; ``cap`` is how many rows it gives at most, without a word."""
    header, rows = rows_of(text)

    def bindings(row: list[str]) -> dict[str, object]:
        return {name: {"type": "literal", "value": value} for name, value in zip(header, row, strict=True) if value}

    def answers(request: Request) -> Reply:
        query = request.one("query")
        if "COUNT(*)" in query:
            total = {"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": str(len(rows))}
            return as_json({"head": {"vars": ["total"]}, "results": {"bindings": [{"total": total}]}})
        limit, offset = (int(re.search(rf"{word} (\d+)", query)[1]) for word in ("LIMIT", "OFFSET"))
        page = rows[offset : offset + min(limit, cap)]
        return as_json({"head": {"vars": header}, "results": {"bindings": [bindings(row) for row in page]}})

    return answers


def eurostat(body: bytes) -> Answers:
    """Answer as Eurostat does: one cube, whatever was asked."""
    return lambda request: Reply(body)


def fingertips(texts: dict[str, str]) -> Answers:
    """Answer as Fingertips does: a CSV with a byte order mark for each indicator."""

    def answers(request: Request) -> Reply:
        text = texts[request.one("indicator_ids")]
        return Reply(b"\xef\xbb\xbf" + text.encode(), type="text/csv")

    return answers


def twisted(answers: Answers, twist: Callable[[Request, Reply], Reply | None]) -> Answers:
    """Answer as ``answers``, but for what ``twist`` gives instead (None: as it is)."""
    return lambda request: twist(request, reply := answers(request)) or reply


def changed(reply: Reply, change: Callable[[dict], object]) -> Reply:
    """A reply whose JSON was changed in place."""
    content = json.loads(reply.body)
    change(content)
    return replace(reply, body=json.dumps(content).encode())


# --- small answers, and a data folder to put them into ---

TODAY, LATER = dt.date(2026, 11, 25), dt.date(2026, 12, 9)

DELAYED = """MonthOfDelay,CA,CAQF,AgeGroup,AgeGroupQF,ReasonForDelay,ReasonForDelayQF,NumberOfDelayedBedDays,NumberOfDelayedBedDaysQF,AverageDailyNumberOfDelayedBeds,AverageDailyNumberOfDelayedBedsQF
202407,S12000019,,18plus,d,All Delay Reasons,d,236,p,8,
202407,S12000019,,18plus,d,Code 9 AWI,,74,,2,
202407,S92000003,d,18plus,d,All Delay Reasons,d,60123,,1939.5,
202408,S12000019,,18plus,d,All Delay Reasons,d,201,,6,
202408,S92000003,d,18plus,d,All Delay Reasons,d,61007,,1968,
202409,S12000019,,18plus,d,All Delay Reasons,d,,:,,:
202409,S92000003,d,18plus,d,All Delay Reasons,d,60990,,2033,
"""  # noqa: E501
LIFE = """area_code,period,sex,value,lowercl,uppercl
S12000019,2019-2021,Female,81.9,81.3,82.5
S12000019,2019-2021,Male,77.7,77,78.3
S92000003,2019-2021,Female,80.8,80.7,80.9
S92000003,2019-2021,Male,76.5,76.4,
"""
FINGERTIPS = """Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,Compared to England value or percentiles,Compared to percentiles,Time period Sortable,New data,Compared to goal,Time period range
90366,Life expectancy at birth,,,E92000001,England,England,Female,All ages,,,2018 - 20,83.1,83.07,83.13,,,,,,Cannot be calculated,Not compared,Not compared,20180000,,,3y
90366,Life expectancy at birth,,,E92000001,England,England,Female,All ages,County & UA deprivation deciles,Most deprived decile,2018 - 20,80.6,80.5,80.7,,,,,,Cannot be calculated,Not compared,Not compared,20180000,,,3y
90366,Life expectancy at birth,E92000001,England,E06000001,Hartlepool,Counties & UAs,Female,All ages,,,2018 - 20,81.5,80.9,82.1,,,,,,Cannot be calculated,Worse,Not compared,20180000,,,3y
90366,Life expectancy at birth,E92000001,England,E06000001,Hartlepool,Counties & UAs,Female,All ages,,,2019 - 21,81.4,80.8,82,,,,,Value for information,Cannot be calculated,Worse,Not compared,20190000,,,3y
"""  # noqa: E501
# Growth of the population as Eurostat writes it: cells without a value, and flags on cells with one.
GROWTH = {
    "version": "2.0",
    "class": "dataset",
    "label": "Population change",
    "source": "ESTAT",
    "updated": "2026-07-21T23:00:00+0200",
    "value": {"0": -2.5, "1": -0.3, "4": 4.1, "6": 6.95},
    "status": {"1": "ep", "6": "p"},
    "id": ["freq", "indic_de", "geo", "time"],
    "size": [1, 1, 3, 3],
    "dimension": {
        "freq": {"category": {"index": {"A": 0}}},
        "indic_de": {"category": {"index": {"GROWRT": 0}}},
        "geo": {"category": {"index": {"PL": 0, "SK042": 1, "DE737": 2}}},
        "time": {"category": {"index": {"2022": 0, "2023": 1, "2024": 2}}},
    },
    "extension": {"id": "DEMO_R_GIND3", "status": {"label": {"ep": "estimated, provisional", "p": "provisional"}}},
}
NAME = "Delayed Discharge Bed Days by Council Area"


def add_to_register(folder, file, **entry):
    """Add a row to a register of the data folder."""
    path = folder / "reference" / file
    with path.open(encoding="utf-8", newline="") as opened:
        columns = next(csv.reader(opened))
    with path.open("a", encoding="utf-8", newline="") as opened:
        csv.DictWriter(opened, columns, restval="", lineterminator="\n").writerow(entry)


def folder_with_registers(place: Path) -> Path:
    """A data folder of its own with the project's registers, to which a test may add."""
    folder = place / "data"
    shutil.copytree(paths.reference(), folder / "reference")
    (folder / "indicators").mkdir()
    return folder


def atlas(*words: object) -> subprocess.CompletedProcess:
    """Run the command as a person does."""
    done = subprocess.run([sys.executable, "-m", "helpers.cli", *map(str, words)], capture_output=True, text=True)
    assert "Traceback" not in done.stderr + done.stdout
    return done
