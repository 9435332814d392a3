"""Formatted text that an author may write: paragraphs, lists, **bold**, *italic*, [links](https://…); nothing else."""

import re

from markupsafe import Markup, escape

LINK = re.compile(r"\[([^\[\]]{1,300})\]\(((?:https?://|mailto:|tel:)[^\s()<>]{1,500})\)")
MARKS = (
    (LINK, r'<a class="govuk-link" href="\2">\1</a>'),
    (re.compile(r"\*\*([^*]{1,1000})\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]{1,1000})\*"), r"<em>\1</em>"),
)


def formatted(text: str) -> Markup:
    """The text as HTML; whatever an author writes is escaped first, then the few marks are put in."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(_block(block.strip()) for block in blocks if block.strip())


def _block(block: str) -> Markup:
    lines = [line.strip() for line in block.split("\n")]
    if all(line.startswith("- ") for line in lines):
        rows = Markup("").join(Markup("<li>{}</li>").format(_marked(line[2:])) for line in lines)
        return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(rows)
    return Markup('<p class="govuk-body">{}</p>').format(_marked(" ".join(lines)))


def _marked(line: str) -> Markup:
    html = str(escape(line))
    for mark, tag in MARKS:
        html = mark.sub(tag, html)
    return Markup(html)  # noqa: S704 (escaped above; the marks put in only tags of our own)
