"""A thousand regions, generated from the register: how long they take, and nothing to do, and how much memory.

``thousand.py [N] [--jobs J]`` makes a data folder with N regions (1,000), each with the figures of a council area and
an assessment of its own, builds all of it, runs again with nothing to do, then with one changed workbook. Memory is
that of all processes together, each shared page counted once (Pss): the highest around report 100, in the middle,
around the last region's, and apart from that while the page of all regions is made, which comes last.
"""

import argparse
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from helpers.reference import paths
from helpers.reference.models import load_model
from helpers.reference.register_ids import COMPARED_ID

BIN = Path(sys.executable).parent
LOOK_SECONDS = 0.4


def make_data(folder: Path, number: int) -> Path:
    """A data folder with so many regions."""
    register = list(csv.DictReader((paths.reference() / "regions.csv").open(encoding="utf-8", newline="")))
    councils = [row for row in register if row["kind"] == "council_area"]
    others = [row for row in register if row["kind"] == "country"]
    (folder / "reference").mkdir(parents=True)
    for file in paths.reference().iterdir():
        (folder / "reference" / file.name).symlink_to(file)
    (folder / "reference/regions.csv").unlink()
    (folder / "indicators").symlink_to(paths.indicators())
    made = []
    for n in range(number):
        council = councils[n % len(councils)]
        made.append({**council, "region": f"{council['region']}-{n}", "region_name": f"{council['region_name']} {n}"})
        write_assessment(folder / "assessments" / made[-1]["region"], made[-1]["region"], n)
    with (folder / "reference/regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(register[0]))
        writer.writeheader()
        writer.writerows([*others, *made])
    return folder


def write_assessment(folder: Path, region: str, seed: int) -> None:
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    dimensions = [dimension.code for dimension in load_model("scirocco-exchange").dimensions]
    rows = ["region,stakeholder,dimension,rating,justification,confidence,date,role,sector"]
    for who in [*(f"S{n}" for n in range(8)), "Consensus"]:
        for dimension in dimensions:
            role = (
                ""
                if who == "Consensus"
                else f",{chance.choice(['manager', 'clinician'])},{chance.choice(['health', 'care'])}"
            )
            rows.append(f"{region},{who},{dimension},{chance.randint(1, 4)},because,high,2025-03-01{role or ',,'}")
    (folder / "assessment.csv").write_text("\n".join(rows) + "\n")


class Watch(threading.Thread):
    """Looks at the memory of a process and all that came from it, and hears when it has said that a report was made."""

    def __init__(self, process: subprocess.Popen) -> None:
        super().__init__(daemon=True)
        self.process, self.seen = process, []
        self.regions, self.page = [], None  # when each was said to be made

    def run(self) -> None:
        while self.process.poll() is None:
            self.seen.append((time.perf_counter(), megabytes(self.process.pid)))
            time.sleep(LOOK_SECONDS)

    def hear(self, said: str) -> None:
        if f"] {COMPARED_ID}: " in said:
            self.page = time.perf_counter()
        else:
            self.regions.append(time.perf_counter())

    def page_began(self, jobs: int) -> float:
        """When the first worker had no region left to make: the page of all regions is the last in the line."""
        return self.regions[max(len(self.regions) - jobs, 0)]

    def around(self, report: int, window: int, *, until: float = float("inf")) -> float:
        """The highest memory while the reports next to this one were made."""
        first, last = (
            self.regions[min(max(at, 0), len(self.regions) - 1)] for at in (report - window, report + window)
        )
        return self.between(first, min(last, until))

    def between(self, first: float, last: float) -> float:
        return max((size for at, size in self.seen if first <= at <= last), default=float("nan"))


def megabytes(root: int) -> float:
    """Pss of a process and its descendants: through their process groups' parents, as /proc tells."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family, new = {root}, {root}
    while new := {pid for pid, parent in parents.items() if parent in new} - family:
        family |= new
    total = 0
    for pid in family:
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])
        except (OSError, TypeError):
            continue
    return total / 1024


def build(data: Path, out: Path, jobs: int, *, watched: bool = False) -> tuple[float, Watch | None]:
    begun = time.perf_counter()
    command = [BIN / "atlas", "run", "--data", data, "--out", out, "--jobs", str(jobs)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    watch = Watch(process) if watched else None
    if watch:
        watch.start()
    for said in process.stderr:
        if watch and said.startswith("["):
            watch.hear(said)
            if len(watch.regions) % 50 == 0 and not watch.page:
                print(f"{len(watch.regions)} reports, {time.perf_counter() - begun:.0f} s", flush=True)
    if process.wait():
        raise SystemExit(f"atlas run ended with {process.returncode}")
    return time.perf_counter() - begun, watch


def say_memory(watch: Watch, number: int, jobs: int) -> None:
    window, began = max(5, number // 50), watch.page_began(jobs)
    for place in (min(100, number // 3), number // 2, number):
        name = "the last region's report" if place == number else f"report {place}"
        print(f"memory around {name}: {watch.around(place, window, until=began):.0f} MB")
    if watch.page:
        print(f"the page of all regions: {watch.page - began:.0f} s, {watch.between(began, watch.page):.0f} MB")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("number", nargs="?", type=int, default=1000)
    asked.add_argument("--jobs", type=int, default=os.cpu_count())
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data, out = make_data(Path(name) / "data", told.number), Path(name) / "out"
        first, watch = build(data, out, told.jobs, watched=True)
        print(f"{told.number} regions built: {first:.0f} s, {first / told.number:.2f} s each, {told.jobs} side by side")
        say_memory(watch, told.number, told.jobs)
        print(f"nothing to do: {min(build(data, out, told.jobs)[0] for _ in range(3)):.2f} s")
        changed = sorted((data / "assessments").iterdir())[7] / "assessment.csv"
        changed.write_text(changed.read_text().replace(",S1,", ",S1b,"))
        again, _ = build(data, out, told.jobs)
        record = json.loads((out / "run.json").read_text())
        built = [row["region"] for row in record["regions"] if row["state"] == "built"]
        print(f"one changed workbook: {again:.1f} s; built {', '.join(built)} and {record['compared']['region']}")


if __name__ == "__main__":
    main()
