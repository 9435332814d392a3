"""Fields of the page kit: WTForms' contract, each drawn by ``templates/fields/<template>.html``."""

from surveys.fields.choosing import Checkboxes, Choices, Choosing, Radios, Select, Steps
from surveys.fields.drawn import Drawn, Fault, Required, Spoken, errors_in_order
from surveys.fields.rows import Matrix, Ranking, Rows, Sharing
from surveys.fields.sending import FileUpload, Hidden, Submit, Tick
from surveys.fields.writing import DateInput, Input, Number, Password, TextArea

__all__ = [
    "Checkboxes",
    "Choices",
    "Choosing",
    "DateInput",
    "Drawn",
    "Fault",
    "FileUpload",
    "Hidden",
    "Input",
    "Matrix",
    "Number",
    "Password",
    "Radios",
    "Ranking",
    "Required",
    "Rows",
    "Select",
    "Sharing",
    "Spoken",
    "Steps",
    "Submit",
    "TextArea",
    "Tick",
    "errors_in_order",
]
