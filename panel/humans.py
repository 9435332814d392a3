"""Telling a person from a mail scanner: a page reached by a mailed link asks for a choice that no script makes by itself.

Mail scanners open links, run the page's scripts and send its forms, with the values the page came with. So such a
page comes with nothing chosen, and does nothing until "yes" has been chosen (docs/decisions/0004-mail-scanners.md).
"""

from typing import Any

from analysis.words import N_
from surveys.fields import Radios, Required


def human_choice(question: str, yes: str, no: str, missing: str = N_("Choose yes or no before you go on.")) -> Radios:
    """A field with nothing chosen in advance: "yes", and last "no", which does nothing; words marked with ``N_``."""
    return Radios(question, [Required(missing)], choices=[("yes", yes), ("no", no)])


def agreed(field: Any) -> bool:
    """Whether a person has chosen yes; anything else does nothing."""
    return bool(field.data == "yes")
