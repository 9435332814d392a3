"""One HTML file that needs nothing else: read on a phone, aloud, on paper, without a script and without a network."""

from functools import singledispatch
from pathlib import Path

from markupsafe import Markup

from analysis.documents._content import (
    Box,
    Document,
    Grid,
    Heading,
    Method,
    Paragraph,
    Part,
    Picture,
    Points,
    Quote,
    Result,
    Said,
    Section,
    Sentence,
)

name = "HTML"
mimetype = "text/html; charset=utf-8"
extension = "html"
STYLE = Path(__file__).parent / "_style.css"
PAGE = Markup("""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="author" content="{author}">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
""")


def write(document: Document) -> bytes:
    """The document as a file of its own."""
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 (our own file)
    title = f"{document.title} – {document.author}"
    page = PAGE.format(lang=document.language, author=document.author, title=title, style=style, body=fragment(document))
    return page.encode("utf-8", "replace")


def fragment(document: Document) -> Markup:
    """Head, contents and sections, to stand in a page that has a style of its own."""
    return _lines(
        Markup('<div class="report">'),
        _head(document),
        _contents(document),
        Markup("<main>"),
        *(_section(number, section, document.said) for number, section in enumerate(document.sections, 1)),
        Markup("</main>\n</div>"),
    )


def _lines(*parts: Markup) -> Markup:
    return Markup("\n").join(parts)


def _head(document: Document) -> Markup:
    facts = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>\n").format(*fact) for fact in document.facts)
    made_up = Markup('<p class="made-up">{}</p>').format(document.said.made_up) if document.made_up else Markup("")
    return Markup('<header>\n<p class="kind">{}</p>\n{}\n<h1>{}</h1>\n<dl class="facts">\n{}</dl>\n</header>').format(
        document.line, made_up, document.title, facts
    )


def _contents(document: Document) -> Markup:
    links = Markup("\n").join(
        Markup('<li><a href="#section-{}">{}</a></li>').format(number, section.title)
        for number, section in enumerate(document.sections, 1)
    )
    return Markup('<nav aria-labelledby="contents">\n<h2 id="contents">{}</h2>\n<ol>\n{}\n</ol>\n</nav>').format(
        document.said.contents, links
    )


def _section(number: int, section: Section, said: Said) -> Markup:
    parts = _lines(*(_part(part, said) for part in section.parts))
    return Markup('<section aria-labelledby="section-{0}">\n<h2 id="section-{0}">{1}</h2>\n{2}\n</section>').format(
        number, section.title, parts
    )


@singledispatch
def _part(part: Part, said: Said) -> Markup:
    raise TypeError(f"HTML has no form for {type(part).__name__}.")


@_part.register
def _(part: Heading, said: Said) -> Markup:
    return Markup("<h{0}>{1}</h{0}>").format(part.level + 1, part.text)


@_part.register
def _(part: Paragraph, said: Said) -> Markup:
    return _lines(*(Markup("<p>{}</p>").format(text.strip()) for text in part.text.split("\n\n") if text.strip()))


@_part.register
def _(part: Points, said: Said) -> Markup:
    return Markup("<ul>\n{}\n</ul>").format(_items(part.items))


def _items(items: tuple[Sentence, ...]) -> Markup:
    return _lines(*(Markup("<li>{}</li>").format(_linked(item)) for item in items))


def _linked(sentence: Sentence) -> Markup:
    """A sentence that leads to the cell it rests on."""
    form = Markup('<a href="#{cell}">{text}</a>') if sentence.cell else Markup("{text}")
    return form.format(cell=sentence.cell, text=sentence.text)


@_part.register
def _(part: Quote, said: Said) -> Markup:
    about = Markup("<footer>{}</footer>\n").format(part.about) if part.about else Markup("")
    return Markup("<blockquote>\n<p>{}</p>\n{}</blockquote>").format(part.text, about)


@_part.register
def _(part: Box, said: Said) -> Markup:
    return Markup('<div class="box">\n<ul>\n{}\n</ul>\n</div>').format(_items(part.items))


@_part.register
def _(part: Method, said: Said) -> Markup:
    lines = _items(tuple(map(Sentence, part.lines)))
    return Markup('<div class="box method">\n<h3>{}</h3>\n<ul>\n{}\n</ul>\n</div>').format(part.title, lines)


@_part.register
def _(part: Grid, said: Said) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(text) for text in part.head)
    rows = _lines(
        *(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                row[0].text, Markup("").join(_cell(cell.id, cell.text) for cell in row[1:])
            )
            for row in part.rows
        )
    )
    return Markup(
        '<div class="scroll" role="group" aria-label="{0}" tabindex="0">\n<table>\n<caption>{0}</caption>\n'
        "<thead>\n<tr>{1}</tr>\n</thead>\n<tbody>\n{2}\n</tbody>\n</table>\n</div>"
    ).format(part.caption, head, rows)


def _cell(key: str, text: str) -> Markup:
    return (Markup('<td id="{0}">{1}</td>') if key else Markup("<td>{1}</td>")).format(key, text)


@_part.register
def _(part: Picture, said: Said) -> Markup:
    drawn = Markup(part.svg.decode())  # noqa: S704 (our own drawing)
    return Markup("<figure>\n<figcaption>{}</figcaption>\n{}\n</figure>").format(part.words.title, drawn)


@_part.register
def _(part: Result, said: Said) -> Markup:
    drawn = Markup(part.picture.svg.decode()) if part.picture else Markup("")  # noqa: S704 (our own drawing)
    asked = Markup('<p class="question">{}</p>\n').format(part.question) if part.question else Markup("")
    table = _part(part.grid, said)
    if part.picture:
        form = Markup("<figure>\n{}\n<details>\n<summary>{}</summary>\n{}\n</details>\n</figure>")
        table = form.format(drawn, said.numbers, table)
    more = Markup("\n<ul>\n{}\n</ul>").format(_items(part.more)) if part.more else Markup("")
    return Markup('<article id="result-{}">\n<h3>{}</h3>\n{}<p class="facts">{}</p>\n{}{}\n</article>').format(
        part.name, _linked(part.finding), asked, " ".join(part.facts), table, more
    )
