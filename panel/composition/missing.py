"""Who is missing in the panel, in plain sentences, only where chance is ruled out."""

from collections.abc import Mapping, Sequence
from math import exp, lgamma, log, log1p

from analysis.words import _, percent
from panel import agegroups
from panel.composition.counting import AGE, DISTRICT, GENDER, MAN, MATCHED, WOMAN, Composition, Group

LEVEL = 0.05
"""How likely it may be that, in a panel drawn by lot, any group at all is told of."""
FEW = 0.8
"""A group is told of only if its share of the panel is less than this part of its share of the inhabitants."""
MOST = 4
"""So many sentences at most, the most missing first."""
YOUNG, OLD = 29, 65


def missing(whole: Composition) -> list[str]:
    """One sentence for each group that is missing; or one that says that none is, or why it can't be told."""
    if not whole.inhabitants:
        return [_("Who is missing can't be told until population figures are loaded.")]
    if not whole.size:
        return [_("The panel has no active members yet.")]
    tested = {by: _known(whole.groups(by)) for by in (AGE, DISTRICT, GENDER)}
    ages = len(tested[AGE])
    count = ages * (ages + 1) // 2 + len(tested[DISTRICT]) + len(tested[GENDER])  # every run of age groups is tried
    short = {by: [g for g in tested[by] if is_short(g, count)] for by in (DISTRICT, GENDER)}
    told = [(group, _age_words(group.code)) for group in _joined(tested[AGE], count)]
    told += [(group, _district_words(group.code, whole.districts)) for group in short[DISTRICT]]
    told += [(group, _gender_words(group.code)) for group in short[GENDER]]
    if not told:
        words = _("No group is clearly smaller in the panel than in the municipality, as far as %(n)s members can tell.")
        return [words % {"n": whole.size}]
    told.sort(key=lambda each: each[0].ratio or 0.0)
    return [_sentence(group, words) for group, words in told[:MOST]]


def _known(groups: Sequence[Group]) -> list[Group]:
    return [group for group in groups if group.population and group.panel_whole]


def is_short(group: Group, tests: int) -> bool:
    """
    Whether a group is so small in the panel that chance does not explain it.

    The exact binomial probability of so few or fewer, had each member been drawn by lot among the inhabitants, is below
    5 % shared by all groups that are tried (Bonferroni), and the group lacks at least a fifth of its share.
    """
    share, ratio = group.population_share, group.ratio
    if share is None or ratio is None or ratio >= FEW:
        return False
    return at_most(group.panel, group.panel_whole, share) < LEVEL / max(1, tests)


def at_most(count: int, size: int, share: float) -> float:
    """The binomial probability of ``count`` or fewer among ``size``, each with the probability ``share``."""
    if share >= 1:
        return float(count >= size)
    first = lgamma(size + 1)
    yes, no = log(share), log1p(-share)
    logs = [first - lgamma(k + 1) - lgamma(size - k + 1) + k * yes + (size - k) * no for k in range(count + 1)]
    return min(1.0, sum(exp(each) for each in logs))


def _joined(groups: Sequence[Group], tests: int) -> list[Group]:
    """The age groups that are missing, those side by side as one, such as 15–29; neighbours that lack too go along."""
    joined: list[Group] = []
    for group in groups:
        lacks = group.ratio is not None and group.ratio < FEW
        last = joined[-1] if joined else None
        both = _both(last, group) if last else group
        if not lacks:
            joined.append(Group("", 0, 0, None, 0))  # a gap that nothing is joined over
        elif last and last.code and (is_short(both, tests) or not (is_short(last, tests) or is_short(group, tests))):
            joined[-1] = both
        else:
            joined.append(group)
    return [group for group in joined if is_short(group, tests)]


def _both(one: Group, other: Group) -> Group:
    low, high = one.code.split("-")[0], other.code.rpartition("-")[2]
    code = f"{low}+" if high.endswith("+") else f"{low}-{high}"
    inhabitants = (one.population or 0) + (other.population or 0)
    return Group(code, one.panel + other.panel, one.panel_whole, inhabitants, one.population_whole)


def _age_words(code: str) -> str:
    low, _dash, high = code.removesuffix("+").partition("-")
    ages = {"ages": agegroups.label(code)}
    if high and int(high) <= YOUNG:
        return _("Young people, %(ages)s,") % ages
    return (_("Older people, %(ages)s,") if int(low) >= OLD else _("People of %(ages)s")) % ages


def _district_words(code: str, names: Mapping[str, str]) -> str:
    return _("People in %(district)s") % {"district": names.get(code, code)}


def _gender_words(code: str) -> str:
    return {WOMAN: _("Women"), MAN: _("Men")}[code] if code in MATCHED else code


def _sentence(group: Group, who: str) -> str:
    words = _("%(who)s are fewer than in the municipality: %(panel)s of the panel, %(population)s of the inhabitants.")
    shares = {"panel": percent(group.panel_share or 0.0), "population": percent(group.population_share or 0.0)}
    return words % ({"who": who} | shares)
