"""The codebook with what everybody answered, as DDI-Codebook 2.5: what archives want beside a file of responses.

The names of variables are those of the columns in files of responses. Frequencies are the report's own: what is hidden
there is left out here.
"""

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from analysis import scales
from analysis.exporters import _about, _cube, _lines, _records
from analysis.exporters._lines import Line
from analysis.report import Origin, Question, Report
from analysis.words import _, day

name = "DDI-Codebook"
mimetype = "application/xml"
extension = "xml"
NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
STATISTICS = {"base": "vald", "mean": "mean", "median": "medn"}
"""What DDI calls the measures of the whole."""
WEIGHTED = {True: "wgtd", False: "not-wgtd"}


def write(report: Report) -> bytes:
    """Study, method, file and a description of every variable."""
    book = Element("codeBook", {"xmlns": NAMESPACE, "xmlns:xsi": INSTANCE, "version": "2.5", LANGUAGE: _cube.language()})
    book.set("xsi:schemaLocation", f"{NAMESPACE} {SCHEMA}")
    document = SubElement(SubElement(book, "docDscr"), "citation")
    _text(SubElement(document, "titlStmt"), "titl", report.origin.called)
    _text(SubElement(document, "prodStmt"), "software", _about.made_by())
    study = SubElement(book, "stdyDscr")
    _cited(study, report.origin)
    _scope(study, report.origin)
    _method(study, report)
    variables = [_group(report, by) for by in report.by if report.questions]
    variables += [variable for question in report.questions for variable in _variables(question, report.weighted)]
    size = SubElement(SubElement(SubElement(book, "fileDscr"), "fileTxt"), "dimensns")
    _text(size, "caseQnty", str(report.base))
    _text(size, "varQnty", str(len(variables)))
    described = SubElement(book, "dataDscr")
    for number, variable in enumerate(variables, start=1):
        variable.set("ID", f"V{number}")
        described.append(variable)
    ElementTree.indent(book, " ")
    text: bytes = ElementTree.tostring(book, "utf-8", xml_declaration=True)
    return text + b"\n"


def _cited(study: Element, origin: Origin) -> None:
    """How the survey is cited: its title and number, who asked, and who tells more."""
    citation = SubElement(study, "citation")
    title = SubElement(citation, "titlStmt")
    _text(title, "titl", origin.called)
    if origin.key:
        _text(title, "IDNo", origin.key)
    if origin.producer:
        _text(SubElement(citation, "rspStmt"), "AuthEnty", origin.producer)
        _text(SubElement(citation, "prodStmt"), "producer", origin.producer)
    if origin.contact:
        _text(SubElement(citation, "distStmt"), "contact", origin.producer or origin.contact, email=origin.contact)


def _scope(study: Element, origin: Origin) -> None:
    """When the answers were given, and what kind of data they are."""
    scope = SubElement(study, "stdyInfo")
    if origin.made_up:
        _text(scope, "abstract", _("The answers are made up, for trials."))
    summary = SubElement(scope, "sumDscr")
    for event, date in (("start", origin.opened), ("end", origin.closed)):
        if date is not None:
            _text(summary, "collDate", day(date), date=date.isoformat(), event=event)
    _text(summary, "dataKind", _("Answers to a survey"))


def _method(study: Element, report: Report) -> None:
    told = dict(_about.method(report))
    method = SubElement(study, "method")
    _text(SubElement(method, "dataColl"), "weight", told[_("Weighting")])
    analysed = SubElement(method, "anlyInfo")
    _text(analysed, "EstSmpErr", told[_("Certainty")])
    _text(analysed, "dataAppr", told[_("Protection")])


def _group(report: Report, by: str) -> Element:
    """The variable of a background: its codes and what they mean; how many are in each differs from question to question."""
    variable = Element("var", {"name": _records.clean(by) or "-", "intrvl": "discrete", "representationType": "code"})
    _text(variable, "labl", report.by[by])
    for row in report.questions[0].tables[by].rows:
        if row.code:
            category = SubElement(variable, "catgry")
            _text(category, "catValu", row.code)
            _text(category, "labl", row.label)
    return variable


def _variables(question: Question, weighted: bool) -> Iterator[Element]:
    """One variable for a question, or one for each answer where several may be chosen."""
    lines = list(_lines.of(question, question.total))
    whole = next((line for line in lines if line.answer == _lines.WHOLE), None)
    codes = {str(code) for code in question.total.frame["category"]} if "category" in question.total.frame else set()
    answers = [line for line in lines if line.answer in codes]
    if not scales.named(question.item.scale).SEVERAL:
        coded = [(each, each.answer, _count(each)) for each in answers]
        yield _variable(question, question.name, question.label, whole, coded, weighted)
        return
    for line in answers:
        count, base = _count(line), line.values.get("base")
        others = None if count is None or base is None else base - count
        chosen = [(line, "0", others), (line, "1", count)]
        yield _variable(question, f"{question.name}/{line.answer}", line.answer_label, whole, chosen, weighted)


def _count(line: Line) -> float | None:
    return None if "count" in line.hidden else line.values.get("count")


def _variable(
    question: Question,
    called: str,
    label: str,
    whole: Line | None,
    categories: list[tuple[Line, str, float | None]],
    weighted: bool,
) -> Element:
    variable = Element("var", {"name": _records.clean(called) or "-", **_kind(question, bool(categories))})
    _text(variable, "labl", label)
    _text(SubElement(variable, "qstn"), "qstnLit", question.label)
    for measure, statistic in STATISTICS.items():
        value = None if whole is None or measure in whole.hidden else whole.values.get(measure)
        if value is not None:
            _text(variable, "sumStat", _number(value), type=statistic, wgtd=WEIGHTED[weighted and measure != "base"])
    for line, code, count in categories:
        category = SubElement(variable, "catgry")
        _text(category, "catValu", code)
        _text(category, "labl", {"0": _("No"), "1": _("Yes")}[code] if called != question.name else line.answer_label)
        if count is not None:
            _text(category, "catStat", _number(count), type="freq", wgtd=WEIGHTED[False])
    return variable


def _kind(question: Question, coded: bool) -> dict[str, str]:
    """Interval, nature and representation as DDI names them."""
    scale = scales.named(question.item.scale)
    if coded:
        return {"intrvl": "discrete", "nature": "ordinal" if scale.ORDERED else "nominal", "representationType": "code"}
    if hasattr(scale, "numbers"):
        return {"intrvl": "contin", "nature": "ratio", "representationType": "numeric"}
    return {"intrvl": "discrete", "nature": "other", "representationType": "text"}


def _number(value: float) -> str:
    return str(_records.value(value))


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    said = {name: _records.clean(value) for name, value in attributes.items()}
    SubElement(parent, tag, said).text = _records.clean(text) or "-"
