"""A Word file with real headings, tables whose heads repeat, and pictures that are told to those who do not see them."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from functools import singledispatchmethod
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx as word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from analysis.documents import _zipped
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
    Sentence,
)
from analysis.figures import house, lettering

name = "Word"
mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
extension = "docx"
INK, BLUE, GREY = (RGBColor.from_string(colour[1:]) for colour in (house.INK, house.BLUE, house.GREY))
FONT = "Arial"
SIZES = {"Title": 26, "Heading 1": 16, "Heading 2": 12.5, "Heading 3": 11, "Normal": 10.5}
WIDTH, CHART = 165.0, 115.0
"""Millimetres between the margins, and of a chart."""
SHORT = 24
"""Rows of a table that stays on one page."""


def write(document: Document) -> bytes:
    """The document as a Word file."""
    file = _File(document)
    file.write()
    return file.content()


class _File:
    """A Word file while it is written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file: Any = word.Document()
        self.places: dict[str, str] = {}
        """Bookmark by the id of a cell: Word takes 40 letters without hyphens."""
        self.marks = 0
        self._dress()

    def content(self) -> bytes:
        """The bytes of the file."""
        raw = io.BytesIO()
        self.file.save(raw)
        return _zipped.steady(raw.getvalue(), self.document.made)

    def write(self) -> None:
        """Head, contents and sections; what the questions gave begins on a new page."""
        self._name_places()
        document = self.document
        self._line(document.line, "Quiet")
        self._line(document.title, "Title")
        if document.made_up:
            self._line(document.said.made_up, "Normal").runs[0].bold = True
        for label, value in document.facts:
            line = self._line("", "Fact")
            line.add_run(f"{_clean(label)}: ").bold = True
            line.add_run(_clean(value))
        self._contents()
        for number, section in enumerate(document.sections, 1):
            heading = self._line(section.title, "Heading 1")
            heading.paragraph_format.page_break_before = any(isinstance(part, Result) for part in section.parts)
            self._mark(heading._p, f"section{number}")
            for part in section.parts:
                self._part(part)

    def _name_places(self) -> None:
        for part in self.document.parts():
            grid = part.grid if isinstance(part, Result) else part
            for row in grid.rows if isinstance(grid, Grid) else ():
                for cell in row:
                    if cell.id:
                        self.places.setdefault(cell.id, f"cell{len(self.places) + 1}")

    # The look of the whole

    def _dress(self) -> None:
        document, file = self.document, self.file
        noon = datetime.combine(document.made, time(12))
        about = file.core_properties
        about.title, about.author, about.last_modified_by = _clean(document.title), _clean(document.author), ""
        about.subject, about.comments, about.language = _clean(document.kind), "", document.tag
        about.created = about.modified = noon
        about.revision = 1
        for side in ("top_margin", "bottom_margin", "left_margin", "right_margin"):
            setattr(file.sections[0], side, Mm(22.5))
        file.sections[0].page_width, file.sections[0].page_height = Mm(210), Mm(297)
        self._styles()
        self._footer()

    def _styles(self) -> None:
        styles = self.file.styles
        for kind, size in SIZES.items():
            _letters(styles[kind], size, None if kind == "Normal" else BLUE if kind == "Heading 1" else INK)
        styles["Normal"].paragraph_format.space_after = Pt(7)
        for kind, base, size in (
            ("Quiet", "Normal", 9.5), ("Fact", "Normal", 10.5), ("Table text", "Normal", 8.5), ("toc 1", "Normal", 10.5),
        ):  # fmt: skip
            style = styles.add_style(kind, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles[base]
            _letters(style, size, GREY if kind == "Quiet" else None)
            style.paragraph_format.space_after = Pt(0 if kind in ("Table text", "toc 1") else 3)
        contents = styles.add_style("Contents head", WD_STYLE_TYPE.PARAGRAPH)
        contents.base_style, contents.font.bold = styles["Normal"], True
        _letters(contents, SIZES["Heading 2"], BLUE)
        contents.paragraph_format.space_before, contents.paragraph_format.space_after = Pt(12), Pt(4)
        contents.paragraph_format.keep_with_next = True
        _letters(styles["Caption"], 9, INK)
        styles["Caption"].paragraph_format.keep_with_next = True
        styles["Quiet"].paragraph_format.keep_with_next = True
        for lang in styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), self.document.tag)

    def _footer(self) -> None:
        line = self.file.sections[0].footer.paragraphs[0]
        line.style = self.file.styles["Quiet"]
        line.add_run(_clean(f"{self.document.foot} · {self.document.said.page}"))
        line.add_run(" ")
        for kind in ("begin", "PAGE", "separate", "1", "end"):
            line._p.append(_field(kind))

    # Parts

    def _line(self, text: str, style: str) -> Line:
        line: Line = self.file.add_paragraph(style=style)
        if text:
            line.add_run(_clean(text))
        return line

    def _linked(self, sentence: Sentence, style: str) -> Line:
        """A sentence that leads to the cell it rests on."""
        if sentence.cell not in self.places:
            return self._line(sentence.text, style)
        line = self._line("", style)
        line._p.append(_link(self.places[sentence.cell], _clean(sentence.text)))
        return line

    def _mark(self, element: Any, name: str) -> None:
        """A place that links lead to."""
        self.marks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:id"), str(self.marks))
        start.set(qn("w:name"), name)
        end.set(qn("w:id"), str(self.marks))
        element.append(start)
        element.append(end)

    def _contents(self) -> None:
        """A field that Word makes anew when asked; until then it leads to every section."""
        self._line(self.document.said.contents, "Contents head")
        for number, section in enumerate(self.document.sections, 1):
            line = self._line("", "toc 1")
            if number == 1:
                for kind in ("begin", r'TOC \o "1-1" \h \z \u', "separate"):
                    line._p.append(_field(kind))
            line._p.append(_link(f"section{number}", _clean(section.title)))
            if number == len(self.document.sections):
                line._p.append(_field("end"))

    @singledispatchmethod
    def _part(self, part: Part) -> None:
        raise TypeError(f"Word has no form for {type(part).__name__}.")

    @_part.register
    def _(self, part: Heading) -> None:
        self._line(part.text, f"Heading {part.level}")

    @_part.register
    def _(self, part: Paragraph) -> None:
        for text in part.text.split("\n\n"):
            if text.strip():
                self._line(text.strip(), "Normal")

    @_part.register
    def _(self, part: Points) -> None:
        self._points(part.items)

    def _points(self, items: Sequence[Sentence]) -> None:
        for item in items:
            self._linked(item, "List Bullet")

    @_part.register
    def _(self, part: Quote) -> None:
        self._line(part.text, "Quote")
        if part.about:
            self._line(part.about, "Quiet")

    @_part.register
    def _(self, part: Box) -> None:
        self._boxed([self._linked(item, "Normal") for item in part.items])

    @_part.register
    def _(self, part: Method) -> None:
        heading = self._line(part.title, "Heading 2")
        self._boxed([heading, *(self._line(line, "Normal") for line in part.lines)])

    def _boxed(self, lines: Sequence[Line]) -> None:
        """Lines on a ground of their own, with a rule to the left."""
        for line in lines:
            format = line._p.get_or_add_pPr()
            rule = '<w:left w:val="single" w:sz="36" w:space="8" w:color="12436D"/>'
            format.insert_element_before(
                parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>"), "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
            ground = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F3F5F7"/>')
            format.insert_element_before(ground, "w:spacing", "w:ind", "w:jc", "w:rPr")
            line.paragraph_format.left_indent = Mm(4)
            line.paragraph_format.space_after = Pt(4)

    @_part.register
    def _(self, part: Grid) -> None:
        self._line(part.caption, "Caption")
        self._table(part, WIDTH)

    @_part.register
    def _(self, part: Picture) -> None:
        self._line(part.words.title, "Caption")
        self._picture(part)

    def _picture(self, part: Picture, before_table: bool = False) -> None:
        line = self._line("", "Normal")
        line.paragraph_format.keep_with_next = before_table
        shape: Any = line.add_run().add_picture(io.BytesIO(part.png), width=Mm(CHART))
        if shape.height > Mm(215):
            shape.width, shape.height = int(shape.width * Mm(215) / shape.height), Mm(215)
        shape._inline.docPr.set("descr", _clean(part.description))
        shape._inline.docPr.set("title", _clean(part.words.title))

    @_part.register
    def _(self, part: Result) -> None:
        self._linked(part.finding, "Heading 2")
        if part.question:
            self._line(part.question, "Quiet")
        if part.facts:
            self._line(" ".join(part.facts), "Quiet")
        if part.picture:
            self._picture(part.picture, before_table=True)
        self._table(part.grid, CHART)
        self._points(part.more)

    def _table(self, grid: Grid, wide: float) -> None:
        """The table as Word's own markup: its library needs seconds for what is written here at once."""
        share = wide / (len(grid.head) + 1)
        together = len(grid.rows) <= SHORT
        widths = [round(56.7 * share * (2 if column == 0 else 1)) for column in range(len(grid.head))]
        rows = [self._row([(text, "") for text in grid.head], widths, head=True, kept=True)]
        for number, row in enumerate(grid.rows, 1):
            kept = together and number < len(grid.rows)
            rows.append(self._row([(cell.text, cell.id) for cell in row], widths, kept=kept))
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        table = parse_xml(
            f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/>{_RULES}"
            f'<w:tblLayout w:type="fixed"/>{_ROOM}<w:tblLook w:val="00A0" w:firstRow="1" w:firstColumn="1"/>'
            f"<w:tblCaption w:val={quoteattr(_clean(grid.caption))}/></w:tblPr>"
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
        self.file.element.body.insert_element_before(table, "w:sectPr")
        self._line("", "Table text")

    def _row(self, cells: Sequence[tuple[str, str]], widths: Sequence[int], head: bool = False, kept: bool = False) -> str:
        told = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Tabletext"/>'
            f"{'<w:keepNext/>' if kept else ''}{'' if place == 0 else _RIGHT}</w:pPr>{self._place(key)}"
            f"<w:r>{_BOLD if head else ''}<w:t xml:space=\"preserve\">{escape(_clean(text))}</w:t></w:r></w:p></w:tc>"
            for place, ((text, key), width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{told}</w:tr>"

    def _place(self, key: str) -> str:
        if not key:
            return ""
        self.marks += 1
        return f'<w:bookmarkStart w:id="{self.marks}" w:name="{self.places[key]}"/><w:bookmarkEnd w:id="{self.marks}"/>'


_RULES = (
    '<w:tblBorders><w:top w:val="nil"/><w:bottom w:val="single" w:sz="6" w:color="0B0C0C"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="CECECE"/></w:tblBorders>'
)
_ROOM = '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/></w:tblCellMar>'
_RIGHT, _BOLD = '<w:jc w:val="right"/>', "<w:rPr><w:b/></w:rPr>"


def _clean(text: str) -> str:
    return lettering.clean(text)


def _letters(style: Any, size: float, colour: RGBColor | None) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    if colour is not None:
        style.font.color.rgb = colour


def _field(kind: str) -> Any:
    """A run that begins, parts or ends a field, or holds its instruction or result."""
    if kind in ("begin", "separate", "end"):
        inner = f'<w:fldChar w:fldCharType="{kind}"/>'
    elif kind.isdigit():
        inner = f"<w:t>{kind}</w:t>"
    else:
        inner = f'<w:instrText xml:space="preserve"> {escape(kind)} </w:instrText>'
    return parse_xml(f"<w:r {nsdecls('w')}>{inner}</w:r>")


def _link(place: str, text: str) -> Any:
    return parse_xml(
        f'<w:hyperlink {nsdecls("w")} w:anchor="{place}" w:history="1"><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        "</w:hyperlink>"
    )
