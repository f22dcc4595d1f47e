"""Kernels from the warm process beside stock ones, in one run: ready, their whole life, nbval, papermill, Voila.

Each pair is measured in turn, several times, and the median is told; ``limit`` is what no kernel can be faster than.
"""

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import nbformat
from jupyter_client.manager import start_new_kernel

from helpers.reference import paths
from helpers.warm import files, shared

NOTEBOOKS = sorted((paths.project() / "notebooks").glob("*.ipynb"))
STOCK, WARM = "stock", "care-atlas"
SPEC = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
SPEC |= {"display_name": "stock", "metadata": {"supported_encryption": ["curve"]}}
POOL_FILLS_SECONDS = 4.0  # a pause and the loading of the project's modules, on a machine that does other things too
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    print(f"{'':44} {'stock':>8} {'warm':>8} {'ratio':>7}   rounds")
    with surroundings() as folder:
        shared.warm_process()
        with kernel(WARM) as client:
            run(client, "import os")
        time.sleep(POOL_FILLS_SECONDS)
        compare("a kernel ready (the client waits 0.2 s in it)", ready, times=7, pause=POOL_FILLS_SECONDS)
        compare("a kernel restarted", restarted, times=5, pause=POOL_FILLS_SECONDS)
        compare("a kernel's life: ready, imports, chart, end", life, times=5, pause=POOL_FILLS_SECONDS)
        compare("private memory of that kernel, MB", memory, times=3, pause=POOL_FILLS_SECONDS, unit="MB")
        compare("papermill command, one small notebook", lambda name: papermill(name, folder), times=3)
        compare(f"nbval over {len(NOTEBOOKS)} notebooks, the whole command", nbval, times=2)
        compare("  of it what is not in the chapters' own code", beside_the_cells, times=2, pause=POOL_FILLS_SECONDS)
        if shutil.which("voila") or (Path(sys.executable).parent / "voila").exists():
            pause, chapter = POOL_FILLS_SECONDS, NOTEBOOKS[0].stem
            compare(f"Voila: first chart of {chapter}", voila, times=3, pause=pause)
            compare("  with progressive rendering", lambda name: voila(name, progressive=True), times=3, pause=pause)


def compare(what: str, measure: Callable[[str], float], *, times: int, pause: float = 1.0, unit: str = "s") -> None:
    """Measure both kinds in turn and print the medians."""
    found = {STOCK: [], WARM: []}
    for _ in range(times):
        for name, values in found.items():
            time.sleep(pause)
            values.append(measure(name))
    stock, warm = (statistics.median(values) for values in found.values())
    print(f"{what:44} {stock:6.2f} {unit:2}{warm:6.2f} {unit:2}{stock / warm:6.1f}   {times}", flush=True)


def ready(name: str) -> float:
    start = time.perf_counter()
    with kernel(name):
        return time.perf_counter() - start


def restarted(name: str) -> float:
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=60)
    start = time.perf_counter()
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    took = time.perf_counter() - start
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return took


def life(name: str) -> float:
    start = time.perf_counter()
    with kernel(name) as client:
        run(client, setup())
        run(client, "import matplotlib.pyplot as plt; plt.plot([1, 2])")
    return time.perf_counter() - start


def memory(name: str) -> float:
    with kernel(name) as client:
        run(client, setup())
        heard = run(client, "print(open('/proc/self/smaps_rollup').read())")
    lines = [line.split() for line in heard.splitlines() if line.startswith("Private_")]
    return sum(int(line[1]) for line in lines) / 1024


def papermill(name: str, folder: Path) -> float:
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_code_cell(setup()), nbformat.v4.new_code_cell("print(1)")]
    nbformat.write(notebook, folder / "small.ipynb")
    command = [Path(sys.executable).with_name("papermill"), "-k", name, folder / "small.ipynb", folder / "out.ipynb"]
    return seconds(command)


def nbval(name: str) -> float:
    options = ["--nbval-lax", "--nbval-cell-timeout=300", f"--nbval-kernel-name={name}", "-p", "no:cacheprovider"]
    return seconds([sys.executable, "-m", "pytest", "-q", *options, *NOTEBOOKS])


def beside_the_cells(name: str) -> float:
    """What kernels and imports take of all notebooks: everything but the cells after the setup."""
    total = 0.0
    for path in NOTEBOOKS:
        start = time.perf_counter()
        with kernel(name) as client:
            for cell in nbformat.read(path, as_version=4).cells:
                if "setup" in cell.metadata.get("tags", []):
                    run(client, cell.source)
        total += time.perf_counter() - start
        time.sleep(POOL_FILLS_SECONDS if name == WARM else 0)
    return total


def voila(name: str, *, progressive: bool = False) -> float:
    """From asking for the page until a chart is to be seen; the server was up before."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = f"http://127.0.0.1:{port}"
    environment = os.environ | ({} if name == WARM else {"JUPYTER_PATH": ""})
    options = ["--no-browser", f"--port={port}", f"--progressive_rendering={progressive}"]
    command = [sys.executable, "-m", "voila", NOTEBOOKS[0], *options]
    with (
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server,
        sync_playwright() as play,
    ):
        path = next(found for name in BROWSERS if (found := shutil.which(name)))
        page = play.chromium.launch(executable_path=path, args=["--no-sandbox"]).new_page()
        while not answers(where):
            time.sleep(0.1)
        start = time.perf_counter()
        page.goto(where, wait_until="commit")
        page.wait_for_selector("figure svg", timeout=120_000)
        took = time.perf_counter() - start
        server.terminate()
    return took


def answers(where: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return bool(httpx.get(f"{where}/voila/static/none").status_code)
    return False


def seconds(command: list) -> float:
    start = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if ran.returncode:
        sys.exit(ran.stdout + ran.stderr)
    return took


@contextlib.contextmanager
def kernel(name: str) -> Iterator:
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=60)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def run(client, code: str) -> str:
    said = []

    def hear(message: dict) -> None:
        content = message["content"]
        said.append(content.get("text", "") + "\n".join(content.get("traceback", [])))

    status = client.execute_interactive(code, timeout=300, output_hook=hear)["content"]["status"]
    if status != "ok":
        sys.exit("".join(said))
    return "".join(said)


def setup() -> str:
    cells = nbformat.read(NOTEBOOKS[0], as_version=4).cells
    return "\n".join(cell.source for cell in cells if "setup" in cell.metadata.get("tags", []))


@contextlib.contextmanager
def surroundings() -> Iterator[Path]:
    """A warm process of this run's own, and a kernelspec for the stock kernel beside the warm one."""
    folder = Path(tempfile.mkdtemp(prefix="warm"))
    spec = folder / "kernels" / STOCK / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(SPEC))
    (folder / "run").mkdir(mode=0o700)
    os.environ |= {
        "JUPYTER_PATH": f"{files.ROOM / 'jupyter'}{os.pathsep}{folder}",
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "IPYTHONDIR": str(folder / "ipython")}
    try:
        yield folder
    finally:
        shared.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
