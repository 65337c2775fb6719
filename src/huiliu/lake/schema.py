"""What the lake's tables look like, and how far a definition may move away from that: columns are added, no more."""

from collections.abc import Iterable, Mapping

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.tables import Table

Columns = Mapping[str, str]  # SQL type by column name
Schema = Mapping[str, Columns]  # by table


def lake_schema(engine: Engine) -> Schema:
    """Columns and SQL types of every table in the lake, in one query: each look costs a reading of the catalogue."""
    sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake'"
    schema: dict[str, dict[str, str]] = {}
    for table, column, sql_type in engine.run(sql):
        schema.setdefault(table, {})[column] = sql_type
    return schema


def check_definitions(schema: Schema, tables: Iterable[Table]) -> None:
    """Raise LAKE-020 with what would have to be done, if a definition changed otherwise than by new columns."""
    for table in tables:
        existing = schema.get(table.name, {})
        plan = [f"列 {column} 已从定义中删除：请恢复其定义" for column in existing if column not in table.by_name]
        plan += [
            f"列 {c.name} 的类型由 {existing[c.name]} 改为 {c.sql_type}：请改用新列名"
            for c in table.columns
            if c.name in existing and existing[c.name] != c.sql_type
        ]
        if plan:
            raise HuiliuError(
                code="LAKE-020",
                message=f"表 {table.name} 的定义与回流库不一致，只允许增加列",
                hint="；".join(plan) + "。",
                facts={"table": table.name, "plan": plan},
            )


def migrate(engine: Engine, table: Table, existing: Columns) -> None:
    """Create the table, or add its new columns; only after `check_definitions`."""
    name = identifier(table.name)
    if not existing:
        columns = ", ".join(f"{identifier(c.name)} {c.sql_type}" for c in table.columns)
        engine.run(f"CREATE TABLE lake.{name} ({columns})")
        engine.run(f"ALTER TABLE lake.{name} SET SORTED BY ({', '.join(map(identifier, table.grain))})")
        return
    for column in table.columns:
        if column.name not in existing:
            engine.run(f"ALTER TABLE lake.{name} ADD COLUMN {identifier(column.name)} {column.sql_type}")
