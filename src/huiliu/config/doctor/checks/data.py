"""What guards the data itself: levels, masks, sealed columns, fields of the audit table."""

from django.apps import apps
from django.conf import settings
from django.db import connection

from huiliu.catalog import Catalog
from huiliu.config.doctor.findings import Finding, judged, probe
from huiliu.config.doctor.site import Site
from huiliu.kernel.masking import Level, mask, shown
from huiliu.web.protected import ProtectedField, key_of

AUDIT_COLUMNS = frozenset(
    {"at", "actor", "post", "ip", "action", "object_kind", "object_key", "outcome", "before", "after", "details"}
)
SAMPLES = {
    "name": "张三丰",
    "id_number": "11010119900307002X",
    "phone": "13800001234",
    "bank_account": "6222000011115678",
}


@probe("data_levels", "数据级别")
def data_levels(site: Site) -> Finding:
    """Every column of the library carries a level, the installation's own tables included."""
    tables = Catalog.load(*settings.HUILIU_CATALOG_ROOTS).tables.values()
    columns = [column for table in tables for column in table.columns]
    bare = sum(column.level not in set(Level) for column in columns)
    found = f"{len(columns)} 列，没有级别的 {bare} 列"
    return judged(not bare, found, "请在数据表定义中为这些列标明 L1 至 L4。")


@probe("masking", "默认脱敏")
def masking(site: Site) -> Finding:
    """Samples are put through the running mask; a value without a known level must come out masked."""
    wrong = sum(_shows(kind, value) for kind, value in SAMPLES.items())
    found = f"试 {len(SAMPLES)} 类，未脱敏 {wrong} 类；级别不明的一律脱敏"
    return judged(not wrong, found, "脱敏被改动：请恢复程序文件。")


def _shows(kind: str, value: str) -> bool:
    answers = {mask(kind, value), *(shown(kind, level, value) for level in (None, "L3", "L4", "L9"))}
    return any(value in str(answer) for answer in answers)


@probe("sealed_columns", "列加密")
def sealed_columns(site: Site) -> Finding:
    """Columns that hold protected values are sealed with SM4-GCM, every stored value under a key that is there."""
    columns = protected_columns()
    bare = sum(_unsealed(*column) for column in columns)
    good = bool(columns) and not bare
    found = f"加密列 {len(columns)} 个，未加密的值 {bare} 个"
    return judged(good, found, "请停止使用并恢复数据库；加密列不得手工写入。")


def protected_columns() -> list[tuple[str, str]]:
    """Table and column of every protected field of the product."""
    fields = (field for model in apps.get_models() for field in model._meta.local_fields)
    return [(field.model._meta.db_table, field.column) for field in fields if isinstance(field, ProtectedField)]


def _unsealed(table: str, column: str) -> int:
    """Stored values of a column that carry no key id."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name(column)} FROM {name(table)} WHERE {name(column)} IS NOT NULL")
        return sum(not key_of(value) for (value,) in cursor.fetchall())


@probe("audit_fields", "审计内容")
def audit_fields(site: Site) -> Finding:
    """The table in the database has a column for each thing that a record must tell."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "audit_auditevent")
    lacking = AUDIT_COLUMNS - {column.name for column in described}
    found = f"缺列 {'、'.join(sorted(lacking))}" if lacking else "时间、人员、岗位、地址、操作、对象、结果、变更前后"
    return judged(not lacking, found, "请重新执行数据库升级。")
