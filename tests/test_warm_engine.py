"""The engine ``warm`` leaves behind what papermill's own engine does, and no state from one run to the next."""

import contextlib
import copy
import difflib
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.warm import client

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs sockets that carry files"),
    pytest.mark.xdist_group("warm"),
]
HERE = str(Path(__file__).parent)
MODULES = ("papermill", "nbclient", "ipykernel.kernelapp", "ipywidgets", "pandas", "matplotlib.pyplot",
           "helpers.warm.engine", "helpers.warm.cells")  # fmt: skip
EVERYTHING = [
    "a: int = 1  # x",
    "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(2, 1))\nax.plot([1, 2])\nplt.show()",
    "from IPython.display import HTML, clear_output, display\nshown = display(HTML('<b>1</b>'), display_id='x')",
    "shown.update(HTML('<i>2</i>'))",
    "import ipywidgets as w\nslider = w.IntSlider(value=a)\ndisplay(slider)\nslider",
    "out = w.Output()\nwith out:\n    print('inside')\nout",
    "import asyncio\nawait asyncio.sleep(0.01)\n'x' * 3",
    "!echo from a shell",
    "import os\nos.system('echo from a program')",
    "import warnings\nwarnings.warn('careful')",
    "import time\nprint('before')\nclear_output()\nprint('end')",
    "a, __name__, sys.argv[0][-21:], os.path.basename(os.getcwd()), plt.get_backend(), sys.stdout.isatty()",
    "get_ipython().history_manager.hist_file, get_ipython().execution_count",
    "def f():\n    return 1 / 0\nf()",
    "'never run'",
]


def write(path: Path, sources) -> Path:
    cells = [new_markdown_cell("# Title?"), new_code_cell(sources[0], metadata={"tags": ["parameters"]})]
    notebook = new_notebook(cells=cells + [new_code_cell(source) for source in sources[1:]])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    return path


@contextlib.contextmanager
def started(*, spawn: bool):
    env = {**os.environ, "PYTHONPATH": HERE}
    with client.own_warm_process(MODULES, env=env, spawn=spawn, workers=2) as warm:
        yield warm


@pytest.fixture(scope="module")
def warm():
    with started(spawn=False) as warm:
        yield warm


@pytest.fixture(scope="module")
def usual(warm, tmp_path_factory):
    """What papermill's own engine leaves of a notebook with everything in it, and what it raises."""
    notebook = write(tmp_path_factory.mktemp("same") / "all.ipynb", EVERYTHING)
    return notebook, *execute(warm, notebook, "nbclient", parameters={"a": 7})


def execute(warm, notebook, engine, **options):
    """Execute with an engine; the executed notebook and what was raised."""
    executed = notebook.with_name(f"{notebook.stem}_{engine}.ipynb")
    ours, theirs = socket.socketpair()
    told = {"notebook": str(notebook), "executed": str(executed), "engine": engine, **options}
    with ours:
        with theirs:
            child = warm.fork(
                "warm_tasks:papermill", told, files=[theirs.fileno()], may_fork=True, cwd=str(notebook.parent)
            )
        said = b""
        while part := ours.recv(1 << 16):
            said += part
    child.wait(30)
    return nbformat.read(executed, as_version=4), said.decode()


def comparable(notebook) -> str:
    """The whole notebook, but for moments, durations, process numbers and random ids."""
    notebook = copy.deepcopy(notebook)
    for part in (notebook, *notebook.cells):
        part.pop("id", None)
        kept = part.metadata.get("papermill", {})
        timed = ("start_time", "end_time", "duration", "output_path", "exit_status")
        part.metadata["papermill"] = {name: kept[name] for name in kept if name not in timed}
        if "execution" in part.metadata:
            part.metadata["execution"] = sorted(part.metadata["execution"])
    for states in notebook.metadata.get("widgets", {}).values():
        states["state"] = sorted(states["state"].values(), key=lambda one: json.dumps(one.get("model_name")))
    text = json.dumps(notebook, indent=1, sort_keys=True)
    return re.sub(r"[0-9a-f]{32}", "id", re.sub(r"ipykernel_\d+", "ipykernel_N", text))


@pytest.mark.parametrize("spawn", [False, True])
def test_the_executed_notebook_is_what_the_usual_engine_leaves(warm, usual, spawn):
    """From a forked process, and from a spawned one where nothing can be forked."""
    notebook, theirs, raised_by_theirs = usual
    with started(spawn=True) if spawn else contextlib.nullcontext(warm) as made_by:
        ours, raised = execute(made_by, notebook, "warm", parameters={"a": 7})
    assert raised == raised_by_theirs and "ZeroDivisionError" in raised
    code = [cell for cell in ours.cells if cell.cell_type == "code"]
    assert [cell.metadata.papermill.status for cell in code][-2:] == ["failed", "pending"]
    assert all(cell.metadata.papermill.duration > 0 for cell in code if cell.execution_count)
    pair = (comparable(theirs).split("\n"), comparable(ours).split("\n"))
    assert not list(difflib.unified_diff(*pair, lineterm="", n=1))


@pytest.mark.parametrize(
    ("cell", "raised", "status"),
    [
        ("import os; os._exit(7)", "exit status 7", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11", -11),
    ],
)
def test_the_cell_in_which_a_process_died_is_marked_with_how_it_ended(warm, tmp_path, cell, raised, status):
    executed, said = execute(warm, write(tmp_path / "dies.ipynb", ["a: int = 1  # x", cell, "'never'"]), "warm")
    assert "KernelGone" in said and raised in said
    assert executed.metadata.papermill.exit_status == status and executed.metadata.papermill.exception
    assert [cell.metadata.papermill.status for cell in executed.cells[1:]] == ["completed", "failed", "pending"]


def test_a_cell_that_takes_too_long_is_interrupted_as_by_the_usual_engine(warm, tmp_path):
    notebook = write(tmp_path / "long.ipynb", ["a: int = 1  # x", "print('so far')\nwhile True: pass", "'never'"])
    executed, said = execute(warm, notebook, "warm", settings={"execution_timeout": 2})
    assert "CellTimeoutError" in said
    assert executed.cells[2].outputs[0].text == "so far\n"


def test_no_run_sees_what_an_earlier_one_did(warm, tmp_path):
    leave = (
        "import json, os, pandas as pd\njson.left, os.environ['LEFT'] = 1, '1'\npd.set_option('display.max_rows', 3)"
    )
    look = (
        "import json, os, pandas as pd\nhasattr(json, 'left'), 'LEFT' in os.environ, pd.get_option('display.max_rows')"
    )
    execute(warm, write(tmp_path / "leaves.ipynb", ["a: int = 1  # x", leave]), "warm")
    executed, said = execute(warm, write(tmp_path / "looks.ipynb", ["a: int = 1  # x", look]), "warm")
    assert said == "-" and executed.cells[2].outputs[0].data["text/plain"] == "(False, False, 60)"


def test_plain_papermill_knows_the_engine_by_its_name(tmp_path):
    """Whether or not a warm process can be had, the notebook is executed."""
    notebook = write(tmp_path / "plain.ipynb", ["a: int = 1  # x", "a + 1"])
    papermill = [Path(sys.executable).parent / "papermill", "--engine", "warm"]
    done = subprocess.run(
        [*papermill, notebook, tmp_path / "out.ipynb", "-p", "a", "4"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[0].data["text/plain"] == "5"
