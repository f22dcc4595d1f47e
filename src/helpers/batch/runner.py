"""Execute one chapter for one region with papermill, and believe it only when it can be shown to be whole.

papermill alone is not proof: a notebook whose kernel died is saved without an error, a misspelt parameter gives the
report of the default region, and ``sys.exit(0)`` ends a notebook quietly. So parameters are checked before the run,
and afterwards every cell must have run and the last one must have left the run's own mark.
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from helpers.page.blocks import MIME
from helpers.warm.children import REQUESTS
from helpers.warm.pipe import KernelGone

ALLOWED = (str, bool, int)


class ChapterFailed(Exception):
    """A chapter could not be made; the message is one sentence for the run's record."""


class UndeclaredParameter(ChapterFailed):
    """A parameter was given that the notebook does not declare, or with a value that is not allowed."""


def run_chapter(
    notebook: Path,
    executed: Path,
    parameters: Mapping[str, object],
    *,
    run_mark: str,
    seconds: float,
    memory_bytes: int | None = None,
) -> nbformat.NotebookNode:
    """Execute a notebook with these parameters and return it, whole and checked.

    Parameters
    ----------
    notebook
        The chapter, with a cell tagged ``parameters``.
    executed
        Where the executed notebook is written; its folder is where it runs.
    parameters
        Values for declared parameters: text, whole numbers, yes or no, or lists of them.
    run_mark
        What the last cell has to leave behind.
    seconds
        How long one cell may take.
    memory_bytes
        What the notebook's process may use on top of the loaded libraries, where a warm process makes it.

    Raises
    ------
    UndeclaredParameter
        Before anything runs.
    ChapterFailed
        With the cell and the reason in words.
    """
    check_parameters(notebook, parameters)
    try:
        _execute(notebook, executed, {**parameters, "run_mark": run_mark}, seconds, memory_bytes)
    except PapermillExecutionError as error:
        raise ChapterFailed(
            f"{notebook.name}, cell {error.exec_count}: {error.ename}: {_one_line(error.evalue)}"
        ) from error
    except CellTimeoutError as error:
        raise ChapterFailed(f"{notebook.name}: a cell took longer than {seconds:.0f} seconds") from error
    except KernelGone as error:
        raise ChapterFailed(f"{notebook.name}: its process ended in the middle ({error.words})") from error
    except DeadKernelError as error:
        raise ChapterFailed(f"{notebook.name}: its process died") from error
    whole = check_executed(nbformat.read(executed, as_version=4), notebook.name, run_mark)
    whole.metadata.papermill.update(input_path=notebook.name, output_path=executed.name)  # no folder of this machine
    nbformat.write(whole, executed)
    return whole


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Refuse what the notebook does not declare, and values that papermill would turn into code."""
    declared = declared_parameters(notebook)
    for name, value in parameters.items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise UndeclaredParameter(f"{notebook.name} declares no parameter {name!r}; it declares {known}")
        values = value if isinstance(value, list) else [value]
        if not all(type(item) in ALLOWED for item in values):
            raise UndeclaredParameter(
                f"{notebook.name}: {name} must be text, a whole number, yes or no, or a list of them; "
                f"it is {type(value).__name__}"
            )


def declared_parameters(notebook: Path) -> list[str]:
    """The names that the cell tagged ``parameters`` declares."""
    cells = nbformat.read(notebook, as_version=4).cells
    if not any("parameters" in cell.metadata.get("tags", []) for cell in cells):
        raise UndeclaredParameter(f"{notebook.name} has no cell tagged parameters, so no region could be set")
    return list(papermill.inspect_notebook(_plain_path(notebook)))


def check_executed(executed: nbformat.NotebookNode, name: str, run_mark: str) -> nbformat.NotebookNode:
    """Return the notebook if every code cell ran without error and the last one left the mark; else raise."""
    code = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, start=1):
        if error := next((output for output in cell.outputs if output.output_type == "error"), None):
            raise ChapterFailed(f"{name}: code cell {number} ended with {error.ename}: {_one_line(error.evalue)}")
        if cell.execution_count is None:
            raise ChapterFailed(f"{name}: code cell {number} of {len(code)} was never run; its process ended early")
    if not code or _mark(code[-1]) != run_mark:
        raise ChapterFailed(f"{name}: the last cell did not leave this run's mark, so the chapter is not whole")
    return executed


def _mark(cell: nbformat.NotebookNode) -> str | None:
    blocks = [output.get("data", {}).get(MIME, {}) for output in cell.outputs]
    return next((block.get("run_mark") for block in blocks if block.get("kind") == "mark"), None)


def _execute(
    notebook: Path, executed: Path, parameters: dict[str, object], seconds: float, memory_bytes: int | None
) -> None:
    """Run it; a kernel that did not start is tried once more, nothing else is.

    In a child of a warm process the cells run in a further child of it, elsewhere on the usual kernel.

    The folder goes to the kernel alone: papermill's own ``cwd`` moves the whole process, and with it every other
    chapter that runs beside this one.
    """
    for attempt in (1, 2):
        try:
            with _engine(memory_bytes) as settings:
                papermill.execute_notebook(
                    _plain_path(notebook),
                    _plain_path(executed),
                    parameters=parameters,
                    kernel_name="python3",
                    resources={"metadata": {"path": str(executed.parent)}},
                    progress_bar=False,
                    log_output=False,
                    start_timeout=60,
                    execution_timeout=math.ceil(seconds),
                    autosave_cell_every=0,
                    extra_arguments=["--IPKernelApp.log_level=50"],
                    **settings,
                )
        except RuntimeError as error:
            if attempt == 2 or "before replying" not in str(error):
                raise
            logging.getLogger(__name__).warning("The notebook's process did not start; trying once more")
        else:
            return


@contextmanager
def _engine(memory_bytes: int | None) -> Iterator[dict[str, object]]:
    """Settings of papermill: the warm engine, or the usual one with its sockets in a folder that goes afterwards.

    That folder is open to this user alone. Ports could be reached by anybody on the machine, and clash when kernels
    start side by side.
    """
    if REQUESTS in os.environ:
        yield {"engine_name": "warm", "memory_bytes": memory_bytes}
        return
    settings = Config()
    if os.name != "posix":
        yield {"config": settings}
        return
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        settings.KernelManager.transport = "ipc"
        settings.KernelManager.ip = str(Path(folder) / "kernel")
        yield {"config": settings}


def _plain_path(path: Path) -> str:
    """papermill fills ``{...}`` in paths from the parameters; ours are to be taken as they stand."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _one_line(text: str) -> str:
    return " ".join(str(text).split())[:300]
