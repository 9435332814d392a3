"""Where the answers of a report come from: what an archive asks of a file, and no number needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analysis.words import _, day


@dataclass(frozen=True)
class Origin:
    """A survey as those who keep its files know it; empty where nobody said."""

    key: str = ""
    """A short name that no other survey of the same place has; letters, digits and hyphens."""
    title: str = ""
    producer: str = ""
    """Who asked, and answers for what is told."""
    contact: str = ""
    """The address of somebody who can tell more."""
    opened: date | None = None
    closed: date | None = None
    """The last day of the answers, on which nothing more is changed."""
    made_up: bool = False
    """Whether the answers are nobody's: made for a trial."""
    part: str = ""
    """Whose answers these are, in words, where they are not everybody's."""

    @property
    def called(self) -> str:
        """The title, or what a file without one is called."""
        return self.title or _("Survey results")

    @property
    def period(self) -> str:
        """The days between which answers were given, as ISO 8601 writes them; empty where they are not known."""
        return "/".join(each.isoformat() for each in self._days)

    def told(self) -> dict[str, str]:
        """What is known, for programs."""
        known = {"survey": self.key, "title": self.title, "producer": self.producer, "contact": self.contact, "part": self.part}
        dates = {"opened": self.opened, "closed": self.closed}
        return {name: text for name, text in known.items() if text} | {name: d.isoformat() for name, d in dates.items() if d}

    def lines(self) -> Iterator[tuple[str, str]]:
        """What is known, for people: each thing with what is to be known of it."""
        if self.title:
            yield _("Survey"), self.title
        if self.part:
            yield _("Only a part of the answers"), self.part
        if self.made_up:
            yield _("Made-up data"), _("The answers are made up, for trials.")
        if self.producer:
            yield _("Asked by"), self.producer
        if self._days:
            yield _("Time of answers"), " – ".join(map(day, self._days))
        if self.contact:
            yield _("Contact"), self.contact

    @property
    def _days(self) -> list[date]:
        return list(dict.fromkeys(each for each in (self.opened, self.closed) if each is not None))
