"""`atlas workshop` as its users start it: both pages come up, what dies comes back, and at the end nothing is left."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from helpers.live.workshop import keeping

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc"),
    pytest.mark.xdist_group("presenting"),
]
SECONDS = 60


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "assessments").mkdir(parents=True)
    return tmp_path / "data"


@contextlib.contextmanager
def workshop(data, *words):
    """The command, started; ended at the end, whatever happens."""
    command = [sys.executable, "-m", "helpers.cli", "workshop", "midlothian", "--no-browser", "--data", str(data)]
    going = subprocess.Popen(
        [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield going
    finally:
        with contextlib.suppress(OSError):
            going.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            going.communicate(timeout=20)
        going.kill()
        going.wait()


def told(going):
    """The addresses of the presenter and of the participants, read from what the command says."""
    lines = []
    while not lines or "Ctrl-C" not in lines[-1]:
        line = going.stdout.readline()
        assert line, (lines, going.stderr.read())
        lines.append(line)
    text = "".join(lines)
    return re.search(r"Presenter: +(\S+)", text)[1], re.findall(r"Participants: +(\S+)", text), text


def parts_of(folder):
    """Process ids of what runs for this workshop, by the module or program that it runs."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().decode().split("\0")
            if any(str(folder) in word for word in words):
                found[words[2] if words[1:2] == ["-m"] else words[0]] = int(place.name)
    return found


def until(is_so):
    """Wait until this gives something true, and give it."""
    end = time.monotonic() + SECONDS
    while not (seen := is_so()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
    return seen


def answers(address):
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(address, timeout=5, trust_env=False, follow_redirects=True).status_code == 200
    return False


def test_what_dies_comes_back_at_its_address_and_a_second_presenter_is_sent_away(data):
    with workshop(data) as going:
        presenter, phones, said = told(going)
        folder = data / "workshops" / "midlothian" / time.strftime("%Y-%m-%d")
        assert "A new workshop for Midlothian" in said and "Only this machine reaches it" in said
        assert re.match(r"http://127\.0\.0\.1:\d+/\?token=\S{40,}", presenter)
        assert answers(phones[0]) and folder.is_dir()
        assert httpx.get(presenter.partition("?")[0], trust_env=False, timeout=30).status_code in (302, 403)
        with workshop(data) as second:
            assert second.wait(SECONDS) == 75
            assert "being presented already" in second.stderr.read()
        secret = presenter.partition("token=")[2].encode()
        shown = [
            (place / "cmdline").read_bytes() for place in Path("/proc").glob("[0-9]*") if (place / "cmdline").exists()
        ]
        assert not [words for words in shown if secret in words]
        for module in ("helpers.live.workshop.phones.serve", "voila"):
            before = parts_of(folder)[module]
            os.kill(before, signal.SIGKILL)
            until(lambda module=module, before=before: parts_of(folder).get(module, before) != before)
        assert until(lambda: answers(phones[0])) and until(lambda: answers(presenter))
        going.send_signal(signal.SIGINT)
        assert going.wait(20) == 0
    assert until(lambda: not parts_of(folder))


def test_a_killed_command_leaves_nothing_running_and_the_next_one_goes_on_at_the_same_addresses(data):
    with workshop(data) as going:
        presenter, phones, _ = told(going)
        folder = data / "workshops" / "midlothian" / time.strftime("%Y-%m-%d")
        going.kill()
        going.wait()
    assert until(lambda: not parts_of(folder))
    with workshop(data) as going:
        again = told(going)
        assert again[:2] == (presenter, phones) and "Going on with Midlothian" in again[2]
        assert answers(phones[0])


def test_the_workbook_is_written_by_command_and_only_if_there_is_something(data):
    command = [sys.executable, "-m", "helpers.cli", "workshop", "midlothian", "--write", "--data", str(data)]
    none = subprocess.run(command, capture_output=True, text=True)
    assert none.returncode == 2 and "There is no workshop" in none.stderr
    path = keeping.make(
        data / "mine", keeping.Facts("midlothian", "Midlothian", "scirocco-exchange", "2026-11-20", "c")
    )
    empty = subprocess.run([*command, "--session", str(path.parent)], capture_output=True, text=True)
    assert empty.returncode == 1 and "Nobody has rated" in empty.stderr
    connection = keeping.connect(path)
    model = {"dimensions": ["funding"], "levels": range(6)}
    keeping.take(connection, keeping.Step("agree", "funding", level=3), **model)
    done = subprocess.run([*command, "--session", str(path.parent)], capture_output=True, text=True)
    assert Path(json.loads(done.stdout)["workbook"]).name == "2026-11-20_workshop.xlsx"
