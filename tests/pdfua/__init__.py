"""The conditions of PDF/UA-1 that a machine can check, by their numbers in the Matterhorn Protocol 1.1 (PDF Association 2021).

The conditions that a text document with tables, lists, links and figures can break are checked here, on the file's own
objects. Each is shown to be caught by `test_documents_pdfua.py`, where a validator of others' making judges as well.
"""

import io

import pikepdf

from tests.pdfua import content, document, fonts, structure
from tests.pdfua.reading import Fault, Read

CONDITIONS = document.CONDITIONS | structure.CONDITIONS | content.CONDITIONS | fonts.CONDITIONS
"""What is a fault, by number; ``BBox``, ``P`` and ``Heads`` are asked for by ISO 32000-1 itself, and ``Row`` by us."""


def faults(pdf: bytes) -> list[Fault]:
    """Every fault that is found, in no order that means anything; none for a file that holds what it promises."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        read = Read(file)
        return [fault for room in (document, structure, content, fonts) for fault in room.check(read)]


def numbers(pdf: bytes) -> set[str]:
    """The numbers of the conditions that a file breaks."""
    return {fault.condition for fault in faults(pdf)}
