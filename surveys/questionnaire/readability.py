"""How hard a text is to read."""

import re


def lix(text: str) -> float:
    """LIX of a text: words per sentence plus the percentage of words over six letters.

    Under 30 is very easy, 30 to 40 easy, over 50 officialese (C. H. Björnsson, *Läsbarhet*, 1968). It is a blunt tool:
    one long word in a short question moves it much.
    """
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[^.!?:\n]*[^\W_][^.!?:\n]*", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)
