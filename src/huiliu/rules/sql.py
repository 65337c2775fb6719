"""The subset of SQL a rule may be written in, checked by parsing against an allow-list (docs/rule-sql.md)."""

from collections.abc import Callable, Collection, Iterator, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from huiliu.lake.tables import Table

DIALECT = "duckdb"
OUTPUT = ("subject", "occurred_on", "amount")
DAY = "day"
MACRO_NAMES = frozenset({"months_add", "month_of"})
JOIN_WORDS = frozenset({"", "INNER", "LEFT", "RIGHT", "FULL", "OUTER"})
CAST_TYPES = frozenset({exp.DataType.Type.DATE, exp.DataType.Type.INT, exp.DataType.Type.DECIMAL})
PLAIN_NUMBERS = frozenset({"0", "1", "2"})

_STRUCTURE: tuple[type[exp.Expr], ...] = (
    *(exp.Select, exp.With, exp.CTE, exp.Subquery, exp.Union, exp.From, exp.Join, exp.Where, exp.Group, exp.Having),
    *(exp.Order, exp.Ordered, exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Var),
    *(exp.Literal, exp.Null, exp.Boolean, exp.Placeholder, exp.Star, exp.Paren, exp.DataType, exp.DataTypeParam),
)
_OPERATORS: tuple[type[exp.Expr], ...] = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between),
    *(exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe, exp.Case, exp.If, exp.Exists, exp.Cast),
)
_FUNCTIONS: tuple[type[exp.Expr], ...] = (
    *(exp.Sum, exp.Count, exp.Min, exp.Max, exp.Filter, exp.Window, exp.RowNumber, exp.Lag, exp.Lead),
    *(exp.Coalesce, exp.Nullif, exp.Abs, exp.Greatest, exp.Least, exp.Substring, exp.Length, exp.Trim, exp.Upper),
)
ALLOWED = frozenset({*_STRUCTURE, *_OPERATORS, *_FUNCTIONS})
_NUMERIC_PARENTS = (exp.Predicate, exp.Add, exp.Sub, exp.Mul, exp.In)


def problems(sql: str, reads: Sequence[Table], parameters: Collection[str]) -> list[str]:
    """Why a rule's query is not accepted, in Chinese; empty means accepted.

    Accepted is one SELECT with the columns subject, occurred_on and amount, over declared tables and their columns
    only, with listed functions, and with every policy number as a declared `$parameter` (`$day`, the day of the data,
    is always there).
    """
    try:
        statements = sqlglot.parse(sql, read=DIALECT)
    except SqlglotError:
        return ["查询语句无法解析"]
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        return ["只能有一条 SELECT 语句"]
    tree = statements[0]
    found = [problem for node in tree.walk() for problem in _node_problems(node)]
    found += [*_output(tree), *_tables(tree, reads), *_placeholders(tree, parameters)]
    return list(dict.fromkeys(found)) or list(_columns(tree, reads))


def placeholders(sql: str) -> frozenset[str]:
    """The names of the `$parameters` a query uses, so that exactly these are bound."""
    return frozenset(node.name for node in sqlglot.parse_one(sql, read=DIALECT).find_all(exp.Placeholder))


def _node_problems(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.Anonymous):
        if node.name not in MACRO_NAMES:
            yield f"函数 {node.name} 不在允许之列"
    elif type(node) not in ALLOWED:
        yield f"不允许使用 {node.key.upper()}"
    check = _SPECIAL.get(type(node))
    if check and (problem := check(node)):
        yield problem


def _join(node: exp.Expr) -> str | None:
    words = {str(node.args.get(part) or "").upper() for part in ("side", "kind")}
    if words - JOIN_WORDS or node.args.get("method"):
        return "连接只能用 JOIN、LEFT、RIGHT 或 FULL JOIN；判断有无请用 EXISTS"
    return None if node.args.get("on") or node.args.get("using") else "每个 JOIN 都要写 ON 或 USING"


def _literal(node: exp.Expr) -> str | None:
    if node.args["is_string"]:
        return f"日期 {node.name} 应作为参数写进 YAML" if isinstance(node.parent, exp.Cast) else None
    policy = isinstance(node.parent, _NUMERIC_PARENTS) and node.name not in PLAIN_NUMBERS
    return f"数字 {node.name} 应作为参数写进 YAML" if policy else None


def _cast(node: exp.Expr) -> str | None:
    return None if node.args["to"].this in CAST_TYPES else "CAST 只能转为 DATE、INTEGER 或 DECIMAL"


def _star(node: exp.Expr) -> str | None:
    return None if isinstance(node.parent, exp.Count) else "不能用 *，请逐列写出"


def _with(node: exp.Expr) -> str | None:
    return "不允许递归查询" if node.args.get("recursive") else None


_SPECIAL: dict[type[exp.Expr], Callable[[exp.Expr], str | None]] = {
    exp.Join: _join,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.Star: _star,
    exp.With: _with,
}


def _output(tree: exp.Select) -> Iterator[str]:
    if tuple(column.alias_or_name for column in tree.expressions) != OUTPUT:
        yield "结果列须依次为 subject、occurred_on、amount"


def _tables(tree: exp.Select, reads: Sequence[Table]) -> Iterator[str]:
    declared = {table.name for table in reads}
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    for name in sorted(named & declared):
        yield f"WITH 中的名称 {name} 与数据表重名"
    used = set()
    for table in tree.find_all(exp.Table):
        used.add(table.name)
        if not isinstance(table.this, exp.Identifier) or table.db or table.name not in declared | named:
            yield f"数据表 {table.name or '（表函数）'} 没有在 reads 中声明"
    for name in sorted(declared - used):
        yield f"reads 声明了 {name}，查询却没有用到"


def _placeholders(tree: exp.Select, parameters: Collection[str]) -> Iterator[str]:
    used = {node.name for node in tree.find_all(exp.Placeholder)}
    for name in sorted(used - set(parameters) - {DAY}):
        yield f"参数 ${name} 没有在 YAML 中声明"
    for name in sorted(set(parameters) - used):
        yield f"YAML 声明了参数 {name}，查询却没有用到"
    if DAY in parameters:
        yield f"参数名 {DAY} 保留给数据日期"


def _columns(tree: exp.Select, reads: Sequence[Table]) -> Iterator[str]:
    schema: dict[str, object] = {table.name: {c.name: c.sql_type for c in table.columns} for table in reads}
    try:
        qualify(tree.copy(), schema=schema, dialect=DIALECT)
    except SqlglotError as error:
        yield f"列名有误：{str(error).splitlines()[0]}"
