"""What the answers do not tell: differences not assured, groups with too few answers."""

from collections.abc import Hashable, Iterator, Sequence

from analysis.dataset import NOT_STATED
from analysis.words import N_, _

from .differing import tests_of
from .values import NO_DIFFERENCE, UNKNOWN, Finding, QuestionTables, both, either, measure

BREAKDOWNS = {"age_group": N_("age groups"), "district": N_("districts")}


def kinds(columns: Sequence[str]) -> list[str]:
    """What the groups of each column are called: age groups, districts."""
    return list(dict.fromkeys(_(BREAKDOWNS.get(column, N_("groups"))) for column in columns))


def no_differences(questions: Sequence[QuestionTables], different: Sequence[Finding]) -> Iterator[Finding]:
    """Where no difference could be assured, that is said, and what it does not mean."""
    found = {(finding.question, finding.by) for finding in different}
    for question in questions:
        name, label = question.item.name, question.item.label
        tried = {test.by for test in tests_of(question)}
        silent = tuple(by for by in question.tables if by in tried and (name, by) not in found)
        if silent:
            text = _("We see no sure differences between %(groups)s. Small ones may still be there.")
            told = text % {"groups": either(kinds(silent))}
            yield Finding(told, NO_DIFFERENCE, name, label, by=silent[0], weight=5.0, of=silent)


def unknown(questions: Sequence[QuestionTables]) -> Iterator[Finding]:
    """Groups that nothing is shown of: once for the survey if that is so in all its questions, else by question.

    Of a question that nobody has answered that is said, and nothing of groups.
    """
    silent = {
        (question.item.name, by): _silent(question, by)
        for question in questions
        for by, table in question.tables.items()
        if by and measure(table) and _answered(question)
    }
    for by in dict.fromkeys(by for _name, by in silent):
        of_all = [groups for (_name, one), groups in silent.items() if one == by]
        always = [code for code in of_all[0] if all(code in groups for groups in of_all)]
        example = next(question for question in questions if by in question.tables)
        if always:
            names = _names(example, by, always)
            yield Finding(_not_shown(names), UNKNOWN, by=by, weight=15.0, of=names)
        for question in questions:
            sometimes = [code for code in silent.get((question.item.name, by), []) if code not in always]
            if sometimes:
                names = _names(question, by, sometimes)
                name, label = question.item.name, question.item.label
                yield Finding(_not_shown(names), UNKNOWN, name, label, by, weight=10.0, of=names)


def _answered(question: QuestionTables) -> bool:
    """Whether it may be that somebody has answered: a base that is hidden is not 0."""
    table = question.tables.get("")
    return table is None or not (table["base"] == 0).all()


def _silent(question: QuestionTables, by: str) -> list[Hashable]:
    known: dict[Hashable, bool] = {}
    for table in (question.tables[by], question.ends.get(by)):
        if table is not None:
            told = ~table["hidden"].astype(bool) & table[measure(table)].notna()
            for code, any_known in told.groupby(table[by], sort=False, observed=True).any().items():
                known[code] = known.get(code, False) or bool(any_known)
    return [code for code, any_known in known.items() if not any_known and code != NOT_STATED]


def _names(question: QuestionTables, by: str, codes: Sequence[Hashable]) -> tuple[str, ...]:
    return tuple(question.group(by, code) for code in codes)


def _not_shown(names: Sequence[str]) -> str:
    return _("Answers from %(groups)s are not shown, so that nobody can be singled out.") % {"groups": both(names)}
