"""Kernels from the warm process: they are what stock kernels are, at once; each is alone and ends with its client."""

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
import uuid
from pathlib import Path

import httpx
import nbformat
import pytest
import websocket
from jupyter_client.manager import KernelManager

from helpers.warm import files, shared
from helpers.warm.messages import NotServed

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux alone"),
    pytest.mark.xdist_group("warm kernels"),
]
SPECS = files.ROOM / "jupyter"
STOCK = {"argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
STOCK |= {"display_name": "stock", "metadata": {"supported_encryption": ["curve"]}}
IS_WARM = "import os; assert os.getppid() != int(os.environ['JPY_PARENT_PID'])"


@pytest.fixture(scope="module")
def surroundings():
    """A warm process of these tests' own; its path is short, as those of sockets must be."""
    folder = Path(tempfile.mkdtemp(prefix="warm"))
    (folder / "kernels" / "stock").mkdir(parents=True)
    (folder / "kernels" / "stock" / "kernel.json").write_text(json.dumps(STOCK))
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", f"{SPECS}{os.pathsep}{folder}")
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv(shared.MINUTES, "2")
        yield folder
        shared.stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def kernel(name="care-atlas", **start):
    manager = KernelManager(kernel_name=name)
    manager.start_kernel(**start)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def messages(client, code):
    heard = []
    client.execute_interactive(code, timeout=60, output_hook=lambda message: heard.append(message))
    return heard


def text(client, code):
    """What a cell prints; the traceback where it fails."""
    contents = [message["content"] for message in messages(client, textwrap.dedent(code))]
    return "".join(said.get("text", "") + "\n".join(said.get("traceback", [])) for said in contents)


def is_alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def becomes(true, seconds=10.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


FACTS = """
    import comm, gc, json, locale, logging, multiprocessing, os, resource, signal, sys, tempfile, threading, __main__
    import ipywidgets, matplotlib
    shell, facts = get_ipython(), {}
    facts["path"], facts["argv"], facts["command"] = sys.path, sys.argv[:-1], sys.orig_argv[:-1]
    facts["executable"] = sys.executable, sys.prefix, sys.base_prefix, str(sys.flags)
    facts["main"] = [str(getattr(__main__, name, None)) for name in ("__name__", "__file__", "__spec__", "__doc__")]
    facts["main is the user's"] = sys.modules["__main__"] is shell.user_module
    facts["folder"], facts["temporary"] = os.getcwd(), tempfile.gettempdir()
    facts["environment"] = dict(os.environ)
    facts["signals"] = [str(signal.getsignal(number)) for number in range(1, 32) if number not in (9, 19)]
    facts["umask"] = os.umask(0)
    os.umask(facts["umask"])
    limits = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT")]
    facts["limits"] = [resource.getrlimit(number) for number in limits]
    facts["priority"] = os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0))
    facts["leads"] = os.getpid() == os.getpgid(0) == os.getsid(0)
    facts["threads"] = sorted(thread.name.partition("-")[0] for thread in threading.enumerate())
    facts["open files"] = len(os.listdir("/proc/self/fd"))
    facts["streams"] = [str(sys.__stdin__), str(sys.__stdout__), sys.__stdout__.line_buffering, str(type(sys.stdout))]
    facts["input"] = repr(os.read(0, 1))
    facts["language"] = locale.getpreferredencoding(), locale.setlocale(locale.LC_ALL)
    facts["interpreter"] = sys.getrecursionlimit(), gc.get_threshold(), multiprocessing.get_start_method()
    facts["shell"] = type(shell).__name__, type(shell.parent.parent).__name__, shell.ipython_dir, shell.profile
    facts["names"], facts["extensions"] = sorted(shell.user_ns), sorted(shell.extension_manager.loaded)
    facts["logging"] = logging.getLogger().level, len(logging.getLogger().handlers)
    facts["matplotlib"] = {name: str(value) for name, value in matplotlib.rcParams.items()}
    facts["comms"] = sorted(comm.get_comm_manager().targets)
    facts["events"] = {name: len(calls) for name, calls in shell.events.callbacks.items()}
    facts["formats"] = {k: sorted(map(str, f.type_printers)) for k, f in shell.display_formatter.formatters.items()}
    print(json.dumps(facts, default=str))
"""


def test_a_warm_kernel_is_what_a_stock_one_is(surroundings, tmp_path):
    found = {}
    for name in ("stock", "care-atlas"):
        with kernel(name, cwd=str(tmp_path)) as (_, client):
            found[name] = json.loads(text(client, FACTS))
    opened = [found[name].pop("open files") for name in ("stock", "care-atlas")]
    assert opened[1] <= opened[0] + 4  # the history's journal comes and goes
    assert found["care-atlas"] == found["stock"]
    assert found["stock"]["folder"] == str(tmp_path)


def test_the_projects_modules_and_libraries_are_there_before_the_first_cell(surroundings):
    with kernel() as (manager, client):
        loaded = text(client, "import sys; print(sorted({'helpers.scoring.maturity', 'pandas'} & set(sys.modules)))")
        assert loaded == "['helpers.scoring.maturity', 'pandas']\n"
        assert text(client, IS_WARM) == ""
        assert manager.provisioner.process.poll() is None


def test_no_kernel_sees_anything_of_another(surroundings, monkeypatch):
    draws = "import os, random, numpy, uuid; print(random.random(), numpy.random.random(), uuid.uuid4())"
    with kernel() as (_, first), monkeypatch.context() as patch:
        patch.setenv("OF_THE_SECOND", "1")
        with kernel() as (_, second):
            assert not set(text(first, draws).split()) & set(text(second, draws).split())
            text(first, "import pandas; pandas.marked = os.environ['MARKED'] = 'yes'")
            assert (
                text(second, "import pandas; print(hasattr(pandas, 'marked'), 'MARKED' in os.environ)")
                == "False False\n"
            )
            assert text(second, "print(os.environ['OF_THE_SECOND'])") == "1\n"
            assert text(first, "print(os.environ.get('OF_THE_SECOND'))") == "None\n"
    with kernel() as (_, third):
        assert (
            text(third, "import os, pandas; print(hasattr(pandas, 'marked'), 'MARKED' in os.environ)")
            == "False False\n"
        )


def test_charts_and_widgets_reach_the_client(surroundings):
    with kernel() as (_, client):
        drawn = messages(client, "import matplotlib.pyplot as plt; _ = plt.plot([1, 2])")
        assert [m["content"]["data"].keys() & {"image/png"} for m in drawn if m["msg_type"] == "display_data"] == [
            {"image/png"}
        ]
        opened = messages(client, "import ipywidgets; ipywidgets.IntSlider(3)")
        targets = {m["content"]["target_name"] for m in opened if m["msg_type"] == "comm_open"}
        assert targets == {"jupyter.widget"}


def test_an_interrupt_ends_the_cell_and_not_the_kernel(surroundings):
    with kernel() as (manager, client):
        client.execute("import time; time.sleep(60)")
        time.sleep(0.3)
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=10)["content"]["ename"] == "KeyboardInterrupt"
        time.sleep(0.3)  # ipykernel drops what is asked in the moment of an error, warm or not
        assert text(client, "print(1 + 1)") == "2\n"


def test_a_restart_keeps_the_connection_and_forgets_the_rest(surroundings):
    with kernel() as (manager, client):
        pid = int(text(client, "import os; kept = 1; print(os.getpid())"))
        manager.restart_kernel(now=False)
        client.wait_for_ready(timeout=60)
        assert text(client, "print('kept' in dir())") == "False\n"
        assert text(client, IS_WARM) == ""
        assert not is_alive(pid)


@pytest.mark.parametrize(
    ("code", "status"), [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", -9), ("os.abort()", -signal.SIGABRT)]
)
def test_the_exit_status_of_a_dead_kernel_is_its_own(surroundings, code, status):
    with kernel() as (manager, client):
        client.execute(f"import os; {code}")
        assert becomes(lambda: manager.provisioner.process.poll() is not None)
        assert manager.provisioner.process.poll() == status


def test_a_kernel_that_is_shut_down_runs_what_was_to_be_run_at_its_end(surroundings, tmp_path):
    with kernel() as (manager, client):
        text(client, f"import pathlib; left = pathlib.Path({str(tmp_path / 'left.txt')!r})")
        text(client, "import atexit; _ = atexit.register(left.write_text, 'done')")
        pid = int(text(client, "import os; print(os.getpid())"))
        process = manager.provisioner.process
        manager.shutdown_kernel(now=False)
        assert process.poll() == 0
        assert not is_alive(pid)
    assert (tmp_path / "left.txt").read_text() == "done"


CLIENT = """
    import time
    from jupyter_client.manager import start_new_kernel
    manager, client = start_new_kernel(kernel_name="care-atlas")
    client.execute("import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)")
    print(manager.provisioner.pid, flush=True)
    time.sleep(60)
"""


def test_a_kernel_and_what_it_started_end_when_its_client_is_killed(surroundings):
    program = [sys.executable, "-c", textwrap.dedent(CLIENT)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as client:
        pid = int(client.stdout.readline())
        assert becomes(lambda: children_of(pid))
        started = children_of(pid)
        client.kill()
    assert becomes(lambda: not any(is_alive(process) for process in [pid, *started]))


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_kernel_never_runs_code_that_is_not_on_the_disk_any_more(surroundings, tmp_path):
    copy = tmp_path / "helpers"
    shutil.copytree(files.PROJECT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    edited = copy / "reference" / "paths.py"
    program = f"""
        import os, pathlib, signal, sys, time
        from jupyter_client.manager import start_new_kernel
        def kernel():
            manager, client = start_new_kernel(kernel_name="care-atlas")
            heard = []
            client.execute("import os, sys; ready = 'helpers.reference.paths' in sys.modules")
            client.execute("from helpers.reference import paths; edited = hasattr(paths, 'EDITED')")
            client.execute_interactive(
                "print(ready, paths.__file__, edited, os.getppid())",
                output_hook=lambda message: heard.append(message["content"].get("text", "")),
            )
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            return "".join(heard).split()
        first = kernel()
        edited = pathlib.Path({str(edited)!r})
        edited.write_text(edited.read_text() + "EDITED = 5\\n")
        second = kernel()
        time.sleep(2.5)
        third = kernel()
        print(first[:3], second[:3], third[:3], sep="\\n")
        os.kill(int(third[3]), signal.SIGKILL)
    """
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env=environment, capture_output=True, text=True, check=False
    )
    file = str(edited)
    seen = [["True", file, "False"], ["False", file, "True"], ["True", file, "True"]]  # ready before, then edited
    assert ran.stdout.splitlines() == [str(kernel) for kernel in seen], ran.stderr


def test_a_kernel_starts_as_usual_where_there_is_no_warm_process(surroundings, monkeypatch):
    monkeypatch.setenv("CARE_ATLAS_START", "spawn")
    with kernel() as (manager, client):
        assert "AssertionError" in text(client, IS_WARM)
        assert isinstance(manager.provisioner.process, subprocess.Popen)


def test_a_kernel_with_what_only_a_new_process_can_have_is_a_new_process(surroundings):
    with kernel(env=os.environ | {"PYTHONHASHSEED": "0"}) as (_, client):
        assert "AssertionError" in text(client, IS_WARM)
        assert text(client, "import sys; print(sys.flags.hash_randomization)") == "0\n"


def test_nobody_else_can_reach_the_warm_process(surroundings):
    at = shared.address()
    assert stat.S_IMODE(at.stat().st_mode) == 0o600
    assert stat.S_IMODE(at.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_can_enter_is_not_used(surroundings, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "care-atlas").mkdir(mode=0o755)
    with pytest.raises(NotServed, match="not a folder of this user alone"):
        shared.address()
    assert shared.warm_process() is None
    (tmp_path / "care-atlas").rmdir()
    (tmp_path / "care-atlas").symlink_to(surroundings / "run" / "care-atlas")
    with pytest.raises(NotServed, match="not a folder of this user alone"):
        shared.address()


def test_a_process_with_threads_does_not_serve_and_is_not_tried_again(surroundings, tmp_path):
    (tmp_path / "busy.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[5], daemon=True).start()\n"
    )
    program = "from helpers.warm import pool; import pathlib, sys; s = pool.Settings(modules=['busy'])"
    program += "; sys.exit(pool.main(s, pathlib.Path('at.sock')))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert ran.returncode == 71
    assert (tmp_path / "at.refused").read_text() == "a warm process has 2 threads and will not fork"
    with pytest.raises(NotServed, match="has 2 threads"):
        shared.check_served(tmp_path / "at.sock")


def test_the_warm_process_ends_when_nobody_asks_any_more(surroundings, monkeypatch):
    monkeypatch.setenv(shared.MINUTES, "0.02")
    with kernel() as (_, client):
        warm = int(text(client, "import os; print(os.getppid())"))
        time.sleep(1.5)
        assert is_alive(warm), "it must not end while a kernel of it lives"
    assert becomes(lambda: not is_alive(warm))


def test_it_can_be_told_to_end_and_takes_everything_with_it(surroundings, monkeypatch):
    monkeypatch.setenv(shared.KERNELS, "1")
    with kernel() as (_, client):
        text(client, "import subprocess; started = subprocess.Popen(['sleep', '60'])")
        pids = text(client, "import os; print(os.getppid(), os.getpid(), started.pid)").split()
        shared.stop()
        assert becomes(lambda: not any(is_alive(int(pid)) for pid in pids))


def notebook(folder):
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    )
    made.cells = [nbformat.v4.new_code_cell(source) for source in (IS_WARM, "print('here')")]
    nbformat.write(made, folder / "small.ipynb")
    return folder / "small.ipynb"


def test_nbval_runs_notebooks_in_warm_kernels(surroundings, tmp_path):
    program = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax", notebook(tmp_path)]
    ran = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 passed" in ran.stdout, ran.stdout


def test_papermill_runs_notebooks_in_warm_kernels(surroundings, tmp_path):
    papermill = Path(sys.executable).with_name("papermill")
    program = [papermill, "-k", "care-atlas", notebook(tmp_path), tmp_path / "out.ipynb"]
    ran = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[1].outputs[0].text == "here\n"


@pytest.fixture
def lab(surroundings, tmp_path, monkeypatch):
    """The server behind JupyterLab: its process, its address and a client that may speak to it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    program = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"]
    with subprocess.Popen(program, cwd=tmp_path, stderr=subprocess.DEVNULL) as server:
        told = tmp_path / f"jpserver-{server.pid}.json"
        assert becomes(told.exists, 30)
        info = json.loads(told.read_text())
        with httpx.Client(base_url=info["url"], params={"token": info["token"]}, timeout=60) as asking:
            assert becomes(lambda: is_answered(asking), 30)
            yield server, asking
        server.kill()


def is_answered(asking):
    with contextlib.suppress(httpx.TransportError):
        return asking.get("api").is_success
    return False


def through(line, code):
    """What a cell prints that is sent over the socket of JupyterLab's pages."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
    line.send(
        json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})
    )
    said = ""
    while True:
        heard = json.loads(line.recv())
        if heard["parent_header"].get("msg_id") == header["msg_id"]:
            said += heard["content"].get("text", "")
            if heard["content"].get("execution_state") == "idle":
                return said


def test_jupyterlab_starts_restarts_and_ends_warm_kernels(lab):
    server, asking = lab
    made = asking.post("api/kernels", json={"name": "python3"}).json()["id"]
    where = str(asking.base_url.join(f"api/kernels/{made}/channels")).replace("http", "ws", 1)
    line = websocket.create_connection(f"{where}?token={asking.params['token']}", timeout=30)
    with contextlib.closing(line):
        parent, pid = through(line, "import os; print(os.getppid(), os.getpid())").split()
        assert int(parent) != server.pid
        assert asking.post(f"api/kernels/{made}/restart").is_success
        again, other = through(line, "import os; print(os.getppid(), os.getpid())").split()
        assert again == parent and other != pid and not is_alive(int(pid))
    server.kill()
    assert becomes(lambda: not is_alive(int(other)))
