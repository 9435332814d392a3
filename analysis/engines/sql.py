"""The statement that makes a survey's cube, the same on SQLite, PostgreSQL, DuckDB and Spark.

It asks two relations, which each engine names or makes in its own way:

``answers``
    The long table: one row per respondent, question and chosen category, with the columns ``question`` and
    ``category``, those of the strata and, if there are weights, one of them. A set has a row per chosen category, and
    one more without a category for each who is in its base.
``respondents``
    One row each, with the same columns of strata and weights.
"""

from collections.abc import Sequence

from analysis.dataset import UnusableData

STATEMENT = """
SELECT {strata}{question}, {category}, count(*) AS n, sum({weight}) AS w, sum({weight} * {weight}) AS w2
  FROM {answers} AS answers
 GROUP BY {strata}{question}, {category}
UNION ALL
SELECT {strata}NULL, NULL, count(*), sum({weight}), sum({weight} * {weight})
  FROM {respondents} AS respondents{grouping}
""".strip()

JOIN = """
(SELECT {strata}{weight}a.{question}, a.{category}
   FROM {answers} AS a JOIN {respondents} AS r ON r.{key} = a.{key})
""".strip()


def statement(answers: str, respondents: str, strata: Sequence[str], weight: str | None = None) -> str:
    """The statement that gives n, Σw and Σw² per stratum × question × category and, without a question, per stratum.

    Parameters
    ----------
    answers, respondents
        What stands after FROM: a name by ``quoted``, or a query in parentheses such as ``joined`` makes.
    strata
        Their columns of strata.
    weight
        Their column of weights; without one each response counts as 1.

    Returns
    -------
    str
        Its rows are those that ``analysis.cube.assembled`` takes.
    """
    columns = "".join(f"{quoted(name)}, " for name in strata)
    return STATEMENT.format(
        strata=columns,
        question=quoted("question"),
        category=quoted("category"),
        weight="1" if weight is None else quoted(weight),
        answers=answers,
        respondents=respondents,
        grouping=f"\n GROUP BY {columns.removesuffix(', ')}" if columns else "",
    )


def joined(answers: str, respondents: str, key: str, strata: Sequence[str], weight: str | None = None) -> str:
    """The long table where strata and weights are kept with the respondents alone: the join of both by ``key``."""
    return JOIN.format(
        strata="".join(f"r.{quoted(name)}, " for name in strata),
        weight="" if weight is None else f"r.{quoted(weight)}, ",
        question=quoted("question"),
        category=quoted("category"),
        answers=answers,
        respondents=respondents,
        key=quoted(key),
    )


def quoted(name: str) -> str:
    """A name as an identifier in double quotes, whatever it holds.

    Raises
    ------
    UnusableData
        It is empty or has a character that no engine takes in a name.
    """
    if not name or "\0" in name:
        raise UnusableData(f"{name!r} can't be the name of a column. Rename it.")
    return '"' + name.replace('"', '""') + '"'
