"""All tables in one Parquet file, one row per group and answer, for programs that take many such files together."""

from pathlib import Path
from tempfile import TemporaryDirectory

from analysis import snapshot
from analysis.exporters import _about, _disk, _records, _tidy
from analysis.report import Report

name = "Parquet"
mimetype = "application/vnd.apache.parquet"
extension = "parquet"


def write(report: Report) -> bytes:
    """The report's tidy rows; what was weighted, how sure and how much is hidden stands in the file's metadata."""
    frame = _tidy.frame(report)
    for column in _tidy.TEXTS:
        frame[column] = frame[column].map(lambda text: _records.clean(str(text)))
    about = ", ".join(f"{key}: {_quoted(_records.clean(str(value)))}" for key, value in _about.told(report).items())
    with TemporaryDirectory() as folder, _disk.told(), snapshot.connect(threads=1) as database:
        database.register("tidy", frame)
        path = Path(folder) / "tables.parquet"
        database.execute(f"COPY tidy TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{about}}})")
        return path.read_bytes()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
