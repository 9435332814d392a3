"""Slides: a finding each, with its sentence as the title and a chart whose numbers can be edited."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from functools import singledispatch
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from analysis.documents import _zipped
from analysis.documents._content import Box, Document, Method, Paragraph, Part, Picture, Points, Result, Section, Series
from analysis.figures import house, lettering

name = "PowerPoint"
mimetype = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
extension = "pptx"
WIDE, HIGH = Inches(13.333), Inches(7.5)
EDGE = Inches(0.7)
_read: Any = RGBColor.from_string
INK, GREY, *COLOURS = (
    _read(colour[1:]) for colour in (house.INK, house.GREY, house.BLUE, house.TEAL, house.ORANGE, house.PLUM)
)
FRONT, TITLE_ONLY = 0, 5
"""Places of the two layouts among those of the library."""
SIZES = ((28, 80), (24, 120), (20, 180))
"""Letters of a title, in points, and the longest title that is set in them."""
NUMBER = "0 %"
POINTS, LETTERS = 6, 800
"""The most that a slide of points holds."""


def write(document: Document) -> bytes:
    """The document as slides."""
    deck = _Deck(document)
    deck.write()
    return deck.content()


class _Deck:
    """Slides while they are written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file: Any = Presentation()
        self._dress()

    def content(self) -> bytes:
        """The bytes of the file, every text of it in the document's language."""
        for slide in self.file.slides:
            _speak(slide._element, self.document.tag)
            if slide.has_notes_slide:
                _speak(slide.notes_slide._element, self.document.tag)
        for element in (self.file.part._element, self.file.slide_master._element):
            _speak(element, self.document.tag)
        raw = io.BytesIO()
        self.file.save(raw)
        return _zipped.steady(raw.getvalue(), self.document.made)

    def write(self) -> None:
        """The front, then what each section shows."""
        document = self.document
        front = self.file.slides.add_slide(self.file.slide_layouts[FRONT])
        made_up = f" · {document.said.made_up}" if document.made_up else ""
        for shape, top in ((front.shapes.title, Inches(2.1)), (front.placeholders[1], Inches(4.2))):
            shape.left, shape.top, shape.width, shape.height = EDGE, top, WIDE - 2 * EDGE, Inches(2)
        _say(front.shapes.title, [document.title], 40, INK, bold=True)
        _say(front.placeholders[1], [f"{document.line}{made_up}"], 20, GREY)
        for section in document.sections:
            if section.slide:
                self._section(section)

    def _dress(self) -> None:
        """Wide slides; what the library's own are laid out for is stretched to them."""
        file, document = self.file, self.document
        stretch = WIDE / file.slide_width
        file.slide_width, file.slide_height = WIDE, HIGH
        for sheet in (file.slide_master, *file.slide_layouts):
            for shape in sheet.placeholders:
                if shape._element.spPr.xfrm is not None:
                    shape.left, shape.width = Emu(int(shape.left * stretch)), Emu(int(shape.width * stretch))
        for part in file.part.package.iter_parts():
            if part.partname.startswith("/ppt/theme/"):
                part._blob = re.sub(rb'(<a:latin typeface=")[^"]+', rb"\1Arial", part.blob)
        about = file.core_properties
        about.title, about.author, about.last_modified_by = _clean(document.title), _clean(document.author), ""
        about.subject, about.language = _clean(document.kind), document.tag
        about.created = about.modified = datetime.combine(document.made, time(12))
        about.revision = 1

    def _section(self, section: Section) -> None:
        for part in section.parts:
            if isinstance(part, Result):
                self._result(part)
        more = [line for part in section.parts if isinstance(part, Method) for line in part.more]
        for number, texts in enumerate(_shared(line for part in section.parts for line in _lines(part))):
            slide = self._points(section.title if not number else f"{section.title} ({number + 1})", texts)
            _note(slide, more)
        for part in section.parts:
            if isinstance(part, Picture) and part.series:
                slide = self._slide(part.words.title)
                _chart(slide, part, part.series, Inches(1.6), Inches(5.2))
                _note(slide, [part.description])

    def _slide(self, title: str) -> Any:
        slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        self._foot(slide)
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = EDGE, Inches(0.45), WIDE - 2 * EDGE, Inches(1.15)
        _say(shape, [title], next((size for size, most in SIZES if len(title) <= most), 18), INK, bold=True)
        return slide

    def _foot(self, slide: Any) -> None:
        """Whose the slide is, and its number, where the layout has room for them."""
        for shape in list(slide.slide_layout.placeholders):
            kind = shape.placeholder_format.type
            if kind not in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                continue
            slide.shapes.clone_placeholder(shape)
            made = slide.placeholders[shape.placeholder_format.idx]
            footer = kind == PP_PLACEHOLDER.FOOTER
            made.left, made.width = (EDGE, WIDE - 4 * EDGE) if footer else (WIDE - 3 * EDGE, 2 * EDGE)
            made.top, made.height = Inches(7.05), Inches(0.3)
            if footer:
                _say(made, [self.document.foot], 11, GREY)
            else:
                _number(made)

    def _points(self, title: str, texts: Sequence[str]) -> Any:
        slide = self._slide(title)
        box = slide.shapes.add_textbox(EDGE, Inches(1.75), WIDE - 2 * EDGE, Inches(5.0))
        box.name = _clean(title)
        _say(box, texts, 20, INK, bullets=len(texts) > 1)
        return slide

    def _result(self, part: Result) -> None:
        slide = self._slide(part.finding.text)
        top = Inches(1.6)
        if part.question:
            box = slide.shapes.add_textbox(EDGE, top, WIDE - 2 * EDGE, Inches(0.5))
            _say(box, [part.question], 18, GREY)
        if part.picture and part.picture.series:
            _chart(slide, part.picture, part.picture.series, Inches(2.15), Inches(4.35))
        else:
            _table(slide, part)
        box = slide.shapes.add_textbox(EDGE, Inches(6.65), WIDE - 2 * EDGE, Inches(0.5))
        _say(box, [" ".join(part.facts)], 14, GREY)
        numbers = [" ".join(cell.text for cell in row if cell.text) for row in part.grid.rows]
        told = (part.question, *part.facts, *numbers, *(item.text for item in part.more))
        _note(slide, told)


def _note(slide: Any, texts: Sequence[str]) -> None:
    """What is said beside a slide, a line each."""
    if any(texts):
        slide.notes_slide.notes_text_frame.text = "\n".join(_clean(text) for text in texts if text)


def _shared(lines: Iterator[str]) -> Iterator[list[str]]:
    """The lines on as few slides as hold them, about as many on each."""
    told = list(lines)
    fewest = len(list(_filled(told, POINTS)))
    most = next((most for most in range(1, POINTS) if len(list(_filled(told, most))) <= fewest), POINTS)
    yield from _filled(told, most)


def _filled(lines: Sequence[str], most: int) -> Iterator[list[str]]:
    """The lines on slides of at most so many."""
    page: list[str] = []
    for line in lines:
        if page and (len(page) == most or sum(map(len, page)) + len(line) > LETTERS):
            yield page
            page = []
        page.append(line)
    if page:
        yield page


@singledispatch
def _lines(part: Part) -> Iterator[str]:
    """What a part has to say on a slide of points; charts and tables have nothing."""
    yield from ()


@_lines.register
def _(part: Paragraph) -> Iterator[str]:
    yield from (text.strip() for text in part.text.split("\n\n") if text.strip())


@_lines.register(Points)
@_lines.register(Box)
def _(part: Points | Box) -> Iterator[str]:
    yield from (item.text for item in part.items)


@_lines.register
def _(part: Method) -> Iterator[str]:
    yield from part.least


def _say(shape: Any, texts: Sequence[str], size: float, colour: RGBColor, bold: bool = False, bullets: bool = False) -> None:
    """Texts into a shape, a paragraph each."""
    frame = shape.text_frame
    frame.word_wrap = True
    for number, text in enumerate(texts):
        line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = line.add_run()
        run.text = _clean(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
        if shape.is_placeholder:
            line.alignment = PP_ALIGN.LEFT
        if bullets:
            line.space_after = Pt(8)
            _bullet(line)


def _number(shape: Any) -> None:
    """The number of the slide, as a field that PowerPoint counts."""
    line = shape.text_frame.paragraphs[0]
    line.alignment = PP_ALIGN.RIGHT
    line.font.size, line.font.color.rgb = Pt(11), GREY
    field = line._p.makeelement(qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})
    field.append(field.makeelement(qn("a:rPr"), {}))
    told = field.makeelement(qn("a:t"), {})
    told.text = "‹#›"
    field.append(told)
    line._p.append(field)


def _bullet(line: Any) -> None:
    properties = line._p.get_or_add_pPr()
    properties.set("marL", "285750")
    properties.set("indent", "-285750")
    mark = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(mark)


def _chart(slide: Any, picture: Picture, series: Series, top: int, height: int) -> None:
    """A chart of the presentation's own, its numbers in a workbook inside it."""
    data: Any = CategoryChartData(number_format=NUMBER)  # type: ignore[no-untyped-call]
    data.categories = [_clean(category) for category in series.categories]
    for label, values in series.values:
        data.add_series(_clean(label), values)
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED if series.upright else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.shapes.add_chart(kind, EDGE, top, WIDE - 2 * EDGE, height, data)
    told = frame._element.nvGraphicFramePr.cNvPr
    told.set("descr", _clean(picture.description))
    told.set("title", _clean(picture.words.title))
    chart = frame.chart
    chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(16), INK
    chart.has_legend = len(series.values) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _plot(chart, series)


def _plot(chart: Any, series: Series) -> None:
    plot, values, names = chart.plots[0], chart.value_axis, chart.category_axis
    plot.gap_width, plot.overlap = (40 if len(series.values) == 1 else 60), 0
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked, labels.show_value = NUMBER, False, True
    labels.font.size = Pt(16 if len(series.values) == 1 else 12)
    values.minimum_scale, values.has_major_gridlines, values.visible = 0, False, False
    names.reverse_order = not series.upright
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    names.format.line.color.rgb = GREY
    for one, colour in zip(plot.series, COLOURS, strict=False):
        one.format.fill.solid()
        one.format.fill.fore_color.rgb = colour


def _table(slide: Any, part: Result) -> None:
    """The numbers where there is no chart to edit."""
    rows = part.grid.rows[:10]
    high = Inches(0.4 * (len(rows) + 1))
    frame = slide.shapes.add_table(len(rows) + 1, len(part.grid.head), EDGE, Inches(2.3), Inches(9), high)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _clean(part.grid.caption))
    for place, texts in enumerate([part.grid.head, *([cell.text for cell in row] for row in rows)]):
        for column, text in enumerate(texts):
            frame.table.cell(place, column).text = _clean(text)


def _speak(element: Any, tag: str) -> None:
    """Every run of text in the language of the document."""
    for run in element.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", tag)
    for name in ("a:rPr", "a:defRPr", "a:endParaRPr"):
        for properties in element.iter(qn(name)):
            properties.set("lang", tag)


def _clean(text: str) -> str:
    return lettering.clean(text)
