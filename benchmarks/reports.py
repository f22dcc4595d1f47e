"""Reports a minute, side by side in one run: by two commands, by papermill's loop, as bare cells, and by ``atlas run``.

``reports.py [REGION ...]`` makes the chapters of some regions (midlothian, fife) in each way; best on a quiet machine.
Bare cells are the chapters' code, run in one warm process with all libraries loaded and every block shown: the least
that any way of running them can take.
"""

import ast
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import papermill

from helpers.batch import plan, workers
from helpers.page.blocks import Block, Blocks
from helpers.reference import paths
from helpers.warm import server

BIN = Path(sys.executable).parent
TODAY = time.strftime("%Y-%m-%d")


def chapters(regions: list[str]) -> list[tuple[Path, str]]:
    day = plan.date.fromisoformat(TODAY)
    work = {id_: plan.plan_one(id_, data=paths.data(), today=day) for id_ in regions}
    return [(kind.notebook, id_) for id_, item in work.items() for kind in item.chapters]


def by_command(todo: list[tuple[Path, str]], folder: Path) -> None:
    for notebook, id_ in todo:
        out = folder / f"{id_}_{notebook.name}"
        subprocess.run(
            [BIN / "papermill", notebook, out, "-r", "region", id_, "-y", "interactive: false"],
            check=True, capture_output=True,
        )  # fmt: skip
        subprocess.run([BIN / "jupyter", "nbconvert", "--to", "html", out], check=True, capture_output=True)


def by_loop(todo: list[tuple[Path, str]], folder: Path) -> None:
    for notebook, id_ in todo:
        out = folder / f"loop_{id_}_{notebook.name}"
        papermill.execute_notebook(
            str(notebook), str(out), parameters={"region": id_, "interactive": False}, progress_bar=False
        )


def by_cells(todo: list[tuple[Path, str]]) -> None:
    for notebook, id_ in todo:
        names: dict[str, object] = {"__name__": "__main__"}
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.cell_type == "code":
                show(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"region": id_, "interactive": False}


def show(source: str, names: dict[str, object]) -> None:
    """Run a cell; what stands on its last line is asked for what it shows, as a kernel asks."""
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    value = eval(compile(last, "cell", "eval"), names) if last else None
    for block in value if isinstance(value, Blocks) else [value]:
        if isinstance(block, Block):
            block._repr_mimebundle_()


def by_atlas(regions: list[str], out: Path, jobs: int) -> None:
    command = [BIN / "atlas", "run", *regions, "--out", out, "--jobs", str(jobs)]
    subprocess.run([*command, "--force"], check=True, capture_output=True)


def timed(call, *given) -> float:
    begun = time.perf_counter()
    call(*given)
    return time.perf_counter() - begun


def line(name: str, seconds: float, reports: int, against: float) -> None:
    print(
        f"{name:44} {seconds:7.1f} s  {60 * reports / seconds:6.1f} reports a minute  x {against / seconds:5.1f}",
        flush=True,
    )


def main(regions: list[str]) -> None:
    todo = chapters(regions)
    print(f"{len(regions)} reports, {len(todo)} chapters")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server.load(workers.modules())
        by_cells(todo)
        cells = timed(by_cells, todo)
        commands = timed(by_command, todo, folder)
        line("papermill and jupyter nbconvert, by command", commands, len(regions), commands)
        line("papermill in a loop, no page", timed(by_loop, todo, folder), len(regions), commands)
        line("bare cells in a warm process, no page", cells, len(regions), commands)
        begins = timed(by_atlas, ["poland"], folder / "one", 1)
        for jobs in (1, 2):
            whole = timed(by_atlas, regions, folder / "out", jobs)
            line(f"atlas run --jobs {jobs}, with its start", whole, len(regions), commands)
            line(f"atlas run --jobs {jobs}, without its start", whole - begins, len(regions), commands)
        alone = timed(by_atlas, regions, folder / "out", 1) - begins
        allowed = 1.2 * cells + 0.15 * len(regions)
        print(f"1.2 times the bare cells and 0.15 s a page: {allowed:.1f} s; atlas run --jobs 1: {alone:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:] or ["midlothian", "fife"])
