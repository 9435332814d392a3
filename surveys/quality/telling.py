"""A quality sheet in figures and in plain words, the most important first."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from analysis.weighting import Representativity
from analysis.words import _, decimal, ngettext, percent
from surveys.dataset.weights import Weighting
from surveys.models import Survey
from surveys.quality.uneven import Uneven
from surveys.quality.values import Skipped

GOOD, FAIR = 0.8, 0.6
"""R-indicators from which those who answered mirror the invited well, and fairly well; the limits are ours."""
MOST = 3
"""So many groups that answered less, and more, than others are named."""
SKIPPED = 0.1
"""A question is told of when more than this part of those who answered the survey left it out."""


def figures(
    panel: Mapping[str, Any],
    chain: Mapping[str, Any],
    indicator: Representativity | None,
    kinds: Sequence[str],
    weighting: Weighting,
) -> list[tuple[str, str, str]]:
    """What there is, as (label, number, note); of ``kinds`` of groups it is told how unevenly they answered."""
    parts = [
        (_("Members"), _number(panel.get("members")), ""),
        (_("Joined of those asked by letter"), _part(chain["recruitment"]), ""),
        (_("Members who stay"), _part(chain["retention"]), _("of all who ever joined")),
        (_("Response rate"), _part(chain["response"]), ""),
        (_("Answers of all once asked"), _part(chain["cumulative"]), _("cumulative participation")),
        (_("R-indicator"), decimal(indicator.indicator, 2) if indicator else "", _spread(indicator)),
        *_partial(indicator, kinds),
        (_("Answers are worth"), _worth(weighting), _("as many unweighted answers would be as sure")),
    ]
    return [(label, number, note) for label, number, note in parts if number]


def _worth(weighting: Weighting) -> str:
    return decimal(weighting.weights.effective_size) if weighting.used and weighting.weights else ""


def _spread(indicator: Representativity | None) -> str:
    """Between what the R-indicator surely is."""
    if indicator is None or isnan(indicator.low):
        return _("1 is best")
    ends = {"low": decimal(indicator.low, 2), "high": decimal(indicator.high, 2)}
    return _("surely between %(low)s and %(high)s; 1 is best") % ends


def _partial(indicator: Representativity | None, kinds: Sequence[str]) -> list[tuple[str, str, str]]:
    """How much each kind of group makes answering uneven."""
    labels = {"age_group": _("Unevenness by age group"), "district": _("Unevenness by district")}
    parts = {} if indicator is None else indicator.unconditional
    return [(labels[kind], decimal(parts[kind], 2), _("0 is best")) for kind in kinds if kind in parts]


def _number(count: int | None) -> str:
    return "" if count is None else decimal(count)


def _part(part: float | None) -> str:
    return "" if part is None else percent(part, 0 if part >= 0.1 else 1)


def sentences(
    survey: Survey,
    mirrored: str,
    panel: Mapping[str, Any],
    chain: Mapping[str, Any],
    indicator: Representativity | None,
    apart: Sequence[Uneven],
    skipped: Sequence[Skipped],
    weighting: Weighting,
) -> list[str]:
    """The sheet in plain words, the most important first; ``mirrored`` says who is missing among the answers."""
    told = [*_recruited(panel, chain), _alike(indicator), *_apart(indicator, apart), mirrored]
    told += _left_out(skipped)
    told.append(weighting.advice.sentence)
    if weighting.used:
        told.append(_("Both the weighted and the unweighted numbers can be read."))
    if weighting.left_out:
        names = ", ".join(survey.districts.get(code, code) for code in weighting.left_out)
        told.append(_("Nobody answered in %(districts)s. No weights can speak for those who live there.") % {"districts": names})
    return [sentence for sentence in told if sentence]


def _recruited(panel: Mapping[str, Any], chain: Mapping[str, Any]) -> list[str]:
    told = []
    if panel.get("members"):
        drawn = panel.get("recruited", {}).get("random", 0)
        said = ngettext("The panel has %(members)s member.", "The panel has %(members)s members.", panel["members"])
        told.append(said % {"members": decimal(panel["members"])})
        told.append(_("%(share)s of them were drawn at random.") % {"share": percent(drawn / panel["members"])})
    if chain["recruitment"] is not None:
        told.append(_("%(share)s of those asked by letter joined.") % {"share": _part(chain["recruitment"])})
    if chain["left"] is not None:
        left = ngettext("%(count)s member left in the last year.", "%(count)s members left in the last year.", chain["left"])
        told.append(left % {"count": decimal(chain["left"])} if chain["left"] else _("No member left in the last year."))
    if chain["cumulative"] is not None:
        told.append(_("In all, %(share)s of those once asked have answered.") % {"share": _part(chain["cumulative"])})
    elif panel:
        told.append(_("How large a part of those once asked have answered is not known: letters have not been counted."))
    return told


def _alike(indicator: Representativity | None) -> str:
    """How alike those who answered and those invited are: as far as the interval of the R-indicator surely goes."""
    if indicator is None or isnan(indicator.low):
        return ""
    number = {"number": decimal(indicator.indicator, 2)}
    if indicator.low >= GOOD:
        return _("Those who answered are much like those who were invited (R-indicator %(number)s of 1).") % number
    if indicator.low >= FAIR:
        return _("Those who answered are fairly like those who were invited (R-indicator %(number)s of 1).") % number
    if indicator.high < GOOD:
        return _("Those who answered differ from those who were invited (R-indicator %(number)s of 1).") % number
    return _("Too few were invited to tell how like them those who answered are (R-indicator %(number)s of 1).") % number


def _apart(indicator: Representativity | None, apart: Sequence[Uneven]) -> list[str]:
    """Which groups answered more and less than others, and by what answering is uneven."""
    if indicator is None:
        return []
    if not apart:
        return [_("No age group and no district surely answered more than the others.")]
    few, many = ([one for one in apart if one.more == more][:MOST] for more in (False, True))
    told = [_("Fewer than among others answered in: %(groups)s.") % {"groups": _listed(few)}] if few else []
    told += [_("More than among others answered in: %(groups)s.") % {"groups": _listed(many)}] if many else []
    return [*told, _kinds({one.kind for one in apart})]


def _listed(groups: Sequence[Uneven]) -> str:
    return ", ".join(
        one.label
        if one.part is None
        else _("%(group)s (%(part)s answered)") % {"group": one.label, "part": percent(one.part)}
        for one in groups
    )


def _kinds(kinds: set[str]) -> str:
    if kinds == {"age_group"}:
        return _("How many answered differs by age. By district nothing is sure.")
    if kinds == {"district"}:
        return _("How many answered differs by district. By age nothing is sure.")
    return _("How many answered differs both by age and by district.")


def _left_out(skipped: Sequence[Skipped]) -> list[str]:
    """What most left out, among the questions that were put to everybody."""
    known = [one for one in skipped if one.part is not None and not one.routed]
    if not known:
        return []
    most = max(known, key=lambda one: one.part or 0.0)
    if (most.part or 0.0) <= SKIPPED:
        return [_("No question was left out by more than one in ten.")]
    said = _("The question that most left out, or did not know, is “%(question)s” (%(share)s).")
    return [said % {"question": most.label, "share": percent(most.part or 0.0)}]
