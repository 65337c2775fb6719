"""Disclosing: the clock from the reply, a package looked through, its digest signed, published with address and day."""

import html
import io
import re
from datetime import date
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services import step_decide
from huiliu.apps.performance.models import DisclosurePackage, DisclosurePublication
from huiliu.apps.performance.selectors import disclosure_sources as sources
from huiliu.apps.performance.selectors import disclosures as selectors
from huiliu.apps.performance.selectors.assessments import find
from huiliu.apps.performance.selectors.evaluation_files import Words, file_of
from huiliu.apps.performance.services import disclosures as services
from huiliu.apps.performance.services.disclosures import Masking, Published, Reply
from huiliu.apps.performance.tests.form import FINANCE, begun, by, clock, filled, later, signed, submitted
from huiliu.budget.events import Event
from huiliu.documents.disclosing.money import Paid
from huiliu.documents.disclosing.package import Package
from huiliu.documents.disclosing.page import FileLine
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
LIST = "/performance/disclosures/"
REPLY = Reply("甲财〔2025〕3号", date(2025, 2, 20))


@pytest.fixture
def targets(people, place):
    """Targets in force of a project that the ledger knows, with 20.00 万元 of authority."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open

    version = signed(submitted(filled(begun()), people), people, "he", "ling")
    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    year = project_open(wanted=wanted, year=2025, mode="quota", user=people["kuai"], actor=FINANCE)
    event_record(year=year, wanted=NewEvent("initial", date(2025, 1, 10), 20_000_000, number="1"), **by())
    return version.target_set


@pytest.fixture
def opened(targets):
    """The budget was approved on 20 February; today is 3 March."""
    return services.disclosure_open(targets=targets, occasion="budget", reply=REPLY, **by())


@pytest.fixture
def quick(monkeypatch):
    """The documents have tests of their own: here a package is a zip with one page."""

    def made(disclosure, fonts):
        raw = io.BytesIO()
        with ZipFile(raw, "w") as archive:
            archive.writestr("index.html", disclosure.report.key)
        digest = sm3(raw.getvalue())
        line = FileLine("index.html", "公开网页", 1, digest, digest)
        return Package(raw.getvalue(), f"sm3:{digest}", (line,))

    monkeypatch.setattr(services, "package", made)


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def standing(disclosure, *day):
    return selectors.found(disclosure.pk, date(*day or (2025, 3, 3)))


def made(disclosure, **masked):
    return services.package_make(number=disclosure.pk, masking=Masking(masked), **by())


def asked(disclosure):
    return services.package_submit(number=disclosure.pk, reason="随预算公开", **by())


def decided(kept, people, *who, decision="approved", comment=""):
    kept.refresh_from_db()
    for name in who:
        step_decide(number=kept.request_id, decider=people[name], decision=decision, comment=comment,
                    actor=Actor(name))  # fmt: skip


def test_the_clock_runs_from_the_day_of_reply(opened):
    told = {day: standing(opened, *day).verdict for day in ((2025, 2, 21), (2025, 3, 4), (2025, 3, 5), (2025, 3, 12),
                                                            (2025, 3, 13))}  # fmt: skip
    assert standing(opened).due == date(2025, 3, 12)
    assert told == {
        (2025, 2, 21): ("none", "还有 19 天"),
        (2025, 3, 4): ("none", "还有 8 天"),
        (2025, 3, 5): ("warn", "还有 7 天"),
        (2025, 3, 12): ("warn", "今天到期"),
        (2025, 3, 13): ("fail", "逾期 1 天未公开"),
    }


def test_from_reply_to_publication(opened, people, quick, settings):
    kept = made(opened)
    asked(opened)
    assert standing(opened).stage == selectors.ASKED
    with refused("DISC-015"):
        made(opened)
    with refused("DISC-018"):
        services.package_read(kept=kept, actor=FINANCE)
    decided(kept, people, "he", "ling")
    kept.refresh_from_db()
    assert str(kept.signed_on) == "2025-03-03"
    assert sm3(services.package_read(kept=kept, actor=FINANCE)) == kept.digest.removeprefix("sm3:")
    published = Published("https://www.example.gov.cn/1", date(2025, 3, 14), "预决算公开栏")
    with refused("DISC-019"):
        services.publication_record(number=opened.pk, published=published, **by())
    settings.HUILIU_CLOCK = clock(2025, 3, 14)
    services.publication_record(number=opened.pk, published=published, **by())
    assert standing(opened, 2026, 1, 1).verdict == ("warn", "已公开，逾期 2 天")
    assert selectors.open_ones(date(2025, 4, 1)) == []
    acts = {event.action for event in events(EventFilter(object_key=str(opened.pk))) if "disclosure" in event.action}
    assert acts == {
        f"performance.disclosure_{name}" for name in ("open", "make", "submit", "approve", "publish", "read")
    }


def test_what_is_returned_is_made_again_and_only_the_new_package_is_signed(opened, people, quick):
    first = made(opened)
    asked(opened)
    decided(first, people, "he", decision="returned", comment="补充说明")
    assert standing(opened).stage == selectors.RETURNED
    with refused("DISC-016"):
        asked(opened)
    services.reply_mend(number=opened.pk, reply=Reply("甲财〔2025〕4号", date(2025, 2, 24)), **by())
    second = made(opened)
    asked(opened)
    decided(second, people, "he", "ling")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.signed_on, str(second.signed_on), second.number) == (None, "2025-03-03", 2)
    assert first.request_id == second.request_id
    with refused("DISC-013"):
        services.reply_mend(number=opened.pk, reply=REPLY, **by())


def test_a_package_with_the_reply_as_it_was_is_not_submitted(opened, quick):
    made(opened)
    services.reply_mend(number=opened.pk, reply=Reply("甲财〔2025〕4号", date(2025, 2, 24)), **by())
    with refused("DISC-016"):
        asked(opened)
    made(opened)
    asked(opened)


def test_the_database_takes_no_package_for_signed_without_signatures(opened, people, quick):
    kept = made(opened)
    asked(opened)
    with pytest.raises(IntegrityError, match="DISC-017"), transaction.atomic():
        DisclosurePackage.objects.filter(pk=kept.pk).update(signed_on=date(2025, 3, 3))
    decided(kept, people, "he", "ling")
    kept.refresh_from_db()
    assert kept.signed_on == date(2025, 3, 3)


def test_an_address_holds_no_number_of_a_person(opened, people, quick):
    kept = made(opened)
    asked(opened)
    decided(kept, people, "he", "ling")
    address = Published("https://www.example.gov.cn/t?tel=13800000001", date(2025, 3, 3))
    with refused("AUDIT-003"):
        services.publication_record(number=opened.pk, published=address, **by())


@pytest.mark.parametrize(
    "address",
    ["https://", "http://公开栏", "ftp://www.example.gov.cn/1", "https://www.example.gov.cn/1 见附件", "http://[1"],
)
def test_an_address_names_a_page(opened, people, quick, address):
    kept = made(opened)
    asked(opened)
    decided(kept, people, "he", "ling")
    with refused("DISC-019"):
        services.publication_record(number=opened.pk, published=Published(address, date(2025, 3, 3)), **by())


def test_a_package_changed_on_the_disk_is_not_signed(opened, people, quick, settings):
    kept = made(opened)
    asked(opened)
    (settings.HUILIU_HOME / "attachments" / kept.digest.removeprefix("sm3:")).write_bytes(b"other")
    kept.refresh_from_db()
    with refused("CTRL-046"):
        decided(kept, people, "he", "ling")


def test_only_finance_discloses_and_once(targets, opened, people):
    with refused("DISC-010"):
        services.disclosure_open(targets=targets, occasion="final", reply=REPLY, **by("he"))
    with refused("DISC-011"):
        services.disclosure_open(targets=targets, occasion="budget", reply=REPLY, **by())
    with refused("DISC-012"):
        services.disclosure_open(targets=targets, occasion="final", reply=Reply("x", date(2025, 3, 4)), **by())
    for day in (date(2024, 6, 30), date(2015, 2, 20)):
        with refused("DISC-012"):
            services.reply_mend(number=opened.pk, reply=Reply("x", day), **by())
    services.reply_mend(number=opened.pk, reply=Reply("x", date(2024, 7, 1)), **by())


def test_final_accounts_need_a_filed_evaluation(targets, people, quick, monkeypatch, settings):
    settings.HUILIU_CLOCK = clock(2026, 8, 20)
    for day in (date(2025, 12, 31), date(2025, 2, 20)):
        with refused("DISC-012"):
            services.disclosure_open(targets=targets, occasion="final", reply=Reply(REPLY.number, day), **by())
    reply = Reply("甲财〔2026〕9号", date(2026, 1, 1))
    final = services.disclosure_open(targets=targets, occasion="final", reply=reply, **by())
    monkeypatch.setattr(sources, "filed_file", lambda project, year: None)
    with refused("DISC-014"):
        made(final)
    told = Words({"unit.work": "联系 138 0013 8000 核对。"})
    file = file_of(find("xxh", 2025, date(2025, 3, 3)), date(2025, 3, 3), told)
    monkeypatch.setattr(sources, "filed_file", lambda project, year: file)
    with refused("DISC-001") as stopped:
        made(final)
    assert "0013" not in str(stopped.value)
    kept = made(final, **{"unit.work:1": "涉及个人"})
    assert kept.masked == {"unit.work:1": "涉及个人"}


def test_rows_are_kept_by_the_database(opened, people, quick):
    kept = made(opened)
    told = {
        "address": "https://x.cn",
        "published_on": date(2025, 3, 3),
        "recorded_at": kept.made_at,
        "recorded_by": "kuai",
    }
    for change in (
        lambda: DisclosurePackage.objects.filter(pk=kept.pk).update(digest="sm3:0"),
        lambda: DisclosurePackage.objects.filter(pk=kept.pk).update(masked={"x": "y"}),
        lambda: DisclosurePackage.objects.filter(pk=kept.pk)._raw_delete("default"),
        lambda: type(opened).objects.filter(pk=opened.pk).update(occasion="final"),
        lambda: type(opened).objects.filter(pk=opened.pk)._raw_delete("default"),
        lambda: DisclosurePublication.objects.create(package=kept, **told),
    ):
        with pytest.raises(IntegrityError, match="DISC-0"), transaction.atomic():
            change()
    asked(opened)
    decided(kept, people, "he", "ling")
    row = DisclosurePublication.objects.create(package=kept, **told)
    for change in (
        lambda: DisclosurePublication.objects.filter(pk=row.pk).update(note="改"),
        lambda: DisclosurePackage.objects.filter(pk=kept.pk).update(signed_on=None),
        lambda: type(opened).objects.filter(pk=opened.pk).update(reply_no="改"),
        lambda: DisclosurePackage.objects.create(
            disclosure=opened, number=2, digest="sm3:1", size=1, files=[], source="x", made_at=kept.made_at, made_by="x"
        ),
    ):
        with pytest.raises(IntegrityError, match="DISC-0"), transaction.atomic():
            change()


def test_payments_are_added_by_the_item_of_their_request():
    day = date(2025, 5, 1)
    money = [
        Event("1", "request", day, 500, item="30213 维修（护）费", payee="甲"),
        Event("2", "request", day, 200, item="30214 租赁费", payee="乙"),
        Event("3", "payment", day, 500, refers="1"),
        Event("4", "payment", day, 200, refers="2"),
        Event("5", "refund", day, 50, refers="3"),
        Event("6", "payment", day, 7, refers="9"),
    ]
    assert sources.paid_by_item(money) == [
        Paid("30213 维修（护）费", 450, 2), Paid("30214 租赁费", 200, 1), Paid("未登记经济分类", 7, 1)]  # fmt: skip


def edition(page, address):
    """The edition that a form was loaded with."""
    return re.search(r'name="edition" value="(\w+)"', page.get(address).content.decode())[1]


def test_programs_read_deadlines_packages_and_files(as_of, opened, quick, people):
    kept = made(opened, **{"basis:01": "内部合同"})
    program = as_of("ling")
    (head,) = program.get("/api/v1/disclosures").json()
    assert (head["due"], head["days_left"], head["deadline"]) == ("2025-03-12", 9, "还有 9 天")
    assert (head["stage"], head["package"], head["number"]) == ("made", 1, opened.pk)
    one = program.get(f"/api/v1/disclosures/{opened.pk}").json()
    told = {"package": 1, "digest": kept.digest, "file_count": 1, "masked_count": 1, "signed_on": None}
    assert one["packages"][0].items() >= told.items()
    assert (one["reply_no"], one["publications"]) == ("甲财〔2025〕3号", [])
    files = program.get(f"/api/v1/disclosures/{opened.pk}/packages/1").json()
    assert files["files"] == kept.files
    assert files["masked"] == [{"place": "basis:01", "label": "basis:01", "reason": "内部合同"}]
    missing = ("99", f"{opened.pk}/packages/2", "99/packages/1")
    assert [program.get(f"/api/v1/disclosures/{path}").status_code for path in missing] == [404] * 3
    assert as_of("wang").get("/api/v1/disclosures").status_code == 403


def test_a_reply_mended_meanwhile_is_not_mended_over(as_of, opened):
    page, mend = as_of("kuai"), f"{LIST}{opened.pk}/mend/"
    began = edition(page, mend)
    services.reply_mend(number=opened.pk, reply=Reply("甲财〔2025〕4号", date(2025, 2, 24)), **by())
    given = {"edition": began, "number": "甲财〔2025〕5号", "day": "2025-02-25"}
    shown = page.post(mend, given).content.decode()
    for words in ("批复在您填写期间已由他人保存过", "甲财〔2025〕4号", "甲财〔2025〕5号", "2025-02-24", "2025-02-25"):
        assert words in shown, words
    opened.refresh_from_db()
    assert opened.reply_no == "甲财〔2025〕4号"


def test_a_package_made_after_the_page_is_not_signed_unseen(as_of, opened, quick):
    first = made(opened, objective="内部信息")
    page, submit = as_of("kuai"), f"{LIST}{opened.pk}/submit/"
    form = page.get(submit).content.decode()
    seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', form)[1])
    given = {"edition": edition(page, submit), "seen": seen, "reason": "随预算公开"}
    way = re.search(rf'href="({submit}\?edition=\w+)"', page.get(f"{LIST}{opened.pk}/").content.decode())[1]
    later()
    second = made(opened)
    shown = page.post(submit, given).content.decode()
    for words in ("公开材料在您打开页面以后有改动，这次没有提交", "（kuai 2025-03-03 09:05:00 生成公开材料）",
                  "第 1 次生成", "第 2 次生成", "内部信息",
                  "随预算公开</textarea>"):  # fmt: skip
        assert words in shown, words
    assert standing(opened).stage == selectors.MADE
    assert "内容在您打开页面以后有改动" in page.get(way, follow=True).content.decode()
    assert page.post(submit, {**given, "edition": edition(page, submit)}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.request, second.request is None) == (None, False)


def test_pages_from_reply_to_address(as_of, targets, people):
    page = as_of("kuai")
    given = {"occasion": "budget", "number": REPLY.number, "day": "2025-02-20"}
    answer = page.post(f"{LIST}new/xxh/2025/", given)
    assert answer.status_code == 302, answer.content.decode()
    one = answer["Location"]
    assert "还有 9 天" in page.get("/").content.decode()
    opened = edition(page, f"{one}make/")
    answer = page.post(f"{one}make/", {"edition": opened, "places": ["objective"], "reason": ""})
    assert "请写明不予公开的理由" in answer.content.decode()
    given = {"edition": opened, "places": ["basis:01"], "reason": "内部合同"}
    assert page.post(f"{one}make/", given).status_code == 302
    # Somebody else opened the form before: what stays inside is not undone by their package.
    shown = page.post(f"{one}make/", {"edition": opened, "places": [], "reason": ""}).content.decode()
    assert "公开材料在您填写期间已由他人保存过" in shown
    assert "内部合同" in shown
    assert DisclosurePackage.objects.count() == 1
    shown = page.get(one).content.decode()
    assert "内部合同" in shown
    assert "还有“待单位填写”的内容" in shown
    preview = page.get(f"{one}packages/1/index.html")
    assert "甲市社保局" in preview.content.decode()
    assert "内部合同" not in preview.content.decode()
    assert preview["Content-Security-Policy"].endswith("sandbox; style-src 'unsafe-inline'")
    assert page.get(f"{one}packages/1/statement.pdf").content[:4] == b"%PDF"
    looked = events(EventFilter(action="performance.disclosure_preview"))
    told = [(event.actor, event.details["package"], event.details["file"]) for event in looked]
    assert told == [("kuai", 1, "statement.pdf"), ("kuai", 1, "index.html")]
    assert [page.get(f"{one}packages/{name}").status_code for name in ("1/", "1/x.html", "2/index.html")] == [404] * 3
    assert looked.count() == 2
    way = re.search(rf'href="({one}submit/\?edition=\w+)"', page.get(one).content.decode())[1]
    given = {"edition": edition(page, way), "reason": "随预算公开"}
    assert page.post(way, given).status_code == 302
    kept = DisclosurePackage.objects.get()
    assert kept.digest in as_of("he").get(f"/control/requests/{kept.request_id}/").content.decode()
    decided(kept, people, "he", "ling")
    page = as_of("kuai")
    assert page.get(f"{one}packages/1/").content[:2] == b"PK"
    given = {"address": "https://www.example.gov.cn/yjs/1.html", "day": "2025-03-03", "note": ""}
    assert page.post(f"{one}publish/", given).status_code == 302
    assert "已按期公开" in page.get(LIST).content.decode()
    assert "提交审批" not in as_of("he").get(one).content.decode()
