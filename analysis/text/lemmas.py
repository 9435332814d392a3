"""Words of an open answer in their base form, as a politician would read them: "lärarna" counts as "lärare"."""

import importlib.util
import re
from functools import lru_cache
from pathlib import Path

STOPWORDS = frozenset((Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").split())
"""Words that say nothing of a theme."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Missing(RuntimeError):
    """The libraries for open answers are not installed."""

    def __init__(self) -> None:
        super().__init__("Open answers need simplemma and scikit-learn. Install them: pip install 'medborgarpanel[text]'.")


def available() -> bool:
    """Whether the extra ``text`` is installed."""
    return all(importlib.util.find_spec(name) for name in ("simplemma", "sklearn"))


def words_of(text: str, language: str = "sv") -> list[str]:
    """The words of a text that carry meaning, each in its base form and in small letters, in order."""
    found = (_lemma(word.lower(), language) for word in _WORD.findall(text))
    return [lemma for lemma in found if len(lemma) > 2 and lemma not in STOPWORDS]


def is_name(word: str, language: str = "sv") -> bool:
    """Whether the lexicon knows a word only as a name, or not at all."""
    if not importlib.util.find_spec("simplemma"):
        return True
    import simplemma  # noqa: PLC0415 (an optional library)

    small = word.lower()
    return not simplemma.is_known(small, lang=language) or str(simplemma.lemmatize(small, lang=language))[:1].isupper()


def is_compound(word: str, language: str = "sv") -> bool:
    """Whether a word is put together of two that the lexicon knows, as kväll-s-buss is."""
    small = word.lower()
    splits = ((small[:at], small[at:]) for at in range(3, len(small) - 2))
    return any(not is_name(tail, language) and _is_head(head, language) for head, tail in splits)


def _is_head(head: str, language: str) -> bool:
    return not is_name(head, language) or (head.endswith("s") and len(head) > 3 and not is_name(head[:-1], language))


@lru_cache(maxsize=100_000)
def _lemma(word: str, language: str) -> str:
    if word in STOPWORDS:
        return word
    try:
        import simplemma  # noqa: PLC0415 (an optional library)
    except ImportError:
        raise Missing from None
    return str(simplemma.lemmatize(word, lang=language)).lower()
