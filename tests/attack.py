"""An attack on the secrecy of answers, by somebody with every table, the write-ahead log and backups: who said what?

What is stolen is first told as a history of commits (`Commit`): SQLite's log is replayed commit by commit, PostgreSQL's
is read by ``pg_waldump``. `candidates` then narrows down, for each response, who may have given it.
"""

import re
import sqlite3
import struct
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests import postgres


@dataclass
class Commit:
    """What one transaction did, in the order of the log."""

    marked: list[str] = field(default_factory=list)
    """Invitations that became answered."""
    staged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Envelopes that came, and went."""
    stored: list[str] = field(default_factory=list)
    """Responses that came, in the order they lie in the table or the log."""


class Stolen(NamedTuple):
    """All there is to steal but the keys: the history, and what invitations and responses tell of themselves."""

    history: list[Commit]
    band_of_invitation: dict[str, tuple[str, str]]
    band_of_response: dict[str, tuple[str, str]]
    size_of_envelope: dict[str, int]
    size_of_response: dict[str, int]


def candidates(stolen: Stolen) -> dict[str, list[str]]:
    """For each response, the invitations that may be behind it, in the order they were answered."""
    whose = _owners(stolen.history)
    found: dict[str, list[str]] = {}
    since: list[str] = []
    for at, commit in enumerate(stolen.history):
        since += commit.marked
        if not commit.stored:
            continue
        removed = next((later.removed for later in stolen.history[at:] if later.removed), [])
        pool = commit.marked or [whose[envelope] for envelope in removed] or since
        size = {whose[envelope]: stolen.size_of_envelope[envelope] for envelope in removed}
        for response in commit.stored:
            found[response] = [
                invitation
                for invitation in pool
                if stolen.band_of_invitation[invitation] == stolen.band_of_response[response]
                and size.get(invitation, 10**9) >= stolen.size_of_response[response]
            ]
        since = []
    return found


def _owners(history: list[Commit]) -> dict[str, str]:
    """Whose envelope is whose: the mark and the envelope came in one transaction."""
    return {
        envelope: invitation
        for commit in history
        for envelope, invitation in zip(commit.staged, commit.marked, strict=False)
    }


def expected_share(found: Mapping[str, list[str]], truth: Mapping[str, str]) -> float:
    """The share of responses that guessing among the candidates links rightly, on average; the truth is among them."""
    assert all(truth[response] in people for response, people in found.items()), "the attack is not sound"
    return sum(1 / len(people) for people in found.values()) / len(truth)


def share_by_order(stolen: Stolen, found: Mapping[str, list[str]], truth: Mapping[str, str]) -> float:
    """The share linked by taking the n-th response of a batch and band to be the n-th person who answered in it."""
    place = {key: n for n, key in enumerate(key for commit in stolen.history for key in commit.marked)}
    hits = 0
    for commit in stolen.history:
        ranks: dict[tuple[str, str], int] = {}
        for response in commit.stored:
            band = stolen.band_of_response[response]
            people = sorted(found[response], key=place.__getitem__)
            hits += people[ranks.setdefault(band, 0) % len(people)] == truth[response]
            ranks[band] += 1
    return hits / len(truth)


# SQLite: the log, commit by commit


def steal_sqlite(steps: Iterable[tuple[int, int]], work: Path, answers: Path) -> Stolen:
    """From the two files and their logs; ``steps`` are the sizes of both logs after each thing that happened."""
    commits = {path: list(_replayed(path)) for path in {work, answers}}
    history: list[Commit] = []
    done = dict.fromkeys(commits, 0)
    seen = _Seen()
    for sizes in steps:
        new: list[Commit] = []
        for path, size in zip((work, answers), sizes, strict=True):
            while done[path] < len(commits[path]) and commits[path][done[path]][0] <= size:
                new.append(seen.compare(commits[path][done[path]][1]))
                done[path] += 1
        new = [commit for commit in new if commit.marked or commit.staged or commit.removed or commit.stored]
        history += sorted(new, key=lambda commit: bool(commit.removed))  # a batch is stored before its envelopes go
    bands, sizes = seen.bands, seen.sizes
    return Stolen(history, bands["invitation"], bands["response"], sizes["envelope"], sizes["response"])


def log_sizes(work: Path, answers: Path) -> tuple[int, int]:
    """How long both logs are now."""
    return Path(f"{work}-wal").stat().st_size, Path(f"{answers}-wal").stat().st_size


QUERIES = {
    "invitation": "SELECT key, band_age_group, band_district, 0 FROM invitation WHERE state = 'answered'",
    "envelope": "SELECT id, '', '', length(sealed) FROM envelope ORDER BY rowid",
    "response": "SELECT id, age_group, district, length(answers) FROM response",
}


class _Seen:
    """What was there at the commit before."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {name: [] for name in QUERIES}
        self.bands: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in QUERIES}
        self.sizes: dict[str, dict[str, int]] = {name: {} for name in QUERIES}

    def compare(self, image: bytes) -> Commit:
        """What is new in this state of a file, and what is gone."""
        new: dict[str, list[str]] = {name: [] for name in QUERIES}
        gone: list[str] = []
        database = sqlite3.connect(":memory:")
        database.deserialize(image)
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for name, query in QUERIES.items():
            if name in there:
                rows = database.execute(query).fetchall()
                known, now = set(self.rows[name]), {row[0] for row in rows}
                new[name] = [row[0] for row in rows if row[0] not in known]
                gone += [key for key in self.rows[name] if key not in now] if name == "envelope" else []
                self.rows[name] = [row[0] for row in rows]
                self.bands[name] |= {row[0]: (row[1], row[2]) for row in rows}
                self.sizes[name] |= {row[0]: row[3] for row in rows}
        database.close()
        return Commit(new["invitation"], new["envelope"], gone, _as_written(new["response"], image))


def _as_written(keys: list[str], image: bytes) -> list[str]:
    """In the order they were put into their pages, which fill from the end, whatever order the table shows them in."""
    size = struct.unpack(">H", image[16:18])[0]
    place = {key: image.find(key.encode()) for key in keys}
    return sorted(keys, key=lambda key: (place[key] // size, -place[key]))


def _replayed(path: Path) -> Iterator[tuple[int, bytes]]:
    """Where each commit ends in the log, and the file as it was then."""
    image, log = bytearray(path.read_bytes()), Path(f"{path}-wal").read_bytes()
    size: int = struct.unpack(">I", log[8:12])[0]
    salts = log[16:24]
    for start in range(32, len(log), 24 + size):
        frame = log[start : start + 24 + size]
        page, pages_after = struct.unpack(">II", frame[:8])
        if len(frame) < 24 + size or frame[8:16] != salts:
            return
        image[:] = image.ljust(page * size, b"\0")
        image[(page - 1) * size : page * size] = frame[24:]
        if pages_after:
            whole = image[: pages_after * size]
            whole[18:20] = b"\1\1"  # read it as a file without a log
            yield start + len(frame), bytes(whole)


# PostgreSQL: the log through pg_waldump, rows by where they lie

RECORD = re.compile(r"rmgr: (\w+) .*tx: +(\d+), .*desc: (\w+)(.*)")
BLOCK = re.compile(r"blkref #0: rel \d+/\d+/(\d+)(?: fork main)? blk (\d+)")


def steal_postgresql(connection: Any, start: str, schemas: tuple[str, str] = ("public", "answers")) -> Stolen:
    """From the log since ``start`` and the tables with their rows' places, as somebody with the server has them."""
    tables = {"invitation": schemas[0], "envelope": schemas[0], "response": schemas[1]}
    place: dict[str, dict[tuple[int, int], str]] = {name: {} for name in tables}
    bands: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in tables}
    sizes: dict[str, dict[str, int]] = {name: {} for name in tables}
    files: dict[str, str] = {}
    for name, schema in tables.items():
        if not connection.execute(f"SELECT to_regclass('{schema}.{name}')").fetchone()[0]:
            continue
        files[str(connection.execute(f"SELECT pg_relation_filenode('{schema}.{name}')").fetchone()[0])] = name
        columns = {"invitation": "key, band_age_group, band_district, 0", "envelope": "id, '', '', length(sealed)",
                   "response": "id, age_group, district, length(answers::text)"}[name]  # fmt: skip
        for ctid, key, *band, size in connection.execute(f"SELECT ctid::text, {columns} FROM {schema}.{name}"):
            block, offset = ctid.strip("()").split(",")
            place[name][int(block), int(offset)] = key
            bands[name][key], sizes[name][key] = (band[0], band[1]), size
    history = _told(_records(connection, start), files, place, sizes["envelope"])
    return Stolen(history, bands["invitation"], bands["response"], sizes["envelope"], sizes["response"])


class _Record(NamedTuple):
    transaction: str
    verb: str
    file: str
    at: tuple[int, int]


def _records(connection: Any, start: str) -> list[_Record]:
    where = "SELECT pg_current_wal_flush_lsn()::text, current_setting('data_directory')"
    end, folder = connection.execute(where).fetchone()
    command = [str(postgres.programs() / "pg_waldump"), "-p", f"{folder}/pg_wal", "-s", start, "-e", end]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = []
    for line in told.splitlines():
        record = RECORD.search(line)
        if not record:
            continue
        block = BLOCK.search(line)
        offsets = [int(n) for n in re.findall(r"off:? (\d+)", record[4])]
        at = (int(block[2]), offsets[-1]) if block and offsets else (0, 0)
        found.append(_Record(record[2], record[3].split("+")[0], block[1] if block else "", at))
    return found


def _told(
    records: list[_Record], files: dict[str, str], place: dict[str, dict[tuple[int, int], str]], sizes: dict[str, int]
) -> list[Commit]:
    """Records of the log as commits, in the order of commit; envelopes are known by the place and time they came."""
    pending: dict[str, Commit] = {}
    envelope_at: dict[tuple[int, int], str] = {}
    history = []
    for number, record in enumerate(records):
        commit = pending.setdefault(record.transaction, Commit())
        table = files.get(record.file)
        if record.verb == "COMMIT":
            history.append(pending.pop(record.transaction))
        elif table == "invitation" and record.verb in ("UPDATE", "HOT_UPDATE"):
            commit.marked.append(place["invitation"].get(record.at, ""))
        elif table == "response" and record.verb == "INSERT":
            commit.stored.append(place["response"][record.at])
        elif table == "envelope" and record.verb == "INSERT":
            envelope_at[record.at] = f"envelope {number}"
            sizes[envelope_at[record.at]] = 10**9  # all of one size: another test
            commit.staged.append(envelope_at[record.at])
        elif table == "envelope" and record.verb == "DELETE":
            commit.removed.append(envelope_at[record.at])
    return [commit for commit in history if commit.marked or commit.staged or commit.removed or commit.stored]
