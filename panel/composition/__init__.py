"""The panel against the population, by age group, district and gender: numbers, who is missing, a chart, a file."""

from panel.composition.counting import AGE, DISTRICT, GENDER, LETTERS, Cell, Composition, Group, compose, facts
from panel.composition.drawing import chart
from panel.composition.missing import missing
from panel.composition.telling import genders, table

__all__ = [
    "AGE",
    "DISTRICT",
    "GENDER",
    "LETTERS",
    "Cell",
    "Composition",
    "Group",
    "chart",
    "compose",
    "facts",
    "genders",
    "missing",
    "table",
]
