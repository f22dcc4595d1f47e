"""200 simulated participants rate 12 dimensions in three rounds, over HTTP, as their phones would.

`atlas workshop` is started as it is used, over a data folder of its own. Each participant joins, keeps the stream of
events open, asks for the state whenever it changes, and hands in a rating in each round. The presenter's page is open
in Chromium, and notes the moment at which its picture shows each number of ratings. A third of the panel rates before
the reveal, the rest after it: in one variant spread over some seconds, in the other all at the same instant.

    .venv/bin/python benchmarks/workshop.py [--participants 200] [--rounds 3] [--dimensions 12] [--no-page]

Prints what was sent, kept, lost and doubled (held against the file), how long acknowledgements and the way to the
picture took, and the memory of each process. Aims: nothing lost or doubled, 95 % acknowledged within 100 ms and on the
picture within 500 ms, the phones' server below 300 MB, on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import FILE_NAME
from helpers.live.workshop.steps import Step
from helpers.reference.models import load_model

MODEL = load_model()
ON_MODEL = {"dimensions": MODEL.codes, "levels": MODEL.levels}
# In the presenter's page: note when the picture of the levels shows so many ratings of which dimension and round.
WATCH = """
window.seen = [];
new MutationObserver(() => {
  for (const desc of document.querySelectorAll('svg desc')) {
    if (!desc.textContent.startsWith('Dots along the levels')) continue;
    const counts = [...desc.textContent.matchAll(/level \\d: (\\d+)/gi)].map((found) => Number(found[1]));
    const n = counts.reduce((sum, one) => sum + one, 0), place = desc.textContent.match(/levels of (.*?), one for/)[1];
    const last = window.seen.at(-1);
    if (!last || last[1] !== place || last[2] !== n) window.seen.push([Date.now() / 1000, place, n]);
  }
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
"""


class Phone:
    """One participant: a connection for requests, one for the stream of events."""

    def __init__(self, address: str, number: int) -> None:
        parts = urlsplit(address)
        self.host, self.port, self.path, self.number = parts.hostname, parts.port, parts.path, number
        self.cookie, self.made, self.lock = "", 0, asyncio.Lock()
        self.reader: asyncio.StreamReader | None = None

    async def ask(self, method: str, name: str, body: dict | None = None) -> tuple[int, dict]:
        """One request over the connection that is kept open; opened anew where it was closed."""
        async with self.lock:
            for last in (False, True):
                try:
                    if self.reader is None:
                        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
                    self.writer.write(self.request(method, name, body))
                    return await self.answer()
                except (OSError, asyncio.IncompleteReadError):
                    self.reader = None
                    if last:
                        raise
        raise AssertionError

    def request(self, method: str, name: str, body: dict | None = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {self.path}{name} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        if body is not None:
            head += [f"Origin: http://{self.host}:{self.port}", "Content-Type: application/json"]
            head.append(f"Content-Length: {len(content)}")
        return "\r\n".join([*head, "", ""]).encode() + content

    async def answer(self) -> tuple[int, dict]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int(re.search(r"content-length: (\d+)", head, re.I)[1])
        content = await self.reader.readexactly(length)
        if found := re.search(r"set-cookie: ([^;\r]+)", head, re.I):
            self.cookie = found[1]
        return int(head.split()[1]), json.loads(content) if content[:1] == b"{" else {}

    async def join(self) -> None:
        status, told = await self.ask("POST", "join", {"role": "", "sector": "", "mark": f"{self.number:032}"})
        assert status == 200, (status, told)

    async def listen(self) -> None:
        """Keep the stream open and ask for the state whenever it changes, as the page does."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(self.request("GET", "events"))
        with contextlib.suppress(asyncio.IncompleteReadError):
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    await self.ask("GET", "state")
        writer.close()

    async def rate(self, dimension: str, round_: int) -> tuple[str, float, float]:
        """Hand in a rating; its mark, when it was sent and when it was acknowledged."""
        self.made += 1
        mark = f"bench-{self.number}-{self.made:05}"
        body = {"dimension": dimension, "round": round_, "rating": random.randint(0, 5), "mark": mark}
        sent = time.time()
        status, told = await self.ask(
            "POST", "rate", {**body, "made": self.made, "confidence": "", "justification": ""}
        )
        assert (status, told) == (200, {"saved": mark}), (status, told)
        return mark, sent, time.time()


async def held(connection, phones: list[Phone], arguments: argparse.Namespace) -> list[tuple]:
    """All rounds; of each rating: mark, when sent, when acknowledged, dimension, round, whether after the reveal."""
    kept, cut = [], len(phones) // 3
    for code in MODEL.codes[: arguments.dimensions]:
        for round_ in range(1, arguments.rounds + 1):
            for kind, part in (("open", phones[:cut]), ("reveal", phones[cut:])):
                keeping.take(connection, Step(kind, code), **ON_MODEL)
                await asyncio.sleep(0.3)
                rated = await together(part, code, round_, arguments.seconds)
                kept += [(*one, code, round_, kind == "reveal") for one in rated]
            await asyncio.sleep(0.6)
            keeping.take(connection, Step("close", code), **ON_MODEL)
            print(".", end="", flush=True)
    print()
    return kept


async def held_at_once(connection, phones: list[Phone], arguments: argparse.Namespace) -> list[tuple]:
    """One more round of some dimensions, in which all rate at the same instant, after the reveal."""
    kept = []
    for code in MODEL.codes[: min(4, arguments.dimensions)]:
        for kind in ("open", "reveal"):
            keeping.take(connection, Step(kind, code), **ON_MODEL)
            await asyncio.sleep(0.5)
        round_ = arguments.rounds + 1
        kept += [(*one, code, round_, True) for one in await together(phones, code, round_, 0)]
        await asyncio.sleep(1.0)
        keeping.take(connection, Step("close", code), **ON_MODEL)
    return kept


async def together(phones: list[Phone], code: str, round_: int, seconds: float) -> list[tuple[str, float, float]]:
    """One rating of each of these phones, spread over so many seconds."""

    async def one(phone: Phone) -> tuple[str, float, float]:
        await asyncio.sleep(random.uniform(0, seconds))
        return await phone.rate(code, round_)

    return await asyncio.gather(*map(one, phones))


def share(values: list[float], at: float) -> float:
    """The value below which this share of them lies, in milliseconds."""
    return 1000 * sorted(values)[min(len(values) - 1, int(at * len(values)))] if values else float("nan")


def told(name: str, values: list[float]) -> str:
    cut = " ".join(f"p{int(100 * at)} {share(values, at):.0f}" for at in (0.5, 0.95, 0.99))
    return f"{name}: {cut} max {1000 * max(values, default=float('nan')):.0f} ms ({len(values)})"


def ways_to_the_picture(connection, kept: list[tuple], seen: list) -> list[float]:
    """Seconds from each acknowledgement after a reveal to the first picture with as many ratings as were kept then."""
    order = dict(connection.execute("select mark, number from submissions"))
    names, ways = {code: MODEL.names[code] for code in MODEL.codes}, []
    for code in dict.fromkeys(one[3] for one in kept):
        for round_ in sorted({one[4] for one in kept if one[3] == code}):
            part = sorted((one for one in kept if one[3:5] == (code, round_)), key=lambda one: order[one[0]])
            begun = min(one[1] for one in part)
            shown = [
                (at, n) for at, place, n in seen if place == names[code] and begun <= at <= max(o[2] for o in part) + 5
            ]
            for place, one in enumerate(part, start=1):
                if one[5] and (first := next((at for at, n in shown if n >= place and at >= one[1]), None)):
                    ways.append(max(0.0, first - one[2]))
    return ways


def memory(folder: Path) -> dict[str, float]:
    """Megabytes in memory, at most, of each process of the workshop: those that name its folder or have its file open.

    The presenter's kernel is forked from a warm process and named after nothing; what it shares with that counts too.
    """
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, TypeError):
            words = (place / "cmdline").read_bytes().decode().split("\0")
            is_named = any(str(folder) in word for word in words)
            if place.name != str(os.getpid()) and (is_named or has_open(place, folder / FILE_NAME)):
                most = re.search(r"VmHWM:\s+(\d+)", (place / "status").read_text())[1]
                name = words[2] if is_named and words[1] == "-m" else "the presenter's kernel"
                found[name] = max(found.get(name, 0), int(most) / 1024)
    return found


def has_open(process: Path, file: Path) -> bool:
    return any(str(link.readlink()) == str(file) for link in (process / "fd").iterdir())


async def measured(presenter: str, address: str, folder: Path, arguments: argparse.Namespace) -> None:
    phones = [Phone(address, number) for number in range(arguments.participants)]
    async with contextlib.AsyncExitStack() as stack:
        connection = stack.enter_context(contextlib.closing(keeping.connect(folder / FILE_NAME)))
        page = None if arguments.no_page else await opened(stack, presenter)
        begun = time.time()
        for some in range(0, len(phones), 20):
            await asyncio.gather(*(phone.join() for phone in phones[some : some + 20]))
        print(f"{len(phones)} joined in {time.time() - begun:.1f} s")
        listening = [asyncio.create_task(phone.listen()) for phone in phones]
        for how, way in (("spread", held), ("all at the same instant", held_at_once)):
            before = connection.execute("select coalesce(max(number), 0) from submissions").fetchone()[0]
            kept = await way(connection, phones, arguments)
            report(connection, kept, before, how)
            if page:
                seen = await page.evaluate("window.seen")
                print(" ", told("from the acknowledgement to the picture", ways_to_the_picture(connection, kept, seen)))
        print("Memory, at most, MB:", {name: round(size) for name, size in memory(folder).items()})
        print(f"Others at work on this machine, too? Its load in these minutes: {os.getloadavg()[0]:.1f}")
        for task in listening:
            task.cancel()


def report(connection, kept: list[tuple], before: int, how: str) -> None:
    rows = connection.execute("select participant, mark from submissions where number > ?", [before]).fetchall()
    found = Counter(mark for _, mark in rows)
    lost = sum(one[0] not in found for one in kept)
    doubled = sum(many - 1 for many in found.values())
    print(f"{how}: {len(kept)} sent, {len(rows)} kept, {lost} lost, {doubled} doubled")
    print(" ", told("acknowledged after", [one[2] - one[1] for one in kept]))


async def opened(stack: contextlib.AsyncExitStack, presenter: str):
    """The presenter's page in Chromium, with an observer in it."""
    from playwright.async_api import async_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    play = await stack.enter_async_context(async_playwright())
    browser = await play.chromium.launch(executable_path=path, args=["--no-sandbox"])
    stack.push_async_callback(browser.close)
    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
    begun = time.time()
    await page.goto(presenter)
    await page.get_by_text("have joined").wait_for(timeout=60_000)
    print(f"The presenter's page showed after {time.time() - begun:.1f} s")
    await page.evaluate(WATCH)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--participants", type=int, default=200)
    parser.add_argument("--dimensions", type=int, default=len(MODEL.codes))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="over which the ratings of a round are spread")
    parser.add_argument("--no-page", action="store_true")
    arguments = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as home:
        data = Path(home) / "data"
        (data / "assessments").mkdir(parents=True)
        command = [sys.executable, "-m", "helpers.cli", "workshop", "midlothian", "--no-browser", "--data", str(data)]
        going = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        said = ""
        while "Ctrl-C" not in said:
            said += going.stdout.readline()
        presenter, phones = (re.search(rf"{name}: +(\S+)", said)[1] for name in ("Presenter", "Participants"))
        folder = Path(re.search(r"Kept in (\S+)", said)[1])
        try:
            asyncio.run(measured(presenter, phones, folder, arguments))
        finally:
            going.send_signal(signal.SIGTERM)
            going.wait(30)


if __name__ == "__main__":
    main()
