"""How often each page asks: statements of the business database and queries of the library, pinned one by one.

Counted is the second look, when address keys and counters are made. A page that is not listed here fails.
"""

import io
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import NewRequest, request_submit
from huiliu.apps.control.services.supervision import Document, Supervised, supervision_record
from huiliu.apps.datahub.models import Night, SubjectKey
from huiliu.apps.datahub.services.keys import unit_keys
from huiliu.apps.datahub.tests.town import UNIT, ZHANG
from huiliu.apps.exports.models import Export
from huiliu.apps.exports.tests.conftest import first_matter
from huiliu.apps.funds.models import ProjectYear
from huiliu.apps.funds.services import NewEvent, NewLine, Sent, draft_save, event_record, import_upload, purpose_add
from huiliu.apps.funds.tests.test_importing import book
from huiliu.apps.fundsafety.models import Clue
from huiliu.apps.performance.services.monitoring import snapshot_keep
from huiliu.apps.performance.tests.form import begun, filled
from huiliu.apps.query.models import SavedQuery
from huiliu.lake.engine import Engine
from web.expectations import PAGES, POSTS
from web.test_masks import whole
from web.test_matrix import PAGE_PATTERNS

__all__ = ["whole"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# page → post that looks, statements of the business database, queries of the library
LOOKED_AT: dict[str, tuple[str, int, int]] = {
    "workbench": ("control", 28, 0),
    "accounts:password": ("control", 5, 0),
    "accounts:totp": ("control", 9, 0),
    "accounts:my_sessions": ("control", 7, 0),
    "accounts:my_keys": ("clerk", 6, 0),
    "accounts:user_list": ("control", 7, 0),
    "accounts:sign_in_list": ("secadmin", 8, 0),
    "accounts:session_list": ("secadmin", 6, 0),
    "accounts:key_list": ("secadmin", 5, 0),
    "audit:event_list": ("auditor", 7, 0),
    "audit:event_detail": ("auditor", 5, 0),
    "audit:same_object": ("auditor", 7, 0),
    "audit:compare": ("auditor", 4, 0),
    "audit:retention": ("control", 10, 0),
    "jobs:job_row": ("clerk", 4, 0),
    "control:request_list": ("control", 8, 0),
    "control:request_mine": ("control", 6, 0),
    "control:request_all": ("control", 9, 0),
    "control:post_ask": ("control", 7, 0),
    "control:post_first": ("sysadmin", 7, 0),
    "control:password_ask": ("sysadmin", 5, 0),
    "control:request_detail": ("control", 10, 0),
    "control:ledger": ("control", 10, 0),
    "control:review_list": ("control", 7, 0),
    "control:delegation_list": ("control", 8, 0),
    "control:supervision_list": ("control", 7, 0),
    "control:supervision_detail": ("control", 6, 0),
    "control:supervision_document": ("control", 10, 0),
    "control:supervision_new": ("control", 5, 0),
    "control:supervision_correct": ("control", 6, 0),
    "control:account_new": ("sysadmin", 5, 0),
    "control:leaver": ("sysadmin", 10, 0),
    "control:unit_list": ("control", 6, 0),
    "control:unit_new": ("sysadmin", 5, 0),
    "control:plan": ("control", 5, 0),
    "datahub:night_calendar": ("control", 9, 0),
    "datahub:night_list": ("control", 9, 0),
    "datahub:night_running": ("control", 6, 0),
    "datahub:night_detail": ("control", 10, 0),
    "datahub:compare_list": ("control", 5, 0),
    "datahub:quarantine_list": ("control", 6, 7),
    "datahub:quarantine_rows": ("control", 11, 3),
    "datahub:standard_export": ("control", 6, 0),
    "datahub:person_search": ("control", 7, 0),
    "datahub:person_export": ("control", 5, 0),
    "datahub:person_detail": ("control", 20, 20),
    "datahub:person_changes": ("control", 17, 20),  # two of them begin and end its one look at the catalogue
    "datahub:person_sheet": ("control", 5, 0),
    "datahub:unit_search": ("control", 7, 0),
    "datahub:unit_detail": ("control", 20, 9),
    "datahub:unit_sheet": ("control", 5, 0),
    "exports:export_list": ("control", 6, 0),
    "exports:export_all": ("control", 8, 0),
    "exports:export_detail": ("control", 7, 0),
    "query:topic_list": ("control", 6, 0),
    "query:ask": ("control", 7, 0),
    "query:saved_list": ("clerk", 6, 0),
    "query:saved_open": ("clerk", 8, 0),
    "query:saved_export": ("clerk", 6, 3),
    "reports:report_list": ("control", 6, 0),
    "reports:report_detail": ("control", 9, 0),
    "lists:look_up": ("control", 9, 0),
    "lists:form_list": ("control", 6, 0),
    "fundsafety:clue_list": ("control", 15, 4),
    "fundsafety:clue_detail": ("control", 14, 6),
    "performance:monitoring_list": ("control", 10, 0),
    "performance:monitoring_detail": ("control", 12, 0),
    "performance:monitoring_figure": ("control", 9, 0),
    "performance:monitoring_snapshot": ("control", 8, 0),
    "performance:monitoring_kept_figure": ("control", 7, 0),
    "performance:measurement_list": ("control", 7, 0),
    "performance:assessment_list": ("control", 8, 0),
    "performance:year_list": ("control", 6, 0),
    "performance:year_detail": ("control", 12, 0),
    "performance:rectification_list": ("control", 8, 0),
    "performance:rectification_new": ("control", 7, 0),
    "performance:disclosure_list": ("control", 6, 0),
    "performance:disclosure_new": ("finance", 5, 0),
    "performance:filing_list": ("control", 7, 0),
    "performance:profile_list": ("control", 6, 0),
    "performance:profile_detail": ("control", 8, 0),
    "performance:profile_new": ("finance", 5, 0),
    "performance:template_list": ("control", 7, 0),
    "performance:template_new": ("finance", 5, 0),
    "performance:checked_list": ("control", 7, 0),
    "performance:checked_new": ("finance", 5, 0),
    "performance:board_list": ("control", 9, 0),
    "performance:board_detail": ("control", 10, 0),
    "performance:board_figure": ("control", 9, 0),
    "funds:project_list": ("finance", 6, 0),
    "funds:request_list": ("finance", 6, 0),
    "funds:project_new": ("finance", 4, 0),
    "funds:detail": ("finance", 8, 0),
    "funds:figure_detail": ("finance", 7, 0),
    "funds:project_rename": ("finance", 6, 0),
    "funds:year_new": ("finance", 5, 0),
    "funds:purpose_new": ("finance", 5, 0),
    "funds:year_close": ("finance", 8, 0),
    "funds:event_new": ("finance", 6, 0),
    "funds:event_pay": ("cashier", 6, 0),
    "funds:event_detail": ("finance", 9, 0),
    "funds:draft_list": ("finance", 10, 0),
    "funds:draft_new": ("finance", 11, 0),
    "funds:draft_figure": ("finance", 9, 0),
    "funds:draft_detail": ("finance", 8, 0),
    "funds:draft_submit": ("finance", 8, 0),
    "funds:decision_new": ("finance", 5, 0),
    "funds:import_list": ("finance", 7, 0),
    "funds:import_new": ("finance", 6, 0),
    "funds:import_mapping": ("finance", 6, 0),
    "funds:import_detail": ("finance", 9, 0),
    "funds:import_figure": ("finance", 9, 0),
    "performance:evaluation_list": ("control", 6, 0),
    "performance:evaluation_detail": ("control", 7, 0),
    "performance:report_detail": ("control", 6, 0),
    "performance:figure_detail": ("control", 6, 0),
    "performance:document": ("control", 10, 0),
    "performance:target_list": ("control", 12, 0),
    "performance:target_detail": ("control", 19, 0),
    "performance:target_compare": ("control", 7, 0),
    "performance:target_figure": ("control", 8, 0),
    "performance:target_new": ("finance", 5, 0),
    "performance:target_next": ("finance", 5, 0),
    "performance:target_words": ("finance", 5, 0),
    "performance:target_submit": ("finance", 9, 0),
    "performance:target_row_new": ("finance", 7, 0),
    "performance:target_row": ("finance", 7, 0),
    "performance:target_weights": ("finance", 6, 0),
    "performance:target_use_new": ("finance", 5, 0),
    "performance:target_use": ("finance", 5, 0),
    "api:openapi-json": ("control", 7, 0),
    "api:openapi-view": ("control", 7, 0),
}

LIST = {"mode": "list", "item": ["name", "id_number", "amount"], "slots": "1", "run": "1"}
SUMS = {"mode": "statistics", "group": ["insurance_type"], "measure": ["sum:amount"], "slots": "1", "run": "1"}
NUMBERS = {"act": "show", "by": "auto", "columns": ["name"], "pasted": ZHANG, "matter": "business_check",
           "case_number": "GD-2025-7", "format": "xlsx", "is_encrypted": "on"}  # fmt: skip

# what a clerk sends → page, form, statements, queries
SENT: dict[str, tuple[str, dict[str, object], int, int]] = {
    "a name": ("datahub:person_search", {"text": "张三", "kind": "auto"}, 17, 5),
    "a unit": ("datahub:unit_search", {"text": "机械", "kind": "name"}, 17, 4),
    "a list of a topic": ("query:ask", LIST, 17, 5),
    "sums of a topic": ("query:ask", SUMS, 15, 5),
    "numbers": ("lists:look_up", NUMBERS, 19, 7),
}

# Acts, which are only sent or lead on.
ACTS = frozenset({
    "performance:measurement_take", "performance:template_retire",
    "accounts:logout", "accounts:my_session_end", "accounts:my_key_revoke", "accounts:account_unlock",
    "accounts:totp_reset", "accounts:networks", "accounts:session_end", "accounts:key_revoke", "audit:event_export",
    "audit:hold_place", "audit:hold_release", "jobs:job_cancel", "control:purpose_end", "control:request_decide",
    "control:request_resubmit", "control:request_withdraw", "control:request_take_over", "control:attachment_new",
    "control:ledger_export",
    "control:grant_revoke", "control:review", "control:delegation_end", "control:plan_proposal", "control:plan_seats",
    "control:plan_confirm", "datahub:night_rollback_ask", "datahub:quarantine_ask", "datahub:person_full",
    "datahub:person_sheet_full", "query:saved_share", "query:saved_drop", "lists:template_remove",
    "lists:form_save", "lists:form_remove",
    "reports:report_make", "performance:checked_again",
    "performance:target_row_remove", "performance:target_use_remove",
    "funds:attachment_new", "funds:import_write", "performance:monitoring_keep", "performance:monitoring_adjust",
})  # fmt: skip

# What the town has none of; tests of their own open them.
ELSEWHERE = frozenset({
    "performance:measurement_year", "performance:measurement_detail", "performance:measurement_file",
    "performance:measurement_fill", "performance:measurement_figure", "performance:measurement_year_figure",
    "performance:assessment_detail", "performance:assessment_row", "performance:assessment_declare",
    "performance:assessment_figure", "performance:form_list", "performance:form_detail", "performance:form_figure",
    "performance:form_document", "performance:form_download", "performance:template_names",
    "performance:template_detail", "performance:template_next", "performance:template_document",
    "performance:template_download", "performance:checked_detail", "performance:checked_table",
    "performance:checked_workbook", "performance:checked_json", "performance:checked_request",
    "performance:checked_findings", "performance:checked_units", "performance:checked_unit",
    "performance:checked_compare", "performance:checked_file",
    "performance:rectification_detail", "performance:rectification_step", "performance:rectification_proof",
    "performance:rectification_export", "performance:review_detail", "performance:review_figure",
    "performance:review_document", "performance:review_new", "performance:review_correct", "performance:spot_draw",
    "performance:spot_check", "performance:spot_look", "performance:suggestion_answer",
    "performance:filing_detail", "performance:filing_figure", "performance:filing_version",
    "performance:filing_version_figure", "performance:filing_write", "performance:filing_submit",
    "performance:filing_names",
    "performance:disclosure_detail", "performance:disclosure_mend", "performance:disclosure_make",
    "performance:disclosure_submit", "performance:disclosure_publish", "performance:disclosure_package",
    "performance:disclosure_file",
    "control:attachment", "datahub:compare_detail", "datahub:quarantine_row", "datahub:night_rollback",
    "datahub:night_certificate", "exports:export_file", "reports:report_editions", "reports:report_export",
    "performance:target_document", "performance:monitoring_document", "performance:alert_handle",
    "funds:attachment", "funds:decision_file",
})  # fmt: skip

# Before anybody has signed in, or Django's own.
DJANGOS = frozenset({
    "healthz", "accounts:login", "accounts:code", "api:api-root", "admin:index", "admin:login", "admin:logout",
    "admin:password_change",
})  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """How many queries the library was asked."""
    counts: Counter[str] = Counter()
    for name in ("run", "blocks"):
        real = getattr(Engine, name)

        def counted(self, *arguments, real=real):
            counts["library"] += 1
            return real(self, *arguments)

        monkeypatch.setattr(Engine, name, counted)
    return counts


@pytest.fixture
def at(client, whole):
    """`at("clerk")`: who sits there, signed in."""
    people = {}

    def sign(post):
        if post not in people:
            people[post] = user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user
        if client.session.get("_auth_user_id") != str(people[post].pk):
            client.force_login(people[post])
        return people[post]

    return sign


def supervised(user, settings):
    """One supervision with its document."""
    wanted = Supervised(settings.HUILIU_CLOCK.now().date(), "甲市财政局", "资金检查", "clean")
    document = Document(io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "通知书.pdf")
    return supervision_record(wanted=wanted, document=document, user=user, actor=Actor("control"))


def drafted(by):
    """A draft of one line."""
    year = ProjectYear.objects.select_related("project").get()
    purpose = purpose_add(project=year.project, code="draft", label="维护", **by)
    line = NewLine("维护", purpose, "quantity", Decimal(1), "项", 100, 100)
    return draft_save(year=year, stage="first", lines=[line], **by)


@pytest.fixture
def parts(at, client, settings):
    """What stands in an address, by the beginning of a page's name and the part."""
    lan = user_create(username="lan", display_name="蓝", post="clerk", actor=SYSTEM).user
    for post in POSTS:
        at(post)
    wanted = NewRequest("post_grant", "clerk", "工作需要", beneficiary=lan)
    asked_for = request_submit(applicant=at("it"), wanted=wanted, actor=Actor("it"))
    at("clerk")
    client.post(reverse("query:ask", args=("benefit_payment",)), {**LIST, "keep": "1", "name": "名单"})
    saved = SavedQuery.objects.get().key
    purpose = {"matter": first_matter(), "case_number": "GD-2025-7", "format": "xlsx", "is_encrypted": "on"}
    client.post(reverse("query:saved_export", args=(saved,)), purpose)
    export = Export.objects.get()
    at("finance")
    targets = filled(begun(year=settings.HUILIU_CLOCK.now().year, who="finance"))
    given = NewEvent("initial", date(2024, 1, 10), 20_000_000, number="甲财〔2024〕1号")
    by = {"user": at("finance"), "actor": Actor("finance")}
    initial = event_record(year=ProjectYear.objects.get(), wanted=given, **by)
    kept = snapshot_keep(project="jia-it", year=2024, **by)
    lines = book([["清算日期", "凭证号", "金额", "收款人"], ["2024-01-11", "Z1", 60000, "甲公司"]])
    sent = Sent("treasury-statement", lines, "对账单.xlsx")
    statement, draft = import_upload(year=ProjectYear.objects.get(), sent=sent, **by), drafted(by)
    return {
        ("datahub:night", "key"): Night.objects.latest("business_date").key,
        ("datahub:night", "file_format"): "pdf",
        ("datahub:person", "key"): SubjectKey.objects.get(person_no=ZHANG).key,
        ("datahub:unit", "key"): unit_keys([UNIT], settings.HUILIU_CLOCK)[UNIT],
        ("fundsafety:clue", "key"): Clue.objects.get().key,
        ("query:saved", "key"): saved,
        ("query:ask", "name"): "benefit_payment",
        ("control:request", "number"): asked_for.pk,
        ("control:supervision", "number"): supervised(at("control"), settings).pk,
        ("control:leaver", "number"): lan.pk,
        ("exports:export", "key"): export.key,
        ("jobs:", "number"): export.job_id,
        ("audit:", "seq"): AuditEvent.objects.latest("seq").seq,
        ("reports:", "name"): "contributions",
        ("performance:target_row_new", "number"): targets.pk,
        ("performance:target_row", "number"): targets.rows.get(code="01").pk,
        ("performance:target_use_new", "number"): targets.pk,
        ("performance:target_use", "number"): targets.uses.get().pk,
        ("performance:target", "number"): targets.pk,
        ("performance:disclosure_new", "project"): "xxh",
        ("performance:disclosure_new", "year"): settings.HUILIU_CLOCK.now().year,
        ("performance:rectification_new", "project"): "xxh",
        ("performance:year_detail", "project"): "xxh",
        ("performance:rectification_new", "year"): settings.HUILIU_CLOCK.now().year,
        ("performance:target", "figure_id"): "weight.total",
        ("funds:import_", "number"): statement.pk,
        ("funds:draft_", "number"): draft.pk,
        ("funds:import_", "figure_id"): "rest",
        ("funds:draft_", "figure_id"): f"draft.{draft.pk}.total",
        ("funds:import_", "code"): "bank-statement",
        ("funds:", "name"): "jia-it",
        ("funds:", "year"): 2024,
        ("funds:", "figure_id"): "authority.adjusted",
        ("funds:event_new", "kind"): "quota",
        ("funds:event_pay", "kind"): "payment",
        ("funds:event_detail", "number"): initial.pk,
        ("performance:", "name"): "jia-2024",
        ("performance:monitoring", "project"): "jia-it",
        ("performance:monitoring", "year"): 2024,
        ("performance:monitoring", "figure_id"): "quota.issued",
        ("performance:monitoring_snapshot", "number"): kept.pk,
        ("performance:monitoring_kept_figure", "number"): kept.pk,
        ("performance:profile", "code"): "national",
        ("performance:board", "code"): "jia-it",
        ("performance:board", "year"): 2024,
        ("performance:board", "figure_id"): "quota.issued",
        ("performance:", "figure_id"): "spent",
        ("performance:", "file_format"): "pdf",
    }


def address(name, parts):
    """The address of a page with what the town has; parts that it has nothing for lead to a page that is not found."""
    found = {}
    for part in PAGE_PATTERNS[name].pattern.converters:
        given = [value for (start, of), value in parts.items() if of == part and name.startswith(start)]
        found[part] = given[0] if given else {"key": "none", "table": "person"}.get(part, 0)
    return reverse(name, kwargs=found)


def opened(client, path, sent, asked):
    """Statements and queries of one answer, which has to be a page."""
    ask = (lambda: client.get(path)) if sent is None else (lambda: client.post(path, sent))
    ask()
    asked.clear()
    with CaptureQueriesContext(connection) as statements:
        answer = ask()
    assert answer.status_code == 200, path
    return len(statements), asked["library"]


def test_every_page_is_listed():
    listed = [*LOOKED_AT, *ACTS, *ELSEWHERE, *DJANGOS]
    assert sorted(listed) == sorted(PAGES)


def test_pages_ask_as_often_as_is_written_here(at, client, parts, asked):
    found = {}
    for name, (post, *_numbers) in LOOKED_AT.items():
        at(post)
        found[name] = (post, *opened(client, address(name, parts), None, asked))
    assert found == LOOKED_AT


@pytest.mark.parametrize("act", SENT)
def test_searches_ask_as_often_as_is_written_here(at, client, parts, asked, act):
    name, sent, *numbers = SENT[act]
    at("clerk")
    assert list(opened(client, address(name, parts), sent, asked)) == numbers


def test_a_question_more_is_noticed(at, client, parts, asked, monkeypatch):
    from huiliu.web import hooks

    at("control")
    path = address("datahub:night_list", parts)
    before = opened(client, path, None, asked)
    real = hooks.banners
    monkeypatch.setattr(hooks, "banners", lambda request: (Night.objects.count(), real(request))[1])
    assert opened(client, path, None, asked) == (before[0] + 1, before[1])
