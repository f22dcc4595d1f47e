"""A forked process becomes a Jupyter kernel: ipykernel as it is, in the surroundings that its client asked for.

Whatever a kernel takes from its start (arguments, streams, folder, environment, limits) is that of the client, and
ipykernel initialises itself then and there; only the modules were loaded before.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import pkgutil
import resource
import signal
import sys
import threading
from importlib import import_module
from typing import Any

TASK = "helpers.warm.kernel:kernel_main"
ROOMS = ("reference", "disclosure", "ingest", "scoring", "charts", "page", "live")
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
set_by_modules: dict[str, str] = {}  # environment variables that the loading of modules left behind
INLINE = "module://matplotlib_inline.backend_inline"


def load_project() -> None:
    """Load what each kernel of this project will load; what cannot be loaded is met again where it is needed."""
    before = dict(os.environ)
    with contextlib.suppress(Exception):
        import_module("ipykernel.debugger")
    for room in ROOMS:
        with contextlib.suppress(Exception):
            package = import_module(f"helpers.{room}")
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                with contextlib.suppress(Exception):
                    import_module(module.name)
    set_by_modules.update(dict(os.environ.items() - before.items()))


def kernel_main(options: dict[str, Any], files: list[int]) -> int:
    """Be a kernel until it is shut down.

    Parameters
    ----------
    options
        ``argv`` (as of a new process: interpreter, ``-m``, module, then what the kernel is told), ``client`` (the
        process that asks), ``own_ports`` (whether the kernel chooses its ports), ``umask``, ``affinity``, ``limits``.
    files
        What is to be standard input, output and error, and where the ports are reported.

    Returns
    -------
    int
        The exit status.
    """
    *streams, report = files
    _take_streams(streams)
    _take_limits(options)
    _take_arguments(options["argv"])
    _serve(options, report)
    threading._shutdown()  # what the interpreter does at its end, which a forked child does not reach
    atexit._run_exitfuncs()
    return 0


def _take_streams(streams: list[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))


def _take_limits(options: dict[str, Any]) -> None:
    os.umask(options["umask"])
    for name in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_IGN)  # as Python has them from its start
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, options["affinity"])
    for number, limits in options["limits"]:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(number, tuple(limits))


def _take_arguments(argv: list[str]) -> None:
    module = importlib.util.find_spec(argv[2])
    sys.argv, sys.orig_argv = [module.origin, *argv[3:]], argv


def _serve(options: dict[str, Any], report: int) -> None:
    from ipykernel import kernelapp

    class IPKernelApp(kernelapp.IPKernelApp):
        """ipykernel's application, which says what ports it serves on."""

        def init_connection_file(self) -> None:
            super().init_connection_file()
            if options["own_ports"]:
                for name in PORTS:
                    setattr(self, name, 0)

        def write_connection_file(self, **_: Any) -> None:
            """Tell the client; the file is the client's."""
            with open(report, "w", encoding="ascii") as file:
                json.dump({name: getattr(self, name) for name in PORTS}, file)

    app = IPKernelApp.instance(parent_handle=options["client"])
    app.initialize()
    _take_up_what_was_loaded_without_a_kernel()
    app.start()


def _take_up_what_was_loaded_without_a_kernel() -> None:
    """What libraries do when they are loaded in a kernel, for those that were loaded before there was one."""
    for name, value in set_by_modules.items():
        os.environ.setdefault(name, value)
    if widgets := sys.modules.get("ipywidgets"):
        widgets.register_comm_target()
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", INLINE)
        sys.modules.pop(
            "matplotlib_inline.backend_inline", None
        )  # loaded again at the first chart, it finds the kernel
