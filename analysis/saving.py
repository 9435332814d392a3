"""Files that are there whole or not at all, and only for their owner to read; and, in words, why one is not."""

import contextlib
import errno
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from analysis.words import N_, _

KEPT = 60
"""Characters of a file's name that the name it is made under has: with the rest around them no folder finds it too long."""
SETTLED = 600
"""Seconds after which what is half made is nobody's, if its process is not here: it may be another machine's on a shared disk."""
TROUBLES = {
    errno.ENOENT: N_("%(file)s could not be written: the folder is not there. Make it, or name a file in another folder."),
    errno.ENOTDIR: N_("%(file)s could not be written: a part of its path is a file. Name a file in a folder."),
    errno.EISDIR: N_("%(file)s could not be written: it is a folder. Name a file in it."),
    errno.ESPIPE: N_("%(file)s could not be written: it is a pipe or a device. Name a file."),
    errno.ENOSPC: N_("%(file)s could not be written: the disk is full. Make room, or name a file on another disk."),
    errno.EDQUOT: N_("%(file)s could not be written: the disk is full. Make room, or name a file on another disk."),
    errno.EACCES: N_("%(file)s could not be written: you may not write there. Name a file in another folder."),
    errno.EPERM: N_("%(file)s could not be written: you may not write there. Name a file in another folder."),
    errno.EROFS: N_("%(file)s could not be written: you may not write there. Name a file in another folder."),
    errno.ENAMETOOLONG: N_("%(file)s could not be written: the name is too long. Name it shorter."),
}
"""What is wrong, and what helps."""


def put(content: bytes, path: Path) -> None:
    """Write a file that is there whole or not at all; what is no file, such as ``/dev/stdout``, is written to as it is.

    Raises
    ------
    OSError
        It could not be written; ``trouble`` says so in words.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            stream.write(content)
        return
    with making(path) as made:
        made.write_bytes(content)


@contextlib.contextmanager
def making(path: Path) -> Iterator[Path]:
    """An empty file to write to; it gets the name ``path`` when all went well, and after a fault nothing half is left."""
    if path.exists() and not path.is_file():
        number = errno.EISDIR if path.is_dir() else errno.ESPIPE
        raise OSError(number, os.strerror(number), str(path))
    whole = path.resolve()  # a link stays a link
    made = whole.with_name(f".{whole.name[:KEPT]}.{os.getpid()}.part")
    try:
        with contextlib.suppress(OSError):  # a folder that can't be listed may still be written to
            _sweep(whole)
        os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield made
        made.chmod(0o600)  # whoever wrote it may have made it anew
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(whole)
    except BaseException:
        with contextlib.suppress(OSError):
            made.unlink(missing_ok=True)
        raise


def _sweep(whole: Path) -> None:
    """Throw away what a process that was killed has left half made of the same file: it may hold what nobody should read."""
    left = re.compile(rf"\.+{re.escape(whole.name[:KEPT])}\.(\d+)\.part.*")
    for each in whole.parent.iterdir():
        found = left.fullmatch(each.name)
        if found and not _alive(int(found[1])) and time.time() - each.lstat().st_mtime > SETTLED:
            shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def trouble(path: Path, fault: OSError) -> str:
    """Why a file could not be written, and what helps."""
    known = TROUBLES.get(fault.errno or 0)
    if known is None:
        return _("%(file)s could not be written: %(fault)s.") % {"file": path, "fault": fault.strerror or fault}
    return _(known) % {"file": path}
