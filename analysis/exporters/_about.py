"""What a reader must know of a report beside its numbers, the same in every file."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analysis.report import Report
from analysis.words import _, decimal, percent


def told(report: Report) -> dict[str, Any]:
    """For programs: where the answers come from, base, weighting, level, least count shown, and what made the file."""
    return report.origin.told() | {
        "base": report.base,
        "weighted": report.weighted,
        "level": report.level,
        "minimum": report.minimum,
        "made_by": made_by(),
    }


def made_by() -> str:
    """The program and its version."""
    try:
        return f"medborgarpanel {version('medborgarpanel')}"
    except PackageNotFoundError:
        return "medborgarpanel"


def source(report: Report) -> str:
    """Who answers for the numbers; the program where nobody is named."""
    return report.origin.producer or made_by()


def weighting(report: Report) -> str:
    """Whether numbers are weighted, in words."""
    if not report.weighted:
        return _("The answers are not weighted.")
    told = _("The answers are weighted to the population. Counts and bases are people who answered, not weighted.")
    digits = _("Weighted shares are told in whole percent, and of 1,000 answers or more in tenths of a percent.")
    return " ".join(part for part in (told, digits, report.unweighted) if part)


def method(report: Report) -> list[tuple[str, str]]:
    """For people: each thing to know with what is to be known of it."""
    return [
        *report.origin.lines(),
        (_("Responses"), decimal(report.base)),
        (_("Weighting"), weighting(report)),
        (_("Certainty"), _("Limits hold with %(level)s certainty.") % {"level": percent(report.level)}),
        (
            _("Protection"),
            _(
                "Counts under %(minimum)s are hidden, and what would give them away. A hidden count may be zero, and “–” "
                "means that nobody answered."
            )
            % {"minimum": decimal(report.minimum)},
        ),
        (_("Made by"), made_by()),
    ]
