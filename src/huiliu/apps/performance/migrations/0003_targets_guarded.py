"""Targets, held by the database: only a draft changes, approval needs its signatures, and a year that is over is shut."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

SET, VERSION = "performance_targetset", "performance_targetversion"
LINES = (("row", "performance_targetrow"), ("use", "performance_targetuse"))
REQUEST = "control_approvalrequest"
KEPT = "TARGET-003 已提交、生效或被取代的目标版本不能改动"
ONCE = "TARGET-003 目标一经建立不能改动或删除"
OVER = "TARGET-002 年度已经结束，目标不能再改动"


def over(day, year):
    """That a day lies after 31 December of a year, in words that both databases read alike."""
    return f"CAST({day} AS text) > CAST({year} AS text) || '-12-31'"


def same(*columns):
    return " AND ".join(f"COALESCE(CAST(NEW.{c} AS text), '') = COALESCE(CAST(OLD.{c} AS text), '')" for c in columns)


def asked(status):
    """That the request of the version as it was stands so."""
    return f"EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = OLD.request_id AND r.status = '{status}')"


YEAR_OF_NEW = f"(SELECT s.year FROM {SET} s WHERE s.id = NEW.target_set_id)"
CONTENT = same("objective", "document_no", "document_on", "document_name", "document_digest", "reasons", "digest",
               "request_id")  # fmt: skip
# A later version of the same set whose request was granted: what alone may take the place of one in force.
FOLLOWED = f"""EXISTS (SELECT 1 FROM {VERSION} v JOIN {REQUEST} r ON r.id = v.request_id
               WHERE v.target_set_id = OLD.target_set_id AND v.number > OLD.number AND r.status = 'approved')"""
STEPS = f"""
    (OLD.status = 'draft' AND NEW.status = 'draft')
    OR (OLD.status = 'draft' AND NEW.status = 'asked' AND NEW.digest <> '')
    OR (OLD.status = 'asked' AND NEW.status = 'draft' AND NOT {asked("pending")} AND NOT {asked("approved")})
    OR (OLD.status = 'asked' AND NEW.status = 'approved' AND {asked("approved")} AND {CONTENT}
        AND NEW.approved_on = NEW.touched_on)
    OR (OLD.status = 'approved' AND NEW.status = 'superseded' AND {FOLLOWED} AND {CONTENT} AND {same("approved_on")})
"""
WHOLE = (
    Trigger(
        "performance_target_set_insert",
        SET,
        "INSERT",
        OVER,
        refuse=f"""
            {over("NEW.opened_on", "NEW.year")}
            OR EXISTS (SELECT 1 FROM {SET} s WHERE s.id = NEW.id OR (s.project = NEW.project AND s.year = NEW.year))
        """,
    ),
    Trigger("performance_target_set_no_update", SET, "UPDATE", ONCE),
    Trigger("performance_target_set_no_delete", SET, "DELETE", ONCE),
    Trigger("performance_target_set_no_truncate", SET, "TRUNCATE", ONCE),
    Trigger(
        "performance_target_version_year",
        VERSION,
        "INSERT",
        OVER,
        refuse=over("NEW.touched_on", YEAR_OF_NEW),
    ),
    Trigger(
        "performance_target_version_insert",
        VERSION,
        "INSERT",
        "TARGET-004 已有未办结的版本，或版本号不连续",
        refuse=f"""
            NEW.status <> 'draft'
            OR EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = NEW.id)
            OR EXISTS (SELECT 1 FROM {VERSION} v WHERE v.target_set_id = NEW.target_set_id
                         AND (v.number >= NEW.number OR v.status IN ('draft', 'asked')))
        """,
        lock=f"SELECT 1 FROM {SET} WHERE id = NEW.target_set_id FOR UPDATE",
    ),
    Trigger(
        "performance_target_version_in_year",
        VERSION,
        "UPDATE",
        OVER,
        refuse=f"{over('NEW.touched_on', YEAR_OF_NEW)} OR NEW.touched_on < OLD.touched_on",
    ),
    Trigger(
        "performance_target_version_update",
        VERSION,
        "UPDATE",
        KEPT,
        refuse=f"""
            NOT ({same("id", "target_set_id", "number", "stage", "created_at", "created_by")}) OR NOT ({STEPS})
        """,
    ),
    Trigger("performance_target_version_no_delete", VERSION, "DELETE", KEPT),
    Trigger("performance_target_version_no_truncate", VERSION, "TRUNCATE", KEPT),
)


def draft(version, day=""):
    """That a version is a draft of a year that goes on, and was touched on the day of the change."""
    dated = f"AND CAST(v.touched_on AS text) = CAST({day} AS text)" if day else ""
    return f"""EXISTS (SELECT 1 FROM {VERSION} v JOIN {SET} s ON s.id = v.target_set_id
               WHERE v.id = {version} AND v.status = 'draft' {dated} AND NOT {over("v.touched_on", "s.year")})"""


def guards(name, table):
    """A line of the form changes only with its version."""
    there = f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id OR (o.version_id = NEW.version_id AND o.code = NEW.code))"
    new = draft("NEW.version_id", "NEW.entered_on")
    locks = {when: f"SELECT 1 FROM {VERSION} WHERE id = {row}.version_id FOR UPDATE"
             for when, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))}  # fmt: skip
    prefix = f"performance_target_{name}"
    return (
        Trigger(f"{prefix}_insert", table, "INSERT", KEPT, f"NOT {new} OR {there}", locks["INSERT"]),
        Trigger(
            f"{prefix}_update", table, "UPDATE", KEPT,
            f"NOT {new} OR NOT ({same('id', 'version_id', 'code')})", locks["UPDATE"],
        ),
        Trigger(f"{prefix}_delete", table, "DELETE", KEPT, f"NOT {draft('OLD.version_id')}", locks["DELETE"]),
        Trigger(f"{prefix}_no_truncate", table, "TRUNCATE", KEPT),
    )  # fmt: skip


TRIGGERS = (*WHOLE, *(trigger for name, table in LINES for trigger in guards(name, table)))


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0002_targets'),
        ('control', '0008_rows_of_lists'),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
