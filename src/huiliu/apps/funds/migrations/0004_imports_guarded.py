"""The database itself keeps imports, drafts and decisions as they were written, and what they must agree with."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

FILE, ROW, MAPPING = "funds_importfile", "funds_importrow", "funds_importmapping"
DRAFT, LINE, SUBMISSION, DECISION = (
    "funds_budgetdraft", "funds_budgetdraftline", "funds_budgetsubmission", "funds_externaldecision",
)
EVENT, YEAR, PURPOSE = "funds_event", "funds_projectyear", "funds_purpose"
KEPT = "FUND-055 导入、预算编报和外部决定的记录只能新增，不能改动或删除"

KEPT_TRIGGERS = tuple(
    Trigger(f"{table}_no_{when.lower()}", table, when, KEPT)
    for table in (FILE, ROW, MAPPING, DRAFT, LINE, SUBMISSION, DECISION)
    for when in ("UPDATE", "DELETE", "TRUNCATE")
) + tuple(
    Trigger(f"{table}_replaces_none", table, "INSERT", "FUND-055 不能以新的一行代替已有的一行",
            refuse=f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id OR ({same}))")
    for table, same in (
        (FILE, "o.year_id = NEW.year_id AND o.digest = NEW.digest AND o.mapping_digest = NEW.mapping_digest"),
        (ROW, "o.file_id = NEW.file_id AND o.row = NEW.row"),
        (MAPPING, "o.code = NEW.code AND o.number = NEW.number"),
        (DRAFT, "o.year_id = NEW.year_id AND o.stage = NEW.stage AND o.number = NEW.number"),
        (LINE, "o.draft_id = NEW.draft_id AND o.position = NEW.position"),
        (SUBMISSION, "o.draft_id = NEW.draft_id OR o.approval_id = NEW.approval_id"),
        (DECISION, "o.event_id = NEW.event_id OR (o.year_id = NEW.year_id AND o.body = NEW.body"
                   " AND o.document_no = NEW.document_no)"),
    )
)

RULES = (
    Trigger(
        "funds_import_row_is_its_event", ROW, "INSERT", "FUND-056 导入行对应的事件不属于这个项目年度，或不是导入的",
        refuse=f"""
            NEW.event_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {EVENT} e JOIN {FILE} f ON f.year_id = e.year_id
                WHERE e.id = NEW.event_id AND f.id = NEW.file_id AND (NEW.outcome = 'known' OR e.origin = 'import'))
            OR NEW.outcome = 'new' AND EXISTS (
                SELECT 1 FROM {ROW} o WHERE o.event_id = NEW.event_id AND o.outcome = 'new')
        """,
    ),
    Trigger(
        "funds_draft_line_of_project", LINE, "INSERT", "FUND-057 明细的支出事项或合同不属于本项目，或编报已经送审",
        refuse=f"""
            EXISTS (SELECT 1 FROM {SUBMISSION} s WHERE s.draft_id = NEW.draft_id)
            OR NOT EXISTS (SELECT 1 FROM {DRAFT} d JOIN {YEAR} y ON y.id = d.year_id
                           JOIN {PURPOSE} p ON p.project_id = y.project_id
                           WHERE d.id = NEW.draft_id AND p.id = NEW.purpose_id)
            OR (NEW.contract_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {DRAFT} d JOIN {YEAR} y ON y.id = d.year_id
                JOIN {YEAR} z ON z.project_id = y.project_id JOIN {EVENT} e ON e.year_id = z.id
                WHERE d.id = NEW.draft_id AND e.id = NEW.contract_id AND e.kind = 'commitment'))
        """,
    ),
    Trigger(
        "funds_submission_is_whole", SUBMISSION, "INSERT", "FUND-058 送审的版本不是最新的，合计不符，或没有本项申请",
        refuse=f"""
            NOT EXISTS (
                SELECT 1 FROM {DRAFT} d JOIN control_approvalrequest a ON a.id = NEW.approval_id
                WHERE d.id = NEW.draft_id AND a.kind = 'budget_draft' AND a.status = 'pending'
                  AND a.amount_fen = d.total_fen
                  AND d.total_fen = (SELECT SUM(l.amount_fen) FROM {LINE} l WHERE l.draft_id = d.id)
                  AND NOT EXISTS (SELECT 1 FROM {DRAFT} n WHERE n.year_id = d.year_id AND n.stage = d.stage
                                  AND n.number > d.number))
        """,
    ),
    Trigger(
        "funds_decision_is_authority", DECISION, "INSERT", "FUND-059 预算批复与年初指标的金额、文号或年度不符",
        refuse=f"""
            NEW.event_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {EVENT} e WHERE e.id = NEW.event_id AND e.year_id = NEW.year_id AND e.kind = 'initial'
                  AND e.amount_fen = NEW.amount_fen AND e.number = NEW.document_no)
        """,
    ),
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ("funds", "0003_imports_and_drafts"),
    ]

    operations = [
        CreateTriggers(KEPT_TRIGGERS + RULES),
    ]
