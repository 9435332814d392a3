"""Questionnaires as values: what is asked, in what order, in which languages; nothing here knows a web or a database.

`Questionnaire.from_json` and ``to_json`` carry a questionnaire to and from a plain document. A document of the wrong
form is refused (`InvalidQuestionnaire`, with every fault); what is of the right form but inconsistent or unwise,
`check` finds.
"""

from surveys.questionnaire.checking import RESERVED, check, errors
from surveys.questionnaire.document import InvalidQuestionnaire, Problem
from surveys.questionnaire.parts import Page, Question
from surveys.questionnaire.whole import FORMAT, Questionnaire
from surveys.questions import Image, Option, Text

__all__ = [
    "FORMAT",
    "RESERVED",
    "Image",
    "InvalidQuestionnaire",
    "Option",
    "Page",
    "Problem",
    "Question",
    "Questionnaire",
    "Text",
    "check",
    "errors",
]
