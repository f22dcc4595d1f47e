"""Run the cells of one chapter, or look at a region as a run does, and write down every file that is opened for it.

For tests, in a process of its own: ``python traced_chapter.py NOTEBOOK REGION DATA TRACE``; where the notebook is "-",
what is made of the region besides its chapters. What readers open in their own processes is written down there.
"""

import datetime as dt
import json
import os
import sys
from pathlib import Path

LISTEN = """
import os, sys
_trace = os.open({trace!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def _heard(event, args):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(args[0], (str, bytes, os.PathLike)):
        kind = "file" if event == "open" else "folder"
        is_read = kind == "folder" or not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        line = kind + " " + os.path.abspath(os.fsdecode(args[0]))
        if is_read:
            os.write(_trace, line.encode() + b"\\n")
sys.addaudithook(_heard)
"""


def main(notebook: str, region: str, data: str, trace: str) -> None:
    listen = LISTEN.format(trace=trace)
    exec(listen, {})
    from helpers.ingest import isolation

    isolation.START = listen.replace("{", "{{").replace("}", "}}") + isolation.START
    day = "2026-03-14"
    if notebook == "-":
        look(region, Path(data), dt.date.fromisoformat(day))
    else:
        run_cells(Path(notebook), {"region": region, "data": data, "today": day, "interactive": False})
    modules = [getattr(module, "__file__", None) for module in sys.modules.values()]
    for file in filter(None, modules):
        os.write(1, f"file {Path(file).absolute()}\n".encode())


def run_cells(notebook: Path, told: dict) -> None:
    names = {"__name__": "__main__"}
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= {name: value for name, value in told.items() if name in names}


def look(region: str, data: Path, today: dt.date) -> None:
    """What a run does for a region besides its chapters: what it has, and what is in print about it."""
    from helpers.batch import assembly, plan

    item = plan.plan_one(region, data=data, today=today)
    assembly.page(item, [], made=dt.datetime.now(dt.UTC), data=data)


if __name__ == "__main__":
    main(*sys.argv[1:])
