"""One region's report: ``atlas run`` beside the two commands for each chapter, in one run."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.batch.plan import CHAPTERS

BIN = Path(sys.executable).parent
REGION = "midlothian"


def timed(name: str, commands: list[list[str]]) -> None:
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    print(f"{name:34} {time.perf_counter() - start:6.1f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        executed = [Path(folder) / chapter.notebook.name for chapter in CHAPTERS]
        by_hand = []
        for chapter, out in zip(CHAPTERS, executed, strict=True):
            by_hand.append([f"{BIN}/papermill", str(chapter.notebook), str(out), "-r", "region", REGION])
            by_hand.append([f"{BIN}/jupyter", "nbconvert", "--to", "html", str(out)])
        for jobs in ("2", "1"):
            timed(f"atlas run, {jobs} side by side", [[f"{BIN}/atlas", "run", REGION, "--out", folder, "--jobs", jobs]])
        timed("papermill and nbconvert, by command", by_hand)


if __name__ == "__main__":
    main()
