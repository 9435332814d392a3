"""Tables in files as people have them: CSV in any dialect and XLSX, read with care and written without formulas."""

from panel.sheets.reading import MOST_ROWS, CannotRead, Cell, Sheet, Unreadable, decoded, read, records
from panel.sheets.writing import CSV, XLSX, write

__all__ = [
    "CSV",
    "MOST_ROWS",
    "XLSX",
    "CannotRead",
    "Cell",
    "Sheet",
    "Unreadable",
    "decoded",
    "read",
    "records",
    "write",
]
