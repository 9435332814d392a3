"""Which passwords are taken: long enough and not among the common ones; no rules about what they are made of."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from analysis.words import _

SHORTEST = 12
LONGEST = 200
_LOOKALIKES = str.maketrans("4301578$@!|åäöé", "aeoistbsaiiaaoe")


def faults(password: str, personal: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a password, in words; ``personal`` are words too near at hand, such as the own address."""
    if len(password) < SHORTEST:
        return [_("Write at least %(count)d characters. A few words in a row are easy to remember.") % {"count": SHORTEST}]
    if len(password) > LONGEST:
        return [_("Write at most %(count)d characters.") % {"count": LONGEST}]
    if _is_common(password, personal):
        return [_("That password is too easy to guess. Choose another one, such as four words that don't belong together.")]
    return []


def _is_common(password: str, personal: tuple[str, ...]) -> bool:
    """Whether nothing but common words, names near at hand, digits and repetition are left of the password."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if plain in _common() or len(set(plain)) < 5:
        return True
    near = {_bare(word) for word in personal if len(word) > 3}
    bare = _bare(plain)
    return (
        bare in near
        or bare in _bare_common()
        or (len(plain) < 20 and not any(sign.isalpha() for sign in plain))
        or _halves_agree(plain)
    )


def _bare(text: str) -> str:
    """A text without the digits and signs at its ends, its look-alikes made letters: P4ssw0rd!2026 is "password"."""
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text.casefold())
    return re.sub(r"[^a-z]", "", inner.translate(_LOOKALIKES))


def _halves_agree(text: str) -> bool:
    return any(text == text[:n] * (len(text) // n) for n in range(1, len(text) // 2 + 1) if len(text) % n == 0)


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


@cache
def _bare_common() -> frozenset[str]:
    return frozenset(_bare(word) for word in _common()) - {""}
