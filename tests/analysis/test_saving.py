"""Files are there whole or not at all, whatever stands at their place."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis import saving


def test_a_file_is_whole_or_as_it_was(tmp_path: Path):
    def break_off() -> None:
        with saving.making(tmp_path / "f") as made:
            made.write_bytes(b"tw")
            raise KeyboardInterrupt

    saving.put(b"one", tmp_path / "f")
    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("f", b"one")]


def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "f")
    saving.put(b"one", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "f").read_bytes() == b"one"


def test_what_listens_at_a_pipe_hears_the_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    heard: list[bytes] = []
    listener = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_bytes()))
    listener.start()
    saving.put(b"one", tmp_path / "pipe")
    listener.join(10)
    assert heard == [b"one"]
    assert (tmp_path / "pipe").is_fifo()


def test_stdout_may_be_named_as_a_file():
    script = "from analysis import saving; from pathlib import Path; saving.put(b'one', Path('/dev/stdout'))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "one"
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.parametrize("name", ["å" * 127, "x" * 255])
def test_a_long_name_that_the_folder_takes_is_taken(tmp_path: Path, name: str):
    saving.put(b"one", tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "said"), [("", "it is a folder"), ("f/g", "a part of its path is a file"), ("x" * 256, "the name is too long")]
)
def test_what_is_wrong_and_what_helps_is_told(tmp_path: Path, name: str, said: str):
    (tmp_path / "f").touch()
    with pytest.raises(OSError, match="Errno") as fault:
        saving.put(b"one", tmp_path / name)
    assert f"{tmp_path / name} could not be written: {said}" in saving.trouble(tmp_path / name, fault.value)


def test_what_a_killed_process_left_is_thrown_away_and_what_others_make_is_not(tmp_path: Path):
    script = "import os, sys; from analysis import saving; from pathlib import Path\n"
    script += "with saving.making(Path(sys.argv[1])) as made: made.write_bytes(b'half'); os.kill(os.getpid(), 9)"
    for name in ("f", "g"):
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name)], check=False)
    (folder := tmp_path / "..f.99999999.part-x").mkdir()
    (alive := tmp_path / f".f.{os.getppid()}.part").touch()
    old = [*tmp_path.iterdir()]
    saving.put(b"one", tmp_path / "f")
    assert len(old) == 4
    assert set(old) <= set(tmp_path.iterdir())
    for each in old:
        os.utime(each, (0, 0))
    saving.put(b"two", tmp_path / "f")
    left = {each.name for each in tmp_path.iterdir()}
    assert {"f", alive.name} < left
    assert folder.name not in left
    assert len([name for name in left if name.startswith(".g.")]) == 1
    assert len(left) == 3
