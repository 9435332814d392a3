"""Single choice: one of several ready answers without an order."""

from surveys.questions._choices import OneChoice


class Type(OneChoice):
    """One of several ready answers without an order."""

    scale = "nominal"
