"""Multiple choice: any number of ready answers, some of which stand alone."""

from surveys.questions import Setting
from surveys.questions._several import Several


class Type(Several):
    """Any number of several ready answers; an exclusive one cannot be chosen together with another."""

    scale = "multiple"
    settings = {"most": Setting("integer", 0, "The most answers that may be chosen; 0 is any number.")}
