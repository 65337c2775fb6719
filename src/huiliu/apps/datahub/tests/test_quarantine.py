"""Rows in quarantine on pages and in the interface: seen masked, asked about by one, decided by another."""

import shutil

import pytest

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import request_withdraw, step_decide
from huiliu.apps.datahub.models import Night, QuarantineAsk
from huiliu.apps.datahub.selectors import library
from huiliu.apps.datahub.selectors.library import look
from huiliu.apps.datahub.selectors.nights import VerdictLine, nights, quarantined, verdict_line, with_quarantine
from huiliu.apps.datahub.selectors.quarantine import Wanted, find_rows, groups, totals
from huiliu.apps.datahub.services import Chosen, acts_run, nights_refresh, quarantine_ask
from huiliu.apps.datahub.services.quarantine import MOST
from huiliu.apps.datahub.tests.hearing import FIRST, NAMELESS, UNREAD, build, deliver, run
from huiliu.apps.datahub.tests.town import Site
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = "/datahub/quarantine/rows/"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The hearings, built once."""
    root = tmp_path_factory.mktemp("hearing")
    build(root)
    return root


@pytest.fixture
def place(made, tmp_path, settings):
    """A copy of the two nights as this installation."""
    shutil.copytree(made / "home", tmp_path / "home")
    settings.HOME = Site(tmp_path / "home")
    settings.HUILIU_CATALOG_ROOTS = (made / "catalog",)
    nights_refresh()
    yield settings.HOME
    library().close()


@pytest.fixture
def people(db):
    """One person at each post that has to do with it, by post."""
    posts = ("clerk", "checker", "it", "leader")
    return {post: user_create(username=post, display_name=post, post=post, actor=SYSTEM).user for post in posts}


def rows(**wanted):
    with look() as seen:
        return find_rows(seen.snap, Wanted("hearing", **wanted))


def row(number):
    """The waiting row of one hearing."""
    (found,) = [one for one in rows() if one.values["hearing_no"] == number]
    return found


def asked(people, decision, *numbers, who="clerk", **wanted):
    refs = [row(number).ref for number in numbers] if numbers else None
    chosen = Chosen(decision, Wanted("hearing", **wanted), refs)
    return quarantine_ask(applicant=people[who], chosen=chosen, reason="与纸质听证笔录核对一致", actor=Actor(who))


def signed(people, request, who="checker", decision="approved", comment=""):
    """Sign, and let the worker do what was agreed to."""
    decided = step_decide(number=request.pk, decider=people[who], decision=decision, comment=comment, actor=Actor(who))
    acts_run()
    return decided


def in_library():
    with library().open() as snap:
        return {r["hearing_no"]: str(r["granted"]) for r in snap.rows("SELECT hearing_no, granted FROM hearing")}


def acts(action):
    return list(events(EventFilter(action=action)))


def refused(act):
    with pytest.raises(HuiliuError) as failure:
        act()
    return failure.value.code


def test_reasons_are_counted_in_words(place):
    with look() as seen:
        found = {(g.label, g.words): (g.held, g.rejected, str(g.first)) for g in groups(seen.snap)}
        assert totals(seen.snap) == (3, 0)
    assert found == {
        ("追回听证", "见证人 必填而为空"): (1, 0, "2025-04-01"),
        ("追回听证", "认定大于主张"): (1, 0, "2025-04-01"),
        ("追回听证", "主张金额 值无法识读"): (1, 0, "2025-04-01"),
    }


def test_pages_lead_from_the_reason_to_the_row_and_hide_what_is_personal(place, sign_in):
    client = sign_in("clerk")
    page = client.get("/datahub/quarantine/").content.decode()
    assert "3 行没有入库" in page
    assert "table=hearing&amp;mark=row_check%3Agranted_over_claimed" in page
    listed = client.get(ROWS + "?table=hearing&mark=row_check:granted_over_claimed").content.decode()
    ref = row("H1").ref
    assert f"{ROWS}hearing/{ref}/" in listed
    assert "hearing.csv 第 1 条" in listed
    assert "H1" in listed
    assert "申请放行" in listed
    page = client.get(f"{ROWS}hearing/{ref}/").content.decode()
    assert "欧**" in page
    assert "听风" not in page
    assert "<mark>130.00 元</mark>" in page
    assert "50.00 元" in page
    unread = client.get(f"{ROWS}hearing/{row('H3').ref}/").content.decode()
    assert "一百元" not in unread
    assert "（无法识读）" in unread
    assert "不能放行" in unread
    assert [event.object_key for event in acts("datahub.quarantine_view")] == [row("H3").ref, ref]


def test_the_night_says_how_many_wait(place, sign_in):
    client = sign_in("clerk")
    night = Night.objects.get(business_date="2025-04-01")
    page = client.get(f"/datahub/nights/{night.key}/").content.decode()
    assert "另有 3 行在隔离区" in page
    line = verdict_line(nights().get(pk=night.pk))
    assert (line.tone, line.word) == ("warn", "仅自身一致（C 级）")
    assert quarantined(Night.objects.get(business_date="2025-03-31")) == 0


def test_an_otherwise_perfect_night_is_amber_while_rows_wait():
    perfect = VerdictLine("pass", "完整（A 级）", "数据截至 2025-04-01")
    line = with_quarantine(perfect, 1200)
    assert (line.tone, line.word, line.detail) == ("warn", "完整（A 级）", "数据截至 2025-04-01，另有 1,200 行在隔离区")
    assert "隔离区" in line.advice
    assert with_quarantine(perfect, 0) is perfect


@pytest.mark.slow
def test_yesterday_had_nothing_in_quarantine(place, sign_in):
    client = sign_in("clerk")
    assert "隔离区是空的" in client.get("/datahub/quarantine/?as_of=2025-03-31").content.decode()
    listed = client.get(ROWS + "?table=hearing&as_of=2025-03-31").content.decode()
    assert "这里没有隔离的行" in listed
    assert "申请放行" not in listed
    assert client.get(f"{ROWS}hearing/{row('H1').ref}/?as_of=2025-03-31").status_code == 404


def test_a_page_behind_the_last_is_empty_however_far(place, sign_in):
    client = sign_in("clerk")
    assert client.get(f"/api/v1/quarantine/rows?table=hearing&page={10**20}").json()["items"] == []
    assert client.get(f"{ROWS}?table=hearing&page={10**17}").status_code == 200


def test_who_sees_no_persons_sees_places_only(place, sign_in):
    client = sign_in("it")
    listed = client.get(ROWS + "?table=hearing").content.decode()
    assert "hearing.csv 第 1 条" in listed
    page = client.get(f"{ROWS}hearing/{row('H1').ref}/").content.decode()
    answer = client.get(f"/api/v1/quarantine/rows/hearing/{row('H1').ref}").json()
    assert answer["cells"] == []
    for text in (listed, page):
        assert "130.00" not in text
        assert "欧" not in text
        assert "P1" not in text
    assert "认定大于主张" in page


def test_a_grant_of_one_county_opens_no_cells(place, sign_in_at):
    client = sign_in_at(division="449921")
    page = client.get(f"{ROWS}hearing/{row('H1').ref}/").content.decode()
    assert "欧" not in page
    assert "130.00" not in page


@pytest.mark.slow
def test_a_release_is_asked_by_one_and_carried_out_when_another_agrees(place, people):
    request = asked(people, "release", "H1")
    assert (request.kind, request.status) == ("quarantine_release", "pending")
    assert request.payload["rows"] == 1
    assert "追回听证 1 行" in request.subject
    assert row("H1").ref not in str(request.payload)
    assert in_library() == {"H1": "50.00"}
    assert refused(lambda: signed(people, request, "clerk")) == "CTRL-013"
    signed(people, request)
    assert in_library() == {"H1": "130.00"}
    assert {r.values["hearing_no"] for r in rows()} == {"H2", "H3"}
    (done,) = acts("datahub.quarantine_release")
    assert (done.actor, done.object_key, done.details["rows"]) == ("checker", str(request.pk), 1)
    night = Night.objects.get(snapshot=library().pointer().snapshot)
    assert (night.batch, night.tables[0]["quarantined"], night.standing) == ("449900_20250401", 2, "act")
    assert night.checks.filter(code="released", where=f"申请 {request.pk}").exists()
    assert [n.kind for n in Night.objects.order_by("snapshot")] == ["night", "night", "quarantine"]


@pytest.mark.slow
def test_all_of_a_reason_are_rejected_and_counted_as_such(place, people, sign_in):
    request = asked(people, "reject", reason="not_null:witness")
    signed(people, request)
    assert in_library() == {"H1": "50.00"}
    assert row("H2").state == "rejected"
    with look() as seen:
        assert totals(seen.snap) == (2, 1)
    assert refused(lambda: asked(people, "reject", "H2")) == "QUARANTINE-002"
    assert asked(people, "release", "H2").status == "pending"


@pytest.mark.slow
def test_what_may_not_be_asked(place, people):
    assert refused(lambda: asked(people, "release", "H1", who="leader")) == "QUARANTINE-005"
    assert refused(lambda: asked(people, "release", "H1", "H3")) == "QUARANTINE-004"
    assert refused(lambda: asked(people, "release", reason="not_null:claimed")) == "QUARANTINE-001"
    assert refused(lambda: quarantine_ask_of(people, ["0" * 32])) == "QUARANTINE-002"
    first = asked(people, "reject", "H1", "H3", who="it")
    assert refused(lambda: asked(people, "release", "H1")) == "QUARANTINE-003"
    request_withdraw(number=first.pk, applicant=people["it"], actor=Actor("it"))
    assert asked(people, "release", "H1").status == "pending"
    assert [event.details["code"] for event in acts("datahub.quarantine_ask") if event.outcome == "refused"] == [
        "QUARANTINE-003", "QUARANTINE-002", "QUARANTINE-001", "QUARANTINE-004", "QUARANTINE-005",
    ]  # fmt: skip


def quarantine_ask_of(people, refs):
    chosen = Chosen("release", Wanted("hearing"), refs)
    return quarantine_ask(applicant=people["clerk"], chosen=chosen, reason="核对", actor=Actor("clerk"))


def test_too_many_rows_are_no_request(place, people, monkeypatch):
    from huiliu.apps.datahub.services import quarantine

    assert MOST >= 10_000
    monkeypatch.setattr(quarantine, "MOST", 2)
    assert refused(lambda: asked(people, "reject")) == "QUARANTINE-006"


@pytest.mark.slow
def test_a_correction_meanwhile_stops_the_approval_and_nothing_is_half_done(place, made, people):
    request = asked(people, "reject", "H1", "H2")
    deliver(place, "20250402", FIRST, NAMELESS, UNREAD)
    run(place, made / "catalog")
    assert refused(lambda: signed(people, request)) == "LAKE-050"
    request.refresh_from_db()
    assert request.status == "pending"
    assert {r.values["hearing_no"]: r.state for r in rows()} == {"H2": "held", "H3": "held"}
    assert signed(people, request, decision="rejected", comment="省级已更正").request.status == "rejected"


@pytest.mark.slow
def test_the_request_leads_to_its_rows(place, people, client):
    request = asked(people, "reject", "H1", "H2")
    client.force_login(people["checker"])
    page = client.get(f"/control/requests/{request.pk}/").content.decode()
    assert f"{ROWS}?request={request.pk}" in page
    listed = client.get(f"{ROWS}?request={request.pk}").content.decode()
    assert "共 2 行仍在隔离区" in listed
    assert "hearing.csv 第 2 条" in listed
    assert "hearing.csv 第 3 条" not in listed
    strip = client.get(f"{ROWS}hearing/{row('H1').ref}/").content.decode()
    assert f"申请 {request.pk}" in strip
    assert "业务复核" in strip


def test_the_form_asks_for_what_is_ticked_and_says_what_is_missing(place, people, client):
    client.force_login(people["clerk"])
    given = {"table": "hearing", "decision": "reject", "reason": "核对一致", "refs": [row("H1").ref, row("H2").ref]}
    wrong = client.post("/datahub/quarantine/ask/", {**given, "refs": []}).content.decode()
    assert "没有选择任何行" in wrong
    wrong = client.post("/datahub/quarantine/ask/", {**given, "reason": ""}).content.decode()
    assert "请填写理由" in wrong
    assert f'value="{row("H1").ref}" aria-label="选择 hearing.csv 第 1 条" checked' in wrong
    answer = client.post("/datahub/quarantine/ask/", given)
    assert answer.status_code == 302
    assert QuarantineAsk.objects.count() == 2
    assert "已申请" in client.get(ROWS + "?table=hearing").content.decode()
    whole = {"table": "hearing", "mark": "type:claimed", "decision": "reject", "reason": "核对", "whole": "1"}
    assert client.post("/datahub/quarantine/ask/", whole).status_code == 302
    assert QuarantineAsk.objects.count() == 3


@pytest.mark.slow
def test_the_interface_answers_as_the_pages_do(place, people, client):
    client.force_login(people["clerk"])
    told = client.get("/api/v1/quarantine").json()
    assert (told["held"], told["rejected"], len(told["items"])) == (3, 0, 3)
    listed = client.get("/api/v1/quarantine/rows?table=hearing&mark=not_null:witness").json()
    (item,) = listed["items"]
    assert (item["file"], item["row_no"], item["reasons"]) == ("hearing.csv", 2, ["见证人 必填而为空"])
    assert [cell["text"] for cell in item["grain"]] == ["H2"]
    one = client.get(f"/api/v1/quarantine/rows/hearing/{row('H1').ref}").json()
    assert one["in_library"] is True
    witness = next(cell for cell in one["cells"] if cell["column"] == "witness")
    assert (witness["after"]["text"], witness["after"]["masked"]) == ("欧**", True)
    body = {"decision": "reject", "table": "hearing", "keys": [item["key"]], "reason": "核对一致"}
    filed = client.post("/api/v1/quarantine/requests", body, content_type="application/json").json()
    assert (filed["kind"], filed["status"]) == ("quarantine_reject", "pending")
    assert client.get("/api/v1/quarantine/rows/hearing/none").status_code == 404
    assert client.get("/api/v1/quarantine/rows?table=nothing").json()["count"] == 0
