"""A text column that might hold a person is protected, or stands here with the reason why it need not be."""

import re

import pytest
from django.apps import apps
from django.db import models

from huiliu.catalog import Catalog
from huiliu.web.protected import ProtectedField

TEXTS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.BinaryField)
NAME = re.compile(
    r"(^|_)(name|names|person|persons|subject|actor|payee|owner|user|id_number|id_no|card|phone|mobile|tel|e?mail|contact|"
    r"address|addr|ip|account|birth|born|secret|token|password|no|by|from)($|_)|username"
)
LABEL = re.compile(
    r"姓名|名称|人员|领取人|收款|户名|代表|经办人|申请人|操作人|导入人|生成人|证件|身份|号码|电话|手机|邮箱|联系|地址|住址|账号|账户|帐号|卡号|"
    r"出生|生日|密钥|口令|密码|用户名|对象"
)
PERSONAL_KINDS = {"name", "id_number", "phone", "bank_account", "address"}
OPEN_LEVELS = {"L1", "L2"}

STAFF = "a member of staff at work, whose name the office's own records must show"
NETWORK = "addresses of machines, kept for audit and lock-out"
DIGEST = "a digest or an opaque key, from which nothing can be read"
PLACE = "names a thing of the office or the program, never a person"
NUMBER = "the number that stands for a person everywhere outside the lake; names come from the lake, masked"

LISTED: dict[str, str] = {
    "admin.LogEntry.object_id": "never written: no model is registered with the admin",
    "admin.LogEntry.object_repr": "never written: no model is registered with the admin",
    "auth.Permission.name": PLACE,
    "auth.Permission.codename": PLACE,
    "auth.Group.name": PLACE,
    "sessions.Session.session_key": DIGEST,
    "audit.AuditEvent.actor": STAFF,
    "audit.AuditEvent.ip": NETWORK,
    "audit.AuditEvent.object_kind": PLACE,
    "audit.AuditEvent.object_key": DIGEST,
    "audit.AuditEvent.key_id": PLACE,
    "audit.LegalHold.placed_by": STAFF,
    "audit.LegalHold.released_by": STAFF,
    "accounts.ApiKey.digest": DIGEST,
    "accounts.ApiKey.networks": NETWORK,
    "accounts.ApiKey.used_from": NETWORK,
    "accounts.User.password": "a hash by argon2",
    "accounts.User.username": STAFF,
    "accounts.User.display_name": STAFF,
    "accounts.Unit.name": PLACE,
    "accounts.SignIn.networks": NETWORK,
    "accounts.PastPassword.hash": "a hash by argon2",
    "accounts.Tries.key": STAFF,
    "accounts.UserSession.address": NETWORK,
    "control.ApprovalRequest.subject": "a user name of the office or a thing asked for",
    "control.ApprovalStep.name": PLACE,
    "control.Attachment.name": "a file about staff at work, shown to who sees the request, in no log and no audit row",
    "control.SupervisionRecord.document_name": "the file of a supervisor's finding; personal numbers are refused",
    "control.DailyCount.username": STAFF,
    "datahub.Night.key": DIGEST,
    "datahub.NightCheck.name": PLACE,
    "datahub.SubjectKey.key": DIGEST,
    "datahub.SubjectKey.person_no": NUMBER,
    "datahub.UnitKey.key": DIGEST,
    "datahub.UnitKey.unit_no": PLACE,
    "exports.Export.title": PLACE,
    "exports.Export.file_name": PLACE,
    "exports.ExportDownload.address": NETWORK,
    "query.SavedQuery.key": DIGEST,
    "query.SavedQuery.name": "what a member of staff calls a question; personal numbers are refused, the page says so",
    "lists.ListLookUp.by": "one of three words: what the numbers of a list are",
    "lists.ColumnTemplate.name": "what a member of staff calls a choice of columns; personal numbers are refused",
    "lists.FormTemplate.name": "what a member of staff calls a form of an agency; personal numbers are refused",
    "fundsafety.Clue.key": DIGEST,
    "fundsafety.Clue.subject": NUMBER,
    "funds.Project.name": PLACE,
    "funds.Attachment.name": "a file about spending, shown to who sees the ledger; personal numbers are refused",
    "funds.ImportFile.name": "an export about the office's money; personal numbers are refused",
    "funds.ExternalDecision.document_no": "the number of an official document; personal numbers are refused",
    "funds.ExternalDecision.name": "the file of an official decision; personal numbers are refused",
    "funds.Event.payee": "whom the office pays, as its ledger must show; personal numbers are refused",
    "performance.MeasurementEvidence.link": "where the records of the office open; addresses of pages name no person",
    "performance.Evaluation.name": PLACE,
    "performance.Evaluation.imported_by": STAFF,
    "performance.Document.rendered_by": STAFF,
    "performance.DeclaredScore.declared_by": STAFF,
    "performance.WrittenProfile.written_by": STAFF,
    "performance.MonitoringSnapshot.taken_by": STAFF,
    "performance.AlertMark.marked_by": STAFF,
    "performance.Filing.written_by": STAFF,
    "performance.FilingVersion.made_by": STAFF,
    "performance.CheckedBatch.checked_by": STAFF,
    "performance.CheckedFolder.sent_by": STAFF,
    "performance.Review.body_name": PLACE,
    "performance.Review.document_no": "the number of an official document; personal numbers are refused",
    "performance.Review.document_name": "the file of an official decision; personal numbers are refused",
    "performance.SuggestionDecision.subject": "one of three words: what a suggestion speaks of",
    "performance.RectificationStep.document_name": "a file that proves work done; personal numbers are refused",
    "performance.FormTemplate.name": "what a member of staff calls a form of an agency; personal numbers are refused",
    "performance.FormTemplate.document_no": "the number of an official document; personal numbers are refused",
    "performance.FormTemplate.file_name": "the file of an agency's form; personal numbers are refused",
    "performance.FormTemplate.added_by": STAFF,
    "performance.FormTemplate.retired_by": STAFF,
    "performance.Disclosure.reply_no": "the number of an official document; personal numbers are refused",
    "performance.Disclosure.opened_by": STAFF,
    "performance.DisclosurePackage.made_by": STAFF,
    "performance.DisclosurePublication.address": "the address of a page of a public website",
    "performance.DisclosurePublication.recorded_by": STAFF,
    "performance.TargetSet.name": PLACE,
    "performance.TargetSet.opened_by": STAFF,
    "performance.TargetVersion.created_by": STAFF,
    "performance.TargetVersion.document_no": "the number of an official document; personal numbers are refused",
    "performance.TargetVersion.document_name": "the file of an official decision; personal numbers are refused",
    "performance.TargetUse.name": PLACE,
}
LAKE_LISTED: dict[str, str] = {
    "unit.unit_name": "an employer, published in the register of enterprises",
    "unit.unit_no": PLACE,
    "unit.credit_code": PLACE,
    "person.town_name": "a town of thousands, open as its division is",
    "ledger_subject.subject_name": PLACE,
    "code_value.list_name": PLACE,
    "code_value.meaning": PLACE,
}


def suspicious(name: str, label: str) -> bool:
    return bool(NAME.search(name) or LABEL.search(label))


def business_columns() -> dict[str, models.Field]:
    """Suspicious text columns of every model, with the app and model before them."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, TEXTS) and suspicious(field.name, str(field.verbose_name))
    }


def unprotected() -> set[str]:
    return {name for name, field in business_columns().items() if not isinstance(field, ProtectedField)}


def test_every_column_that_might_hold_a_person_is_protected_or_listed():
    assert unprotected() - set(LISTED) == set()


def test_nothing_is_listed_that_is_not_there():
    assert set(LISTED) - unprotected() == set()


def test_every_protected_field_has_a_level():
    levels = {name: field.level for name, field in business_columns().items() if isinstance(field, ProtectedField)}
    assert levels
    assert set(levels.values()) <= {"L3", "L4"}


def lake_columns():
    return {
        f"{table.name}.{column.name}": column for table in Catalog.load().tables.values() for column in table.columns
    }


def test_every_personal_column_of_the_lake_is_guarded():
    open_ones = {
        name
        for name, column in lake_columns().items()
        if column.level in OPEN_LEVELS
        and (column.kind in PERSONAL_KINDS or (column.kind == "text" and suspicious(column.name, column.label)))
    }
    assert open_ones - set(LAKE_LISTED) == set()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("contact", "联系人"), ("holder_name", "户名"), ("x", "证件号码"), ("mobile", "x"), ("bank_account", "x"),
        ("home_address", "x"), ("x", "手机"), ("birth", "x"), ("x", "出生日期"), ("email", "x"), ("x", "申请人姓名"),
    ],
)  # fmt: skip
def test_what_suggests_a_person_is_noticed(name, label):
    assert suspicious(name, label)


@pytest.mark.parametrize(
    ("name", "label"), [("status", "状态"), ("level", "数据级别"), ("batch", "批次"), ("normal", "结论")]
)
def test_what_does_not_is_left_alone(name, label):
    assert not suspicious(name, label)
