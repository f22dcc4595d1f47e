"""A chapter counts only when it can be shown to be whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.batch.runner import (
    ChapterFailed,
    UndeclaredParameter,
    check_executed,
    declared_parameters,
    run_chapter,
)

PARAMETERS = 'region: str = "midlothian"  # id\nwords: list = []  # some\nrun_mark: str = ""  # set by the run'
FINISH = "from helpers.page import blocks\nblocks.finished(run_mark)"


def write(folder: Path, *cells: str, tagged: bool = True) -> Path:
    notebook = new_notebook(cells=[new_markdown_cell("# Title?")])
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    first, *rest = cells
    notebook.cells.append(new_code_cell(first, metadata={"tags": ["parameters"]} if tagged else {}))
    notebook.cells.extend(new_code_cell(source) for source in rest)
    path = folder / "chapter.ipynb"
    nbformat.write(notebook, path)
    return path


def run(path: Path, parameters: dict, seconds: float = 60):
    out = path.parent / "out {x}"
    out.mkdir(exist_ok=True)
    return run_chapter(path, out / "chapter.ipynb", parameters, run_mark="mark-1", seconds=seconds)


def test_a_whole_chapter_runs_with_its_parameters_and_text_stays_text(tmp_path):
    hostile = "__import__('os').remove('x') \" ' \\ {region} ${HOME}"
    path = write(tmp_path, PARAMETERS, "print(repr(region), words)", FINISH)
    done = run(path, {"region": hostile, "words": ["a'b", hostile]})
    printed = next(
        cell.outputs[0].text for cell in done.cells if cell.cell_type == "code" and cell.source.startswith("print")
    )
    assert printed == f"{hostile!r} {['a' + chr(39) + 'b', hostile]}\n"


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"regoin": "flanders"}, "declares no parameter 'regoin'"),
        ({"region": Path("x")}, "region must be text"),
        ({"region": 1.5}, "it is float"),
        ({"words": ["a", ("b",)]}, "words must be text"),
        ({"words": {"a"}}, "it is set"),
    ],
)
def test_parameters_that_do_not_belong_stop_the_run(tmp_path, parameters, says):
    path = write(tmp_path, PARAMETERS, FINISH)
    with pytest.raises(UndeclaredParameter, match=says):
        run(path, parameters)
    assert not (tmp_path / "out {x}" / "chapter.ipynb").exists()


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    path = write(tmp_path, PARAMETERS, FINISH, tagged=False)
    with pytest.raises(UndeclaredParameter, match="no cell tagged parameters"):
        declared_parameters(path)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("raise ValueError('the\\nreason')", "ValueError: the reason"),
        ("import os; os._exit(0)", "process (died|ended)"),
        ("import sys; sys.exit(0)", "SystemExit|never run|ended|mark"),
        ("import time; time.sleep(60)", "longer than 3 seconds"),
        ("run_mark = 'another'", "mark"),
    ],
)
def test_what_ends_early_is_a_named_failure(tmp_path, cell, says):
    path = write(tmp_path, PARAMETERS, cell, FINISH)
    with pytest.raises(ChapterFailed, match=says):
        run(path, {"region": "flanders"}, seconds=3)


def test_two_chapters_side_by_side_do_not_move_each_other(tmp_path):
    """Each runs in its own folder, and the process that runs them stays where it is."""
    here, paths = Path.cwd(), []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(write(tmp_path / name, PARAMETERS, "import os; print(os.getcwd())", FINISH))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda path: run(path, {}), paths))
    printed = [cell.outputs[0].text.strip() for nb in done for cell in nb.cells if "getcwd" in cell.source]
    assert printed == [str(path.parent / "out {x}") for path in paths]
    assert Path.cwd() == here


def test_a_chapter_saved_as_if_complete_but_without_the_mark_does_not_count():
    cell = new_code_cell("1 + 1", execution_count=1)
    with pytest.raises(ChapterFailed, match="mark"):
        check_executed(new_notebook(cells=[cell]), "x.ipynb", "mark-1")
