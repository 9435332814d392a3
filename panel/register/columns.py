"""The columns of a register file: what each may be called, and how what stands in a cell is understood or refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.words import N_, _
from panel import addresses
from panel.agegroups import YOUNGEST
from panel.sheets import Cell, Unreadable
from surveys.refusals import Refusal

OLDEST = 120
LONGEST_ADDRESS = 300
MOBILE = re.compile(r"(?:0|\+46|0046)(7[02369]\d{7})")
"""A Swedish mobile number without spaces: the plan of numbers knows no other."""
EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:se|nu|com|net|org)")
"""Addresses so plain that nothing more need be asked about them."""

GENDERS = {
    "kvinna": "woman", "k": "woman", "woman": "woman", "female": "woman", "f": "woman",
    "man": "man", "m": "man", "male": "man",
    "annat": "other", "annan": "other", "icke-binär": "other", "other": "other", "non-binary": "other",
    "vill inte uppge": "undisclosed", "vill ej uppge": "undisclosed", "uppger inte": "undisclosed",
    "ej uppgivet": "undisclosed", "undisclosed": "undisclosed", "prefer not to say": "undisclosed",
}  # fmt: skip
CHANNELS = {
    "e-post": "email", "epost": "email", "mejl": "email", "mail": "email", "email": "email", "e-mail": "email",
    "sms": "sms", "mobil": "sms", "text": "sms", "brev": "letter", "post": "letter", "letter": "letter",
}  # fmt: skip
LANGUAGES = {
    "svenska": "sv", "swedish": "sv", "engelska": "en", "english": "en", "lättläst": "sv-simple",
    "lätt svenska": "sv-simple", "sydsamiska": "sma", "south sami": "sma", "åarjelsaemien": "sma",
}  # fmt: skip
RECRUITED = {
    "slump": "random", "slumpmässigt": "random", "slumpurval": "random", "urval": "random", "random": "random",
    "självvald": "self_chosen", "självvalt": "self_chosen", "egen anmälan": "self_chosen",
    "self_chosen": "self_chosen", "self-chosen": "self_chosen", "self chosen": "self_chosen",
}  # fmt: skip
YES, NO = {"ja", "j", "yes", "y", "1", "x", "sant", "true"}, {"nej", "n", "no", "0", "falskt", "false"}


@dataclass(frozen=True)
class Known:
    """What cells may name: districts by name and code in lower case, the languages offered, and the year it is."""

    districts: Mapping[str, str]
    languages: tuple[str, ...]
    year: int


@dataclass(frozen=True)
class Column:
    """A column: the name of what it fills, what it may be called, how a cell is read, and whether it must be filled."""

    name: str
    heads: tuple[str, ...]
    read: Callable[[str, Known], Any]
    missing: str = ""
    """What is said of an empty cell; empty where a cell may be empty."""


def text(cell: Cell) -> str:
    """What stands in a cell, as text; refused where it can't be taken as it stands."""
    if isinstance(cell, Unreadable):
        raise Refusal(cell.reason)
    if isinstance(cell, date):
        raise Refusal(_("The cell holds a date. Format it as text or number and write it again."))
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    found = "" if cell is None else " ".join(str(cell).split())
    return found[1:] if found[:1] == "'" and found[1:2] in "=+-@" else found


def _email(written: str, known: Known) -> str:
    plain = written.lower()
    if len(plain) <= 64 and EMAIL.fullmatch(plain):
        return plain
    return addresses.email(written)


def _mobile(written: str, known: Known) -> str:
    """A number as people or Excel write it: Excel drops the nought in front, or the plus."""
    plain = re.sub(r"[\s()/.\u2010-\u2015-]", "", written.removesuffix(",0"))
    if re.search(r"\de\+?\d", written, re.IGNORECASE):
        raise Refusal(_("Excel has shortened the number. Format the column as text and write the number again."))
    if re.fullmatch(r"7\d{8}", plain):
        plain = "0" + plain
    elif re.fullmatch(r"467\d{8}", plain):
        plain = "+" + plain
    if found := MOBILE.fullmatch(plain):
        return "+46" + found[1]
    return addresses.mobile(plain if plain.startswith(("0", "+")) else written)


def _birth_year(written: str, known: Known) -> int:
    plain = re.sub(r"[.,]0+$", "", written)
    if re.fullmatch(r"(\d{2})?\d{6}[-+]?(\d{4}|[Tt]\w{3})", plain):
        raise Refusal(_("This looks like a personal identity number. Take it away and write the year only."))
    if re.fullmatch(r"\d{4}-\d\d?-\d\d?", plain):
        raise Refusal(_("This is a date. Write the year only, such as 1987."))
    if not re.fullmatch(r"\d{4}", plain, re.ASCII):
        raise Refusal(_("“%(text)s” is no year of birth. Write four digits, such as 1987.") % {"text": _cut(written)})
    year = int(plain)
    if year > known.year:
        raise Refusal(_("The year of birth lies in the future."))
    if year > known.year - YOUNGEST:
        raise Refusal(_("Younger than %(age)s: nobody joins before the year they turn %(age)s.") % {"age": YOUNGEST})
    if year < known.year - OLDEST:
        raise Refusal(_("“%(text)s” is no year of birth. Write four digits, such as 1987.") % {"text": plain})
    return year


def _district(written: str, known: Known) -> str:
    found = known.districts.get(written.casefold())
    if found is None:
        raise Refusal(_("There is no district “%(text)s” under Settings.") % {"text": _cut(written)})
    return found


def _one_of(words: Mapping[str, str], refused: str) -> Callable[[str, Known], str]:
    def read(written: str, known: Known) -> str:
        try:
            return words[written.casefold()]
        except KeyError:
            raise Refusal(_(refused) % {"text": _cut(written)}) from None

    return read


def _language(written: str, known: Known) -> str:
    code = LANGUAGES.get(written.casefold(), written.casefold())
    if code not in known.languages:
        offered = ", ".join(known.languages)
        message = _("The language “%(text)s” is not offered. Those offered are: %(offered)s.")
        raise Refusal(message % {"text": _cut(written), "offered": offered})
    return code


def _address(written: str, known: Known) -> str:
    if len(written) > LONGEST_ADDRESS:
        raise Refusal(_("The address is longer than %(most)s characters.") % {"most": LONGEST_ADDRESS})
    return written


def _yes(written: str, known: Known) -> bool:
    answer = written.casefold()
    if answer not in YES | NO:
        raise Refusal(_("“%(text)s” is neither yes nor no.") % {"text": _cut(written)})
    return answer in YES


def _cut(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"


COLUMNS = (
    Column("email", ("e-post", "e-postadress", "mejl", "mejladress", "email", "e-mail", "email address"), _email),
    Column("mobile", ("mobil", "mobilnummer", "mobiltelefon", "telefon", "mobile", "mobile number", "phone"), _mobile),
    Column("birth_year", ("födelseår", "född", "födelse år", "birth year", "year of birth", "born"), _birth_year,
           N_("The year of birth is missing.")),
    Column("gender", ("kön", "gender", "sex"),
           _one_of(GENDERS, N_("“%(text)s” is no gender known here. Write kvinna, man, annat or vill inte uppge.")),
           N_("The gender is missing. Write kvinna, man, annat or vill inte uppge.")),
    Column("district", ("kommundel", "stadsdel", "district"), _district, N_("The district is missing.")),
    Column("language", ("språk", "language"), _language),
    Column("channel", ("kanal", "channel"),
           _one_of(CHANNELS, N_("“%(text)s” is no channel known here. Write e-post, sms or brev."))),
    Column("address", ("adress", "postadress", "address", "postal address"), _address),
    Column("protected", ("skyddad identitet", "skyddad", "skyddade personuppgifter", "protected", "protected identity"),
           _yes),
    Column("recruited", ("rekrytering", "rekryterad", "recruited", "recruitment"),
           _one_of(RECRUITED, N_("“%(text)s” is no way to be recruited. Write slump or egen anmälan."))),
)  # fmt: skip
HEADS = {column.name: column.heads[0] for column in COLUMNS}
"""What each column is called in a file of ours."""


def key(head: str) -> str:
    """A heading without what people write differently: case, spaces, hyphens."""
    return re.sub(r"[\W_]+", "", head.casefold())


_BY_HEAD = {key(head): column for column in COLUMNS for head in column.heads}


def called(head: object) -> Column | None:
    """The column that goes by this heading."""
    return _BY_HEAD.get(key(head)) if isinstance(head, str) else None
