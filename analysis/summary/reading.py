"""How easy a text is to read."""

import re


def lix(text: str) -> float:
    """Readability after Björnsson: words a sentence, plus the percentage of words of more than six letters."""
    words = re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+(?:[.,]\d+)*", text)
    sentences = len(re.findall(r"[.!?:](?=\s|$)", text)) or 1
    long = sum(len(word) > 6 for word in words)
    return len(words) / sentences + 100 * long / len(words) if words else 0.0
