"""A table with protected columns that exists in tests only, within their transaction."""

from django.apps.registry import Apps
from django.db import connection, models

from huiliu.web.protected import ProtectedField

own = Apps()


class Card(models.Model):
    """Anything that holds a secret."""

    secret = ProtectedField("密钥", level="L4", null=True, blank=True)
    other = ProtectedField("另一密钥", level="L4", null=True)
    phone = ProtectedField("联系电话", level="L3", kind="phone", null=True)
    unknown = ProtectedField("无级别", null=True, kind="phone")
    note = models.CharField("备注", max_length=50, default="", blank=True)

    class Meta:
        apps = own
        app_label = "web"
        db_table = "test_card"


def create_table() -> None:
    """Django's editor refuses to enter a transaction on SQLite; its statement does not."""
    editor = connection.SchemaEditorClass(connection, collect_sql=True)
    editor.deferred_sql = []
    sql, params = editor.table_sql(Card)
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
