"""Why a file is not made, in words for the reader."""

from typing import Self

from analysis.words import _


class CannotExport(ValueError):
    """The format can't hold all of it, so there is no file; the message says what can."""


class UnknownFormat(ValueError):
    """A format was asked for that has no file here."""


class MissingLibrary(UnknownFormat):
    """A format was asked for whose library is not installed; the message says what to install."""

    @classmethod
    def of(cls, name: str, extra: str) -> Self:
        """The refusal of a format that an extra brings."""
        return cls(_("%(name)s needs a library: install medborgarpanel[%(extra)s].") % {"name": name, "extra": extra})
