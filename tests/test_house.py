"""The house keeps its walls: imports run downwards, notebooks have one shape, both lists of packages agree."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from helpers.batch.runner import declared_parameters
from helpers.ingest import findings

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "helpers"
MAY_IMPORT = {
    "reference": set(),
    "disclosure": {"reference"},
    "ingest": {"reference", "disclosure"},
    "scoring": {"reference", "disclosure"},
    "charts": {"reference", "scoring"},
    "page": {"reference", "scoring", "charts"},
    "live": {"reference", "scoring", "charts", "page", "ingest"},
    "warm": set(),
    "batch": {"warm", "reference", "ingest", "scoring", "charts", "page", "live"},
    "cli": {"reference", "ingest", "batch"},
}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def rooms_imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    names |= {
        f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module for a in n.names
    }
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("helpers.")} & set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_downwards_only(room):
    files = sorted((SOURCE / room).rglob("*.py"))
    assert files
    for file in files:
        upwards = rooms_imported(file) - MAY_IMPORT[room] - {room}
        assert not upwards, f"{file.relative_to(ROOT)} imports {upwards}"


def test_only_ingest_opens_spreadsheets():
    opened = re.compile(r"load_workbook|read_excel|CalamineWorkbook|open_workbook|read_parquet")
    for file in SOURCE.rglob("*.py"):
        if "ingest" not in file.parts:
            assert not opened.search(file.read_text("utf-8")), file


def test_there_are_notebooks():
    names = ["01_maturity.ipynb", "02_population_needs.ipynb", "05_regions_compared.ipynb", "06_workshop.ipynb"]
    assert [path.name for path in NOTEBOOKS] == names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_notebook_has_one_shape(path):
    notebook = nbformat.read(path, as_version=4)
    headings = [
        cell.source.splitlines()[0]
        for cell in notebook.cells
        if cell.cell_type == "markdown" and cell.source.startswith("#")
    ]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert headings[0].startswith("# ") and headings[0].endswith("?")
    assert headings[1] == "## Data"
    assert headings[-1] == "## Sources and limits"
    assert code[0].metadata["tags"] == ["parameters"]
    assert "finished(run_mark)" in code[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_cells_are_thin_and_committed_without_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 15, cell.source
            assert not re.search(r"^\s*(def|class|try|for|while)\b", cell.source, re.M), cell.source
            assert not cell.outputs and cell.execution_count is None, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_parameters_are_literals_each_with_a_type_and_a_comment(path):
    notebook = nbformat.read(path, as_version=4)
    source = next(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    for line in source.splitlines():
        assert re.fullmatch(r'\w+: (str|bool|int) = ("[^"=]*"|True|False|-?\d+)  # [^=]+', line), line
    assert declared_parameters(path) == re.findall(r"^(\w+):", source, re.M)


def test_environment_yml_and_pyproject_name_the_same_packages():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = set(project["dependencies"]) | set(project["optional-dependencies"]["test"])
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert f"python{project['requires-python']}" in conda
    named = {item for item in conda if not item.startswith(("python>", "pip"))} | {
        item for item in pip if item != "-e ."
    }
    assert named == wanted
    assert "-e ." in pip


def test_the_lock_names_no_address():
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_the_documented_list_of_findings_is_the_list():
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == findings.as_markdown()


def test_every_code_in_the_readers_is_declared_and_every_declared_code_is_used():
    files = [path for path in (SOURCE / "ingest").iterdir() if path.suffix in (".py", ".yaml")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    built = {"quintile-unknown", "sex-unknown"}  # made from the name of the column
    built |= {f"{block}-{fault}" for block in ("consensus", "desired") for fault in ("misspelt", "other-word")}
    unused = [code for code in findings.known_codes() if f'"{code}"' not in text and code not in built]
    assert not unused
