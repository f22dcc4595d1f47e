"""Tasks that misbehave as a hostile file can make a reader misbehave; run in a child by ``test_isolation.py``."""

import ctypes
import gc
import os
import subprocess
import sys
import time
from pathlib import Path


def greet(path, limits, **options):
    return {"path": path, "seconds": limits.seconds, **options}


def look_around(path, limits):
    return {
        "modules": sorted(sys.modules),
        "variables": sorted(os.environ),
        "folder": str(Path.cwd()),
        "path": sys.path,
        "is_isolated": bool(sys.flags.isolated),
        "collects": gc.isenabled(),
    }


def chatter(path, limits):
    print("not JSON")
    os.write(2, b"nor this")
    return {"said": True}


def exit_at_once(path, limits):
    os._exit(3)


def exit_well(path, limits):
    os._exit(0)


def read_nowhere(path, limits):
    ctypes.string_at(0)


def abort(path, limits):
    os.abort()


def stumble(path, limits):
    raise ValueError("a reader's own mistake")


def loop(path, limits):
    while True:
        pass


def sleep(path, limits, pid_file=""):
    if pid_file:
        Path(pid_file).write_text(str(os.getpid()))
    time.sleep(600)


def eat(path, limits):
    eaten = []
    while True:
        eaten.append(bytearray(10_000_000))


def eat_in_crumbs(path, limits):
    eaten = []
    while True:
        eaten.append([len(eaten)])


def leave_a_child(path, limits, then="end"):
    child = subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    Path(path).with_suffix(".pid").write_text(str(child.pid))
    if then == "sleep":
        time.sleep(600)
    return {"child": child.pid}


def table(path, limits, rows=10):
    from helpers.ingest.isolation import columns

    return columns(((f"S{number}", number % 6, None) for number in range(rows)), ["stakeholder", "rating", "role"])
