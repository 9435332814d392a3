"""Themes as a file: no more than the report to the council may tell of them."""

import csv
import io
from collections.abc import Sequence

from analysis.exporters import harmless
from analysis.words import _
from surveys.coding.values import Told


def saved(told: Sequence[Told]) -> bytes:
    """Themes as CSV for a Swedish Excel: what each is called and is about, how many wrote of it, and the quotes let out."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("The theme's name"), _("What belongs here"), _("Number of answers"), _("Quotes for the report")])
    for each in told:
        count = _("Fewer than five answers") if each.count is None else each.count
        quotes = "\n".join(quote.text for quote in each.quotes)
        writer.writerow([harmless(each.theme.name), harmless(each.theme.description), count, harmless(quotes)])
    return file.getvalue().encode("utf-8-sig")
