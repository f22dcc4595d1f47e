"""A project of its own, with small chapters, for tests that need notebooks which misbehave or are over in a moment.

It runs as its users run it, by command, in processes of their own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.reference import paths

PARAMETERS = """region: str = "midlothian"  # id
data: str = ""  # folder
today: str = ""  # day
interactive: bool = True  # widgets
run_mark: str = ""  # mark"""
SETUP = """import os, sys, time
import pandas as pd
from helpers.page import blocks, tables
from helpers.reference import paths"""
READ = """text = paths.of_region("demand", region, data).read_text() if region else "all"
told = pd.DataFrame({"word": text.replace(",", " ").split()})
blocks.words(f"The file says: {text.splitlines()[-1]}")"""
SHOW = """tables.table(told, name="TABLE", title="What the file says", columns=[tables.Column("word", "Word")])"""
DO = """words = list(told["word"])
if "endless" in words:
    while True: pass
if "exit" in words: os._exit(7)
if "quiet" in words: sys.exit(0)
if "eats" in words: kept = bytearray(40_000_000_000)
if "raises" in words: raise ValueError("the reason")
if "slow" in words: time.sleep(float(os.environ.get("SLOW", "0.3")))
if "floods" in words:
    while True: print("x" * 10_000_000)
if "shouts" in words: os.write(1, b"shouted\\n"), os.write(2, b"shouted\\n"), os.system("echo shouted >&2")
if "escapes" in words:
    import subprocess
    far = "import os, time; os.fork() and os._exit(0); os.setsid(); print(os.getpid(), flush=True); time.sleep(300)"
    began = subprocess.Popen([sys.executable, "-c", far], start_new_session=True, stdout=subprocess.PIPE, text=True)
    (paths.data(data) / "escaped.pid").write_text(began.stdout.readline())
if "kills" in words: os.kill(os.getppid(), 9)
if "leaves" in words:
    import subprocess
    left = subprocess.Popen(["sleep", "300"])
    (paths.data(data) / "left.pid").write_text(str(left.pid))
    time.sleep(300)"""
CHAPTERS = ("01_maturity", "02_population_needs")
REGIONS = ("fife", "midlothian", "orkney-islands", "falkirk", "moray", "angus", "stirling", "highland")


def make_project(folder: Path) -> Path:
    """Copy what a run needs, with small chapters in the place of the real ones."""
    for name in ("src", "data/reference", "data/indicators"):
        shutil.copytree(paths.project() / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(paths.project() / "data/datapackage.json", folder / "data")
    (folder / "notebooks").mkdir()
    for name in CHAPTERS:
        nbformat.write(_chapter(name), folder / "notebooks" / f"{name}.ipynb")
    compared = _chapter("05_regions_compared")
    compared.cells[1].source = compared.cells[1].source.replace('"midlothian"', '""')
    nbformat.write(compared, folder / "notebooks" / "05_regions_compared.ipynb")
    (folder / "data/demand").mkdir()
    (folder / "data/assessments").mkdir()
    return folder


def _chapter(name: str) -> nbformat.NotebookNode:
    cells = [
        new_markdown_cell("# What does the file say?"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(SETUP, metadata={"tags": ["setup"]}),
        new_markdown_cell("## Data"),
        new_code_cell(READ),
        new_code_cell(SHOW.replace("TABLE", f"told_{name[:2]}")),
        new_code_cell(DO),
        new_markdown_cell("## Sources and limits"),
        new_code_cell("blocks.finished(run_mark)"),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def say(project: Path, words: dict[str, str]) -> None:
    """What the file of each region says."""
    for region, text in words.items():
        rows = f"group,arrivals_per_day,stay_days\n{text},10,3\n"
        (project / "data/demand" / f"{region}.csv").write_text(rows)


def command(project: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "helpers.cli", *arguments]


def environment(project: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARE_ATLAS", "PYTEST"))}
    return {**kept, "PYTHONPATH": str(project / "src"), "OMP_NUM_THREADS": "1", **more}


def run(project: Path, regions: Iterable[str], *arguments: str, out: Path, **more: str) -> subprocess.CompletedProcess:
    """``atlas run`` on the small project, to the end."""
    return subprocess.run(
        command(project, "run", *regions, "--out", str(out), *arguments),
        env=environment(project, **more),
        capture_output=True,
        text=True,
        timeout=180,
    )


def record(out: Path) -> dict[str, dict]:
    """What ``run.json`` says of each region."""
    return {row["region"]: row for row in json.loads((out / "run.json").read_text())["regions"]}
