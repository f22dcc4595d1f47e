"""The warm process: a fresh child for each request, nothing shared between them, and no orphan whoever is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.warm import client, messages

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs sockets that carry files"),
    pytest.mark.xdist_group("warm"),
]
HERE = str(Path(__file__).parent)
ENV = {**os.environ, "PYTHONPATH": HERE}


@pytest.fixture(scope="module", params=["forked", "spawned"])
def warm(request):
    with client.own_warm_process(["json", "numpy"], env=ENV, spawn=request.param == "spawned", workers=1) as warm:
        yield warm


def ask(warm, task, options=None, **settings):
    """What a child said, and how it ended."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            child = warm.fork(f"warm_tasks:{task}", options or {}, files=[theirs.fileno()], **settings)
        status, said = child.wait(60), b""
        while part := ours.recv(1 << 16):
            said += part
    return json.loads(said or b"null"), status


def gone(pid, seconds=5.0):
    """Whether a process has ended, or does within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_a_child_is_told_its_options_folder_and_environment_and_its_status_comes_back(warm, tmp_path):
    seen, status = ask(warm, "tell", {"status": 7, "word": "é"}, cwd=str(tmp_path), env={"ONLY": "this", **ENV})
    assert (status, seen["options"]["word"], seen["cwd"]) == (7, "é", str(tmp_path))
    assert seen["env"]["ONLY"] == "this" and "CARE_ATLAS_WARM_FD" not in seen["env"]
    assert seen["leads"] and seen["interrupt"]


def test_children_share_neither_state_nor_random_numbers_nor_open_files(warm):
    first, second = (ask(warm, "tell")[0] for _ in range(2))
    assert first["pid"] != second["pid"]
    assert all(one != other for one, other in zip(first["random"], second["random"], strict=True))
    assert [ask(warm, "state")[0] for _ in range(2)] == [None, None]
    assert len(first["open"]) <= 6, first["open"]  # the standard three, its line, and the folder being listed


@pytest.mark.parametrize(("task", "status"), [("fail", 1), ("end", -9), ("not_there", 70)])
def test_how_a_child_ended_is_told(warm, task, status):
    assert ask(warm, task)[1] == status


def test_a_child_that_wants_more_memory_than_it_may_have_is_told_so(warm):
    assert ask(warm, "eat", {"bytes": 800_000_000}, memory_bytes=400_000_000)[1] == 3
    assert ask(warm, "eat", {"bytes": 100_000_000}, memory_bytes=400_000_000)[1] == 0


def test_a_child_and_all_that_it_started_end_when_its_client_lets_go(warm):
    ours, theirs = socket.socketpair()
    child = warm.fork("warm_tasks:hang", {}, files=[theirs.fileno()])
    grandchild = int(ours.recv(20))
    assert child.status is None and not gone(child.pid, 0.1)
    child.end()
    assert gone(child.pid) and gone(grandchild)


def test_only_a_child_that_may_can_ask_for_children_in_turn(warm):
    ours, theirs = socket.socketpair()
    child = warm.fork("warm_tasks:ask_in_turn", {}, files=[theirs.fileno()], may_fork=True)
    assert child.wait(60) == 0
    assert gone(int(ours.recv(20)))
    assert warm.fork("warm_tasks:ask_in_turn", {}, files=[theirs.fileno()]).wait(60) == 9


@pytest.mark.parametrize("spawn", [False, True])
def test_when_the_owner_is_killed_everything_ends(spawn):
    """Owner, warm process, child, and the child that this asked for in turn."""
    code = (
        "import socket, sys, time\nfrom helpers.warm import client\n"
        "if __name__ == '__main__':\n"
        f"    with client.own_warm_process([], spawn={spawn}, workers=1) as warm:\n"
        "        ours, theirs = socket.socketpair()\n"
        "        child = warm.fork('warm_tasks:ask_in_turn', {'wait': True}, files=[theirs.fileno()], may_fork=True)\n"
        "        print(child.pid, ours.recv(20).decode(), flush=True)\n"
        "        time.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=ENV)
    child, grandchild = map(int, owner.stdout.readline().split())
    server = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1])
    owner.kill()
    owner.wait()
    assert gone(server) and gone(child) and gone(grandchild)


def test_a_warm_process_that_was_killed_is_said_to_be_gone_and_its_children_with_it():
    with client.own_warm_process([], env=ENV) as warm:
        ours, theirs = socket.socketpair()
        child = warm.fork("warm_tasks:hang", {}, files=[theirs.fileno()])
        grandchild = int(ours.recv(20))
        os.kill(int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
        assert child.wait(5) == -9 and gone(child.pid) and gone(grandchild)
        with pytest.raises(messages.NotServed):
            warm.fork("warm_tasks:tell", {}, files=[theirs.fileno()])


def test_a_library_that_starts_a_thread_turns_forking_into_spawning(tmp_path):
    (tmp_path / "with_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
    )
    env = {**ENV, "PYTHONPATH": f"{HERE}{os.pathsep}{tmp_path}"}
    with client.own_warm_process(["with_thread"], env=env, workers=1) as warm:
        seen, status = ask(warm, "tell")
        parent = Path(f"/proc/{warm.fork('warm_tasks:hang', {}, files=[1]).pid}/cmdline").read_bytes()
    assert status == 0 and seen["leads"]
    assert b"import work" in parent  # a program of its own, not a copy of the process with the thread


def test_a_request_that_is_too_large_is_refused_before_it_is_sent(warm):
    with pytest.raises(messages.NotServed, match="too large"):
        warm.fork("warm_tasks:tell", {"much": "x" * 500_000})
