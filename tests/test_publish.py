"""One run at a time, and a report that is whole or not there."""

import subprocess
import sys

import pytest

from helpers.batch import publish


def test_a_second_run_is_told_who_holds_the_folder(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom helpers.batch import publish\n"
        "with publish.lock(Path(sys.argv[1]), 'first'):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(publish.Locked, match=f"run first, process {holder.pid}"),
            publish.lock(tmp_path, "second"),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()
    with publish.lock(tmp_path, "third"):
        pass  # the lock went with the killed process


@pytest.mark.parametrize("in_one_step", [True, False])
def test_publishing_replaces_the_last_report_and_leaves_no_scraps(tmp_path, in_one_step, monkeypatch):
    if not in_one_step:  # a disk or a system that cannot exchange two folders
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    elif sys.platform != "linux":
        pytest.skip("only Linux exchanges two folders in one step")
    target = tmp_path / "midlothian"
    target.mkdir()
    (target / "index.html").write_text("old")
    (target / "gone.txt").write_text("old")
    built = publish.private_folder(tmp_path, "r1") / "midlothian"
    built.mkdir()
    (built / "index.html").write_text("new")
    publish.publish(built, target)
    publish.recover(tmp_path)
    assert [(p.name, p.read_text()) for p in target.iterdir()] == [("index.html", "new")]
    assert [p.name for p in tmp_path.iterdir()] == ["midlothian"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two folders in one step")
def test_two_folders_change_places_in_one_step(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert publish._exchange(tmp_path / "a", tmp_path / "b")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]
    assert not publish._exchange(tmp_path / "a", tmp_path / "missing")


def test_a_run_killed_between_the_two_renames_gives_the_old_report_back(tmp_path):
    old = tmp_path / ".old-midlothian"
    old.mkdir()
    (old / "index.html").write_text("old")
    (tmp_path / ".run-x" / "midlothian").mkdir(parents=True)
    publish.recover(tmp_path)
    assert (tmp_path / "midlothian" / "index.html").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["midlothian"]


def test_a_record_cut_short_reads_as_none(tmp_path):
    (tmp_path / "run.json").write_text('{"regions": [')
    assert publish.read_json(tmp_path / "run.json") == {}
