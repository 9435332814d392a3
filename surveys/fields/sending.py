"""Fields that are ticked, sent along or pressed."""

from typing import Any

from analysis.words import N_, _
from surveys.fields.drawn import Drawn


class Tick(Drawn):
    """One box to tick, such as a consent; ``legend`` names the group that it stands in."""

    template = "tick"
    missing = N_("Tick the box to go on.")

    def __init__(self, label: str = "", validators: Any = None, hint: str = "", *, legend: str, **options: Any) -> None:
        super().__init__(label, validators, hint, **options)
        self.legend = legend

    def say(self) -> None:
        """Put the legend in the reader's language too."""
        super().say()
        self.legend = _(self.legend)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ticked or not."""
        self.data = valuelist == ["yes"]


class FileUpload(Drawn):
    """A file; ``accept`` says which kinds the browser offers."""

    template = "file"
    missing = N_("Choose a file.")

    def __init__(
        self, label: str = "", validators: Any = None, hint: str = "", *, accept: str = "", **options: Any
    ) -> None:
        super().__init__(label, validators, hint, **options)
        self.accept = accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first file that has a name; a form without a file sends one without."""
        self.data = next((file for file in valuelist if getattr(file, "filename", "")), None)


class Hidden(Drawn):
    """A value that goes along with the form."""

    template = "hidden"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the value as it is."""
        self.data = valuelist[0] if valuelist else None


class Submit(Drawn):
    """A button whose name tells the server which one was pressed; ``kind`` as in the macro ``button``."""

    template = "submit"

    def __init__(self, label: str = "", *, kind: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.kind = kind

    def process_formdata(self, valuelist: list[str]) -> None:
        """Pressed or not."""
        self.data = bool(valuelist)
