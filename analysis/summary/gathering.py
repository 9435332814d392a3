"""Sentences that tell nothing sure, put together: one for all questions instead of one for each."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.words import N_, _, decimal, ngettext

from .unknown import kinds
from .values import DIFFERENCE, FEW, HIDDEN, NO_CHANGE, NO_DIFFERENCE, UNKNOWN, Finding, both, either


def gathered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those that say the same of several questions as one, which stands where the first of them stood.

    That no group differs is told of questions in which none does at all; where some groups differ, their sentences tell.
    """
    told = tuple(findings)
    different = {finding.question for finding in told if finding.kind == DIFFERENCE}
    together: dict[Hashable, list[Finding]] = {}
    for place, finding in enumerate(told):
        if not (finding.kind == NO_DIFFERENCE and finding.question in different):
            together.setdefault(_alike(finding) or place, []).append(finding)
    return tuple(found[0] if len(found) == 1 else _one(found) for found in together.values())


def _alike(finding: Finding) -> tuple[Hashable, ...]:
    """What findings that are told as one have in common; nothing for one that is told by itself."""
    if not finding.question or finding.kind not in _TEXTS:
        return ()
    apart = {NO_CHANGE: finding.of, UNKNOWN: (finding.by,) if finding.by else finding.of}
    return finding.kind, *apart.get(finding.kind, ())


def _one(found: Sequence[Finding]) -> Finding:
    first = found[0]
    of = tuple(dict.fromkeys(name for finding in found for name in finding.of))
    weight = max(finding.weight for finding in found)
    return replace(first, text=_TEXTS[first.kind](found), question="", about="", cells=(), weight=weight, of=of)


def _no_difference(found: Sequence[Finding]) -> str:
    text = _("In %(count)s questions we see no sure differences between %(groups)s. Small ones may still be there.")
    columns = list(dict.fromkeys(column for finding in found for column in finding.of))
    return text % {"count": decimal(len(found)), "groups": either(kinds(columns))}


def _no_change(found: Sequence[Finding]) -> str:
    text = _("In %(count)s questions we see no sure change since the wave %(wave)s. Small ones may still be there.")
    return text % {"count": decimal(len(found)), "wave": found[0].of[0]}


def _unknown(found: Sequence[Finding]) -> str:
    if found[0].by:
        return _groups(found)
    return _(_NOTHING[found[0].of[0]]) % {"count": decimal(len(found))}


_NOTHING = {
    FEW: N_("In %(count)s questions too few have answered to say anything."),
    HIDDEN: N_("In %(count)s questions it can't be told which answer is the most common: some answers are hidden."),
}


def _groups(found: Sequence[Finding]) -> str:
    """Which groups are not shown, and in how many questions; those that are missing most stand first."""
    counts = Counter(name for finding in found for name in finding.of)
    names = [
        ngettext("%(group)s (%(count)s question)", "%(group)s (%(count)s questions)", count)
        % {"group": name, "count": decimal(count)}
        for name, count in counts.most_common()
    ]
    text = _("Answers from some %(kind)s are left out, so that nobody can be singled out: %(groups)s.")
    return text % {"kind": kinds([found[0].by])[0], "groups": both(names)}


_TEXTS: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    NO_DIFFERENCE: _no_difference, NO_CHANGE: _no_change, UNKNOWN: _unknown,
}  # fmt: skip
