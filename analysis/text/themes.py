"""What many write about: words that return, and themes that hang together; the same answer every run."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.text.lemmas import Missing, words_of

FEWEST = 5
"""A word or a theme that fewer have written about is not told."""
SEED = 2309


@dataclass(frozen=True)
class Theme:
    """Something that several wrote about.

    ``words`` are its strongest words, the strongest first; ``members`` the places of its answers in the texts, those
    that are most about it first, with ``strength`` between 0 and 1 for each.
    """

    words: tuple[str, ...]
    members: tuple[int, ...]
    strength: tuple[float, ...]

    @property
    def name(self) -> str:
        """What it is called until somebody calls it better: its three strongest words."""
        return ", ".join(self.words[:3])


def keywords(texts: Sequence[str], most: int = 20, fewest: int = FEWEST, language: str = "sv") -> list[tuple[str, int]]:
    """The words that most answers hold, with the number of answers, those held by at least ``fewest``."""
    counts = Counter(word for text in texts for word in set(words_of(text, language)))
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [(word, count) for word, count in ordered if count >= fewest][:most]


def themes(
    texts: Sequence[str], count: int | None = None, fewest: int = FEWEST, language: str = "sv", seed: int = SEED
) -> list[Theme]:
    """Themes of open answers by TF-IDF of lemmas and non-negative matrix factorisation.

    Parameters
    ----------
    texts
        The answers; empty ones belong to no theme.
    count
        How many themes to look for; None lets their number follow that of the answers (one per thirty, two to eight).
    fewest
        A theme with fewer answers, and a word in fewer answers than two, is left out.

    Returns
    -------
    list of Theme
        The largest first. Each answer belongs to the one theme that it is most about.

    References
    ----------
    Lee, D. D. and Seung, H. S. (1999), Nature 401, 788–791.
    """
    told = [i for i, text in enumerate(texts) if text.strip()]
    weights, names = _matrix([texts[i] for i in told], language)
    if weights is None or weights.shape[0] < 2 * fewest or weights.shape[1] < 2:
        return []
    wanted = count or int(np.clip(len(told) // 30, 2, 8))
    parts, topics = _factors(weights, min(wanted, *weights.shape), seed)
    found = []
    belongs = np.where(parts.max(axis=1) > 0, parts.argmax(axis=1), -1)
    for place in range(parts.shape[1]):
        members = np.flatnonzero(belongs == place)
        if len(members) >= fewest:
            found.append(_theme(place, members, parts, topics, names, told))
    return sorted(found, key=lambda theme: (-len(theme.members), theme.words))


def _theme(place: int, members: Any, parts: Any, topics: Any, names: Sequence[str], told: Sequence[int]) -> Theme:
    strength = parts[members, place] / parts[members].sum(axis=1)
    order = np.lexsort((members, -parts[members, place]))
    strongest = np.argsort(-topics[place], kind="stable")[:8]
    return Theme(
        tuple(names[i] for i in strongest if topics[place, i] > 0),
        tuple(told[members[i]] for i in order),
        tuple(round(float(strength[i]), 6) for i in order),
    )


def _matrix(texts: Sequence[str], language: str) -> tuple[Any, list[str]]:
    """Answers × words, weighted by TF-IDF."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (an optional library)
    except ImportError:
        raise Missing from None
    documents = [words_of(text, language) for text in texts]
    counts = Counter(word for document in documents for word in set(document))
    kept = sorted(word for word, count in counts.items() if count >= 2)
    if not kept:
        return None, []
    vectors = TfidfVectorizer(analyzer=lambda document: document, vocabulary=kept, sublinear_tf=True)
    return vectors.fit_transform(documents), kept


def _factors(weights: Any, count: int, seed: int) -> tuple[Any, Any]:
    from sklearn.decomposition import NMF  # noqa: PLC0415 (an optional library)
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 (likewise)

    model = NMF(count, init="nndsvd", random_state=seed, max_iter=500, tol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits do not move an answer to another theme
        parts = model.fit_transform(weights)
    return parts, model.components_
