"""Groups of a file of responses against each other."""

from pathlib import Path
from typing import Any

from analysis import comparison
from analysis.cli import tabulating
from analysis.exporters import _records


def write(
    data: Path,
    codebook: Path | None,
    item: str,
    between: str,
    category: str | None,
    adjust: str,
    level: float,
    kind: str,
    **design: Any,
) -> str:
    """Every pair of groups as a row, as CSV or JSON; raises one of ``tabulating.REFUSED`` with the reason."""
    dataset = tabulating.prepared(data, codebook, (between,), **design)
    found = comparison.compare(dataset, item, between, category, adjust, level)
    rows = [{"item": item} | {str(k): _records.value(v) for k, v in row.items()} for row in found.to_dict("records")]
    return tabulating.printed(rows, kind)
