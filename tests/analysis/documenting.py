"""A whole document of the made-up survey, with every kind of part; as a program it tells the hash of each format."""

import hashlib
from datetime import date
from functools import partial

from matplotlib.figure import Figure

from analysis import documents, figures
from analysis.documents import (
    Box,
    Document,
    Grid,
    GridCell,
    Heading,
    Method,
    Paragraph,
    Picture,
    Points,
    Quote,
    Said,
    Section,
    Sentence,
    Series,
)
from analysis.figures import Step, Words
from analysis.report import Report, build
from analysis.words import current, speak

STEPS = (Step("15–29 år", (0.3, 0.2), (0.25, 0.25)), Step("30 år och äldre", (0.3, 0.2), (0.25, 0.25)))


def method(**changes: str) -> Method:
    """A method box that says everything."""
    lines = {
        "title": "Hur säkert det är",
        "asked": "400 av 600 inbjudna svarade. Svarsfrekvensen är 67 %.",
        "weighting": "Svaren är viktade mot befolkningen.",
        "margin": "Felmarginalen är som mest ±5 procentenheter.",
        "hiding": "Det som färre än 5 har svarat visas inte.",
        "recruitment": "Många har själva valt att vara med.",
        "mirrored": "De som svarade liknar invånarna.",
    }
    return Method(**lines | changes)


def pyramid() -> Figure:
    """A chart that is not a question's."""
    return figures.pyramid(STEPS, ("Inbjudna", "Svar"), ("Panelen", "Invånarna"), Words(""))


def council(report: Report, **changes: object) -> Document:
    """The document in the language spoken now."""
    words = Words("Inbjudna och svar efter ålder", "", "", "Inbjudna och svar är lika många i alla åldrar.")
    told = Series(("15–29 år", "30 år och äldre"), (("Inbjudna", (0.3, 0.7)), ("Svar", (0.2, 0.8))))
    grid = Grid("Vilka som svarade", ("Kommundel", "Svar"), ((GridCell("Ås"), GridCell("60 %")),))
    leads = [documents.sentence(finding) for finding in report.findings]
    sections = (
        Section("Sammanfattning", (Paragraph("400 svarade."), Points(tuple(leads[:3]))), slide=True),
        Section("Bakgrund", (Paragraph("Nämnden beslutar i mars.\n\nDärför frågar den nu."),)),
        Section("Så gjorde vi", (method(),), slide=True),
        Section("Vilka som svarade", (Picture(partial(pyramid), words, told), grid), slide=True),
        Section("Vad svaren säger", documents.results(report), slide=True),
        Section("Med egna ord", (Quote("Mer buss, tack.", "Något mer?"),)),
        Section("Vad ni ska återkoppla", (Box("Återkoppling", (Sentence("Senast den 15 februari."),)),), slide=True),
        Section("Tabeller", (Heading("Efter grupp"), *documents.tables(report))),
    )
    values: dict[str, object] = {
        "title": "Hur vill du resa?",
        "kind": "Rapport till fullmäktige",
        "author": "Krokoms kommun",
        "language": current(),
        "made": date(2026, 11, 4),
        "facts": (("Till", "Samhällsbyggnadsnämnden"), ("Diarienummer", "KS 2026/123")),
        "sections": sections,
        "said": Said.now(),
        "made_up": True,
    }
    return Document(**values | changes)  # type: ignore[arg-type]


if __name__ == "__main__":
    from tests.analysis.conftest import made_up

    with speak("sv"):
        whole = council(build(made_up()))
        for name, form in sorted(documents.registry().items()):
            print(name, hashlib.sha256(form.write(whole)).hexdigest())
