"""The folder of private keys: outside every database and backup, and gone when a key has done its work."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nacl.public import PrivateKey

LOCK = ".lock"
HOUR = 3600


class Keyring:
    """Private keys as files that only this user reads, named by their key's id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> tuple[str, bytes]:
        """A new key pair's id and public key; the private key is safe on the disk before this returns."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_id, key = secrets.token_hex(16), PrivateKey.generate()
        unfinished = self.folder / f"{key_id}.new"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes(key))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.folder / key_id)
        self._settle()
        return key_id, bytes(key.public_key)

    def holds(self, key_id: str) -> bool:
        """Whether the private key is here."""
        return (self.folder / key_id).is_file()

    def get(self, key_id: str) -> PrivateKey:
        """The private key; `FileNotFoundError` if it is not here."""
        return PrivateKey((self.folder / key_id).read_bytes())

    def old(self) -> set[str]:
        """Names of files that have been here for an hour: a younger one may be on its way into an epoch."""
        limit = time.time() - HOUR
        return {path.name for path in self.folder.iterdir() if path.name != LOCK and path.stat().st_mtime < limit}

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove a private key; what it sealed can't be opened by anyone from here on."""
        try:
            with (self.folder / key_id).open("r+b") as file:
                file.write(secrets.token_bytes(PrivateKey.SIZE))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return
        (self.folder / key_id).unlink()
        self._settle()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether no other process works with these keys; the hold ends with the block, or with the process."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _settle(self) -> None:
        """Make a change of the folder itself survive a power cut."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
