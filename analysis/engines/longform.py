"""A snapshot's rows as the long table of answers: one query for each question, of the columns it needs."""

from collections.abc import Mapping, Sequence

from analysis.dataset import Item, UnusableData, listed
from analysis.dataset.columns import spelled
from analysis.engines.sql import quoted
from analysis.snapshot import Snapshot
from analysis.snapshot.columns import Column, literal

# ruff: noqa: S608  # every name and every text is quoted before it becomes part of a query


def answers(frozen: Snapshot, items: Sequence[Item], by: Sequence[str], weight: str | None) -> str:
    """The long table as a relation of DuckDB's: strata, weight, question, category.

    Raises
    ------
    UnusableData
        The snapshot has no such column of strata.
    """
    columns = {column.name: column for column in frozen.columns}
    for name in by:
        if name not in columns:
            raise UnusableData(f"The snapshot has no column {name!r}. It has {listed(columns)}.")
    kept = _kept(by, weight)
    parts = [
        f"SELECT {kept}{literal(item.name)} AS question, {chosen} AS category FROM {frozen.relation} WHERE {given}"
        for item in items
        for chosen, given in _chosen(item, columns)
    ]
    nothing = f"SELECT {kept}'' AS question, '' AS category FROM {frozen.relation} WHERE false"
    return "(" + "\nUNION ALL\n".join(parts or [nothing]) + ")"


def respondents(frozen: Snapshot, by: Sequence[str], weight: str | None) -> str:
    """The respondents as a relation of DuckDB's: strata and weight alone."""
    return f"(SELECT {_kept(by, weight).removesuffix(', ') or '1 AS one'} FROM {frozen.relation})"


def _kept(by: Sequence[str], weight: str | None) -> str:
    return "".join(f"{quoted(name)}, " for name in (*by, *([weight] if weight else [])))


def _chosen(item: Item, columns: Mapping[str, Column]) -> list[tuple[str, str]]:
    """What is chosen and when, as expressions: for a set, each category and then who is in the base."""
    ticks = {code: quoted(f"{item.name}/{code}") for code in item.shown if f"{item.name}/{code}" in columns}
    if ticks:
        whole = [(literal(spelled(code)), f"CAST({tick} AS DOUBLE) > 0") for code, tick in ticks.items()]
        return [*whole, ("CAST(NULL AS VARCHAR)", " OR ".join(given for _chosen, given in whole))]
    return _set(item, columns[item.name]) or [_single(item, columns[item.name])]


def _set(item: Item, column: Column) -> list[tuple[str, str]]:
    """The categories of a set, each once, and those who have any inside the base."""
    name = quoted(item.name)
    found = {"set": name, "jsonset": f"""from_json({name}, '["VARCHAR"]')"""}.get(column.kind)
    if found is None:
        return []
    shown = f"[{', '.join(literal(spelled(code)) for code in item.shown)}]"
    return [
        (f"unnest(list_distinct({found}))", f"{name} IS NOT NULL"),
        ("CAST(NULL AS VARCHAR)", f"list_has_any({found}, {shown})"),
    ]


def _single(item: Item, column: Column) -> tuple[str, str]:
    """The one category of a response, spelled as a codebook would."""
    name = quoted(item.name)
    text = f"CAST({name} AS VARCHAR)"
    given = f"{name} IS NOT NULL"
    if column.kind == "json":
        text = f"json_extract_string({name}, '$')"
    elif column.dtype.lower() in ("bool", "boolean"):
        true, false = ("True", "False") if any(isinstance(code, bool) for code in item.categories) else ("1", "0")
        text = f"CASE WHEN {name} THEN '{true}' ELSE '{false}' END"
    elif "float" in column.dtype.lower():
        text = f"CASE WHEN {name} = trunc({name}) THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE {text} END"
        given = f"{name} IS NOT NULL AND NOT isnan({name})"
    else:
        given = f"{given} AND trim({text}) <> ''"
    return text, given
