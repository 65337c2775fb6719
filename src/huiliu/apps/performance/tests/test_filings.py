"""A self-evaluation from draft to filed: contradictions answered, four signatures, sealed rounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.accounts.services import grant_revoke, user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import NewRequest, request_submit, request_take_over, step_decide
from huiliu.apps.performance.models import Filing, FilingVersion
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.apps.performance.selectors.editions import of_filing
from huiliu.apps.performance.services.assessments import NewScore, score_declare
from huiliu.apps.performance.services.filings import Answered, Draft, filing_submit, filing_write
from huiliu.apps.performance.tests.form import begun, by, clock, filled, signed, submitted
from huiliu.documents.evaluation_file import evaluation_file
from huiliu.documents.evaluation_table import statements
from huiliu.documents.model import FigureRef
from huiliu.documents.printed_forms.names import form_data
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
YEAR = {"project": "xxh", "year": 2025}
SIGNERS = ("hu", "kuai", "he", "ling")
POINTS = {"01": 20, "02": 10, "03": 20, "04": 30, "05": 10, "execution": 10}


@pytest.fixture
def people(people):
    """The six, a second drafter, and who grants posts."""
    more = {"xin": "it", "an": "secadmin"}
    made = (user_create(username=name, display_name=name, post=post, actor=SYSTEM).user for name, post in more.items())
    return people | dict(zip(more, made, strict=True))


@pytest.fixture
def january(people, settings):
    """Targets in force in 2025, every row declared in full; it is January of 2026. Nothing is measured."""
    version = signed(submitted(filled(begun()), people), people, "he", "ling")
    settings.HUILIU_CLOCK = clock(2026, 1, 20)
    for row, points in POINTS.items():
        score = NewScore(row, Decimal(points), "按年末情况自评")
        score_declare(targets=version.target_set_id, score=score, **by())
    return version.target_set


def wrote(achieved="基本完成", who="tian", **narrative):
    return filing_write(**YEAR, draft=Draft(narrative, achieved), **by(who))


def draft():
    filing = selectors.filing_of(**YEAR)
    return selectors.drafted(assessments.find("xxh", 2025, date(2026, 1, 20)), date(2026, 1, 20), filing)


def answers():
    return {selectors.key_of(one): "已核实" for one in draft().findings}


def sent(given=None):
    from huiliu.apps.accounts.selectors import user_by_name

    said = Answered("年度自评", answers() if given is None else given)
    return filing_submit(**YEAR, said=said, applicant=user_by_name("tian"), actor=Actor("tian"))


def decided(people, *names, decision="approved", comment=""):
    number = Filing.objects.get().request_id
    for name in names:
        step_decide(number=number, decider=people[name], decision=decision, comment=comment, actor=Actor(name))


def test_four_sign_and_it_is_filed_for_ever(january, people):
    wrote(**{"unit.problems": "额度到账较晚，部分工作未能如期开展"})
    version = sent()
    decided(people, *SIGNERS[:3])
    assert selectors.filed_file(**YEAR) is None
    decided(people, "ling")
    file = selectors.filed_file(**YEAR)
    assert (file.given.signed_on, file.book[file.total].text(), file.grade) == (date(2026, 1, 20), "100.00", "优")
    assert file.given.narrative == {"unit.problems": "额度到账较晚，部分工作未能如期开展"}
    with pytest.raises(HuiliuError, match="ASSESS-006"):
        score_declare(targets=january.pk, score=NewScore("01", Decimal(1), "改"), **by())
    with pytest.raises(HuiliuError, match="FILING-006"):
        wrote()
    for refused in (
        "UPDATE performance_filing SET achieved = 'x'",
        "DELETE FROM performance_filing",
        f"UPDATE performance_filingversion SET content = 'x' WHERE id = {version.pk}",
        f"DELETE FROM performance_filingversion WHERE id = {version.pk}",
        "INSERT INTO performance_filingversion (filing_id, number, content, answers, digest, made_at, made_by) "
        "SELECT filing_id, 9, content, answers, digest, made_at, made_by FROM performance_filingversion",
        "INSERT INTO performance_declaredscore (target_set_id, row, points, computed, reason, declared_at, declared_by)"
        " SELECT target_set_id, row, 1, computed, reason, declared_at, declared_by FROM performance_declaredscore",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(refused)


def test_a_returned_one_is_a_new_round_and_the_old_one_stays(january, people):
    wrote("全部完成")
    first = sent()
    decided(people, "hu", decision="returned", comment="写明没有完成的部分")
    wrote("除巡检外已完成")
    second = sent()
    assert (first.number, second.number) == (1, 2)
    told = selectors.differences(selectors.kept_file(first), selectors.kept_file(second))
    assert [(one.label, one.before, one.after) for one in told] == [
        ("年度总体目标实际完成情况", "全部完成", "除巡检外已完成")
    ]
    decided(people, *SIGNERS)
    assert selectors.filed_file(**YEAR).given.achieved == "除巡检外已完成"


def moved(people, name, post):
    """A person leaves the post for another one, by the ordinary way."""
    for held in people[name].grants.filter(revoked_at=None):
        grant_revoke(grant=held, why="调岗", actor=SYSTEM)
    wanted = NewRequest("post_grant", post, "调岗", beneficiary=people[name])
    request = request_submit(applicant=people[name], wanted=wanted, actor=Actor(name))
    for signer in ("he", "ling", "an"):
        step_decide(number=request.pk, decider=people[signer], decision="approved", actor=Actor(signer))


def test_a_returned_one_goes_on_without_its_applicant_who_still_signs_nothing_of_it(january, people):
    wrote("全部完成")
    sent()
    number = Filing.objects.get().request_id
    decided(people, "hu", decision="returned", comment="写明没有完成的部分")
    moved(people, "tian", "checker")
    said = Answered("年度自评", answers())
    with pytest.raises(HuiliuError, match="CTRL-007"):
        filing_submit(**YEAR, said=said, applicant=people["xin"], actor=Actor("xin"))
    request_take_over(number=number, successor=people["xin"], why="原申请人已调岗", actor=Actor("xin"))
    filing_write(**YEAR, draft=Draft({}, "除巡检外已完成"), **by("xin"))
    second = filing_submit(**YEAR, said=Answered("年度自评", answers()), applicant=people["xin"], actor=Actor("xin"))
    filing = Filing.objects.get()
    assert (second.number, filing.request_id == number, filing.request.applicant.username) == (2, False, "xin")
    # Who submitted the first round holds the post of the first step now, and still judges nothing of it.
    with pytest.raises(HuiliuError, match="CTRL-013"):
        decided(people, "tian")
    decided(people, *SIGNERS)
    assert selectors.filed_file(**YEAR).given.achieved == "除巡检外已完成"


def test_nobody_takes_it_over_who_could_not_draft_it(january, people):
    wrote()
    sent()
    number = Filing.objects.get().request_id
    decided(people, "hu", decision="returned", comment="重报")
    for name in ("tian", "kuai", "hu"):
        with pytest.raises(HuiliuError, match="CTRL-052"):
            request_take_over(number=number, successor=people[name], why="代办", actor=Actor(name))
    assert selectors.filing_of(**YEAR).request.status == "returned"


def test_an_error_is_mended_or_answered(january):
    wrote(**{"unit.problems": "系统巡检没有经费，未开展"})
    assert "EV-X01" in {one.code for one in draft().errors}
    with pytest.raises(HuiliuError, match="FILING-005"):
        sent({})
    assert not FilingVersion.objects.exists()
    wrote(**{"unit.problems": "没有问题"})
    assert "EV-X01" not in {one.code for one in draft().errors}


def test_what_changes_in_records_changes_nothing_signed(january):
    wrote()
    version = sent()
    score_declare(targets=january.pk, score=NewScore("04", Decimal(25), "复查后下调"), **by())
    told = selectors.differences(selectors.kept_file(version), draft().file)
    assert ("办件平均等候 自评得分", "30.00分", "25.00分") in [(one.label, one.before, one.after) for one in told]
    assert ("自评总分", "100.00分", "95.00分") in [(one.label, one.before, one.after) for one in told]


def test_who_wrote_it_does_not_sign_it_and_others_do_not_write(january, people):
    with pytest.raises(HuiliuError, match="FILING-008"):
        filing_write(**YEAR, draft=Draft(), **by("kuai"))
    wrote()
    sent()
    with pytest.raises(HuiliuError):
        decided(people, "tian")


def test_before_the_year_is_over_it_is_not_submitted(january, settings):
    settings.HUILIU_CLOCK = clock(2025, 12, 31)
    wrote()
    with pytest.raises(HuiliuError, match="FILING-002"):
        sent({})


def test_a_save_that_began_from_another_edition_is_refused(january):
    begun_from = of_filing(None)
    kept = filing_write(**YEAR, draft=Draft({}, "甲", begun_from), **by("tian"))
    with pytest.raises(HuiliuError, match="FILING-011"):
        filing_write(**YEAR, draft=Draft({}, "乙", begun_from), **by("tian"))
    assert selectors.filing_of(**YEAR).achieved == "甲"
    filing_write(**YEAR, draft=Draft({}, "乙", of_filing(kept)), **by("tian"))
    assert selectors.filing_of(**YEAR).achieved == "乙"


def test_a_number_without_reference_is_named_at_its_paragraph(january):
    wrote(**{"unit.uses": "全年支出15.76万元", "unit.rules": "制度健全"})
    found = draft()
    assert list(found.faults) == ["unit.uses"]
    assert found.file.given.narrative == {"unit.rules": "制度健全"}
    with pytest.raises(HuiliuError, match="“资金主要用途”中的数字没有来处"):
        sent()


def test_what_became_of_the_objective_holds_no_number_without_a_reference(january):
    wrote("全年巡检十二次，自评 100 分")
    assert list(draft().faults) == ["achieved"]
    assert "achieved" not in dict(statements(draft().file))
    with pytest.raises(HuiliuError, match="FILING-004"):
        sent()
    wrote("自评{{total.declared}}，按[[甲财〔2025〕3号|文号|甲市财政局]]办理")
    assert not draft().faults
    version = sent()
    told = dict(statements(selectors.kept_file(version)))["achieved"]
    assert told == "自评100.00分，按甲财〔2025〕3号办理"
    row = form_data(selectors.kept_file(version)).texts["achieved"]
    assert FigureRef("total.declared") in row


def test_without_a_total_nothing_is_submitted(people, settings):
    signed(submitted(filled(begun()), people), people, "he", "ling")
    settings.HUILIU_CLOCK = clock(2026, 1, 20)
    wrote()
    with pytest.raises(HuiliuError, match="FILING-003"):
        sent({})


def test_what_says_nothing_answers_no_error(january):
    wrote(**{"unit.problems": "系统巡检没有经费，未开展"})
    for nothing in ("\u3000 ", "\u200b", "……", "\u2060。"):
        with pytest.raises(HuiliuError, match="FILING-005"):
            sent(dict.fromkeys(answers(), nothing))
    sent(dict.fromkeys(answers(), "已核实"))


def test_a_telephone_put_together_of_marks_or_lines_is_not_sealed(january):
    for words in (
        "联系[[号1380|编号|来文]][[0000001号|编号|来文]]",
        ["联系[[号1380|编号|来文]]", "[[0000001号|编号|来文]]办理"],
    ):
        wrote(**{"unit.problems": words})
        assert not draft().faults
        with pytest.raises(HuiliuError, match="AUDIT-003"):
            sent()
    assert not FilingVersion.objects.exists()


def test_a_round_that_was_tampered_with_is_not_read(january):
    wrote()
    version = sent()
    assert selectors.kept_file(version).given.achieved == "基本完成"
    version.content = version.content.replace("基本完成", "全部完成")
    for read in (selectors.kept_file, selectors.as_data):
        with pytest.raises(HuiliuError, match="FILING-010"):
            read(version)


def test_two_rows_of_one_name_are_told_apart_in_what_differs(january):
    before = draft().file
    score_declare(targets=january.pk, score=NewScore("01", Decimal(15), "复查后下调"), **by())
    after = draft().file

    def named_alike(file):
        rows = tuple(replace(one, row=replace(one.row, level3="巡检")) for one in file.assessment.rows)
        return evaluation_file(replace(file.assessment, rows=rows), file.given)

    told = selectors.differences(named_alike(before), named_alike(after))
    assert ("巡检（01） 自评得分", "20.00分", "15.00分") in [(one.label, one.before, one.after) for one in told]


def test_the_database_files_nothing_that_was_not_signed(january, people):
    wrote()
    version = sent()
    table = "performance_filing"
    for refused in (
        f"UPDATE {table} SET status = 'filed', filed_on = '2026-01-20'",
        f"UPDATE {table} SET written_by = 'hu'",
        f"UPDATE {table} SET request_id = (SELECT MIN(id) FROM control_approvalrequest WHERE status = 'approved')",
    ):
        with pytest.raises(IntegrityError, match="FILING-006"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(refused)
    decided(people, *SIGNERS)
    assert selectors.filed_file(**YEAR) == selectors.kept_file(version, date(2026, 1, 20))
