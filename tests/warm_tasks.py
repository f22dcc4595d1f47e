"""Tasks that tests give to children of a warm process; each says what it saw on the file that it was given."""

import json
import os
import random
import signal
import time


def tell(options, files):
    import numpy

    seen = {
        "options": options,
        "pid": os.getpid(),
        "leads": os.getsid(0) == os.getpid() == os.getpgid(0),
        "cwd": os.getcwd(),  # noqa: PTH109
        "env": dict(os.environ),
        "random": [random.random(), float(numpy.random.rand())],  # noqa: NPY002
        "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "open": sorted(int(name) for name in os.listdir("/proc/self/fd")),  # noqa: PTH208
    }
    os.write(files[0], json.dumps(seen).encode())
    return options.get("status", 0)


def state(options, files):
    """Whether an earlier child has left something behind in the modules that all share."""
    import random as shared

    seen = getattr(shared, "left_behind", None)
    shared.left_behind = "something"
    os.write(files[0], json.dumps(seen).encode())


def hang(options, files):
    if child := os.fork():
        os.write(files[0], str(child).encode())
    time.sleep(600)


def fail(options, files):
    raise ValueError("on purpose")


def end(options, files):
    os.kill(os.getpid(), signal.SIGKILL)


def eat(options, files):
    try:
        whole = bytearray(options["bytes"])
    except MemoryError:
        return 3
    return len(whole) > options["bytes"]


def ask_in_turn(options, files):
    from helpers.warm import client

    warm = client.from_here()
    if warm is None:
        return 9
    child = warm.fork("warm_tasks:hang", {}, files=files)
    if options.get("wait"):
        time.sleep(600)
    child.wait(0.5)
    child.end()
    return 0


def papermill(options, files):
    """Execute a notebook with one engine and say what was raised."""
    import papermill as pm

    try:
        pm.execute_notebook(
            options["notebook"],
            options["executed"],
            parameters=options.get("parameters", {}),
            engine_name=options["engine"],
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            **options.get("settings", {}),
        )
        raised = ""
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
    os.write(files[0], raised.encode()[:60_000] or b"-")
