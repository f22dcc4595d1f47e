"""The address that watches: told of start, success and failure; whatever it does, the run goes on."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from helpers.batch import ping
from helpers.batch.listening import Together

RECORD = {
    "regions": [{"region": "fife", "state": "built"}, {"region": "moray", "state": "failed", "message": "Anna said 9"}],
    "compared": {"region": "regions-compared", "state": "unchanged"},
}


class Watch(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.heard.append((self.path, body))
        self.server.answer(self)

    def do_GET(self):
        self.server.heard.append((self.path, ""))
        say(self, 200)

    def log_message(self, *args):
        pass


def say(handler, status, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", "0")
    handler.end_headers()


@contextlib.contextmanager
def watching(answer=lambda handler: say(handler, 200)):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Watch)
    server.heard, server.answer = [], answer
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.heard
    finally:
        server.shutdown()
        server.server_close()


def run_with(address, status=0):
    told = []
    listener = Together([ping.Ping(address, told.append)])
    listener.run_started("r1", total=3, jobs=2)
    listener.run_finished(RECORD, status=status)
    return told


@pytest.mark.parametrize(("status", "last"), [(0, "/secret-1?tag=a"), (1, "/secret-1/fail?tag=a")])
def test_start_and_end_are_told_with_counts_and_names_and_no_data(status, last):
    with watching() as (host, heard):
        assert run_with(f"{host}/secret-1?tag=a", status) == []
    assert [path for path, _ in heard] == ["/secret-1/start?tag=a", last]
    assert heard[0][1] == "run r1: 3 reports to look at"
    assert heard[1][1] == f"1 built, 1 unchanged, 1 failed\nexit status {status}\nfailed: moray"


def test_a_run_that_could_not_be_made_is_a_failure_but_not_one_that_found_the_folder_held():
    with watching() as (host, heard):
        for status in (1, 75):
            ping.Ping(f"{host}/x", print).gave_up("/home/anna is full", status=status)
    assert heard == [("/x/fail", "the run could not be made")]


def test_an_answer_that_is_an_error_is_said_once_and_names_the_host_alone():
    with watching(lambda handler: say(handler, 500)) as (host, heard):
        told = run_with(host.replace("//", "//user:word@") + "/secret-1")
    assert told == ["The ping address at 127.0.0.1 answered with status 500."]
    assert len(heard) == 2 * ping.TRIES


def test_an_address_that_is_not_known_there_is_not_tried_again():
    with watching(lambda handler: say(handler, 404)) as (host, heard):
        assert run_with(host + "/x") == ["The ping address at 127.0.0.1 answered with status 404."]
    assert len(heard) == 2


def test_a_redirect_is_followed():
    def move(handler):
        say(handler, *([200] if handler.path.startswith("/new") else [307]), location="/new" + handler.path)

    with watching(move) as (host, heard):
        assert run_with(host + "/x") == []
    assert [path for path, _ in heard] == ["/x/start", "/new/x/start", "/x", "/new/x"]


def test_a_redirect_in_a_circle_and_one_to_a_file_end_in_a_sentence():
    for place in ("/x", "file:///etc/passwd"):
        with watching(lambda handler, place=place: say(handler, 307, location=place)) as (host, _):
            (told,) = run_with(host + "/x")
        assert "could not be reached" in told and "passwd" not in told


def test_a_host_that_is_not_there_is_said_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (told,) = run_with(f"http://127.0.0.1:{port}/secret-1")
    assert told == "The ping address at 127.0.0.1 could not be reached (ConnectError)."


def test_a_host_that_drips_is_left_waiting(monkeypatch):
    monkeypatch.setattr(ping, "PATIENCE", 0.4)  # the client's own limits are for each piece, so they never strike here

    def drip(handler):
        with contextlib.suppress(OSError):
            for letter in "HTTP/1.1 200 OK\r\nX: " + "x" * 200:
                handler.wfile.write(letter.encode())
                time.sleep(0.05)

    with watching(drip) as (host, heard):
        told = run_with(host + "/x")
        assert len(heard) == 2  # the end is told even though the start got no answer
    assert told == ["The ping address at 127.0.0.1 gave no answer within 0 seconds."]


@pytest.mark.parametrize(
    "address", ["ftp://host/x", "host/x", "file:///etc/passwd", "http://", "http://[", "http://a:b:c"]
)
def test_only_the_web_is_pinged_and_what_is_refused_is_not_repeated(address):
    with pytest.raises(ValueError, match="must begin with http") as refused:
        ping.checked(address)
    assert str(refused.value) == "The address to ping must begin with http:// or https:// and name a host."


@pytest.mark.parametrize(
    ("address", "end", "made"),
    [
        ("https://hc.example/u", "start", "https://hc.example/u/start"),
        ("https://hc.example/u/", "fail", "https://hc.example/u/fail"),
        ("https://hc.example/u/", "", "https://hc.example/u/"),
        ("https://a:b@hc.example:8/u?x=1#y", "start", "https://a:b@hc.example:8/u/start?x=1"),
    ],
)
def test_the_signal_is_the_last_step_of_the_path(address, end, made):
    assert ping.place(address, end) == made
