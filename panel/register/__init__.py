"""The register of people: import with a trial first, export, list, search."""

from panel.register.columns import HEADS, Known
from panel.register.exporting import Export, export
from panel.register.importing import CannotImport, refused_words, write
from panel.register.listing import PAGE, Wanted, listed, search
from panel.register.pending import keep, kept, throw_away
from panel.register.trying import Fault, Trial, known, refusal, try_out

__all__ = [
    "HEADS",
    "PAGE",
    "CannotImport",
    "Export",
    "Fault",
    "Known",
    "Trial",
    "Wanted",
    "export",
    "keep",
    "kept",
    "known",
    "listed",
    "refusal",
    "refused_words",
    "search",
    "throw_away",
    "try_out",
    "write",
]
