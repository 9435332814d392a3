"""Open answers in Swedish: words, themes, quotes cleared of persons, and a coding frame that people edit.

Words are brought to their base form by simplemma, themes are found by scikit-learn; both come with the extra ``text``.
Clearing and the agreement of coders need neither.
"""

from .agreement import alpha
from .clearing import cleared
from .lemmas import Missing, available, words_of
from .quoting import Quote, quotes
from .themes import Theme, keywords, themes

__all__ = ["Missing", "Quote", "Theme", "alpha", "available", "cleared", "keywords", "quotes", "themes", "words_of"]
