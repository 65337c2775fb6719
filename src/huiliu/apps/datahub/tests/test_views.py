"""Pages: what stands on them, before the first night and after, and how often they ask the database."""

import pytest

from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.services import nights_refresh
from huiliu.lake.home import LakeHome
from huiliu.lake.pins import Pin

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_night_every_page_offers_the_next_step(empty_home, control):
    assert "还没有夜间批次" in text_of(control, "/datahub/nights/")
    assert "还没有夜间批次" in text_of(control, "/datahub/nights/list/")
    assert "还没有运行记录" in text_of(control, "/datahub/nights/running/")
    assert "尚无已发布的数据" in text_of(control, "/datahub/persons/")
    assert "还没有已发布的数据" in text_of(control, "/datahub/quarantine/")
    workbench = text_of(control, "/")
    assert "尚无数据" in workbench
    assert "inbox" in workbench
    answer = control.post("/datahub/persons/", {"text": "张三"}).content.decode()
    assert "还没有已发布的数据" in answer
    assert control.get("/api/v1/nights").json() == {"as_of": None, "count": 0, "page": 1, "items": []}


def test_the_list_shows_what_is_served_and_what_did_not_agree(town, control, django_assert_num_queries):
    page = text_of(control, "/datahub/nights/list/")
    assert page.index("2025-04-02") < page.index("2025-04-01 共") < page.index("2025-03-31 共")
    assert page.count(">在用<") == 1
    assert "已拒收" in page
    assert "仅自身一致（C 级）" in page
    assert "数据截至" in page
    with django_assert_num_queries(9):
        control.get("/datahub/nights/list/")


def test_a_night_lists_failed_checks_first_and_leads_to_its_neighbours(town, control, django_assert_num_queries):
    nights_refresh()
    first, second, refused = Night.objects.order_by("business_date")
    page = text_of(control, f"/datahub/nights/{second.key}/")
    assert f"/datahub/nights/{first.key}/" in page
    assert f"/datahub/nights/{refused.key}/" in page
    assert "待遇支付明细" in page
    broken = text_of(control, f"/datahub/nights/{refused.key}/")
    first_check = broken.split("<tbody>")[1].split("</tr>")[0]
    assert "不一致" in first_check
    with django_assert_num_queries(10):
        control.get(f"/datahub/nights/{second.key}/")


def test_the_list_says_which_nights_hold_no_longer_and_which_lines_are_no_night(town, control):
    nights_refresh()
    Night.objects.filter(snapshot=town.first).update(standing="superseded")
    Night.objects.filter(snapshot=town.second).update(standing="withdrawn")
    page = text_of(control, "/datahub/nights/list/")
    assert "已被更正" in page
    assert "已撤回" in page
    assert page.count("入库时仅自身一致（C 级）") == 2
    Night.objects.filter(snapshot=town.second).update(standing="act", kind="quarantine")
    page = text_of(control, "/datahub/nights/list/")
    assert "已撤回" not in page
    assert "隔离区处理 用时" in page


def test_a_night_says_why_its_snapshot_is_kept_and_that_one_is_gone(town, control, monkeypatch):
    nights_refresh()
    night = Night.objects.get(snapshot=town.first)
    kept = [Pin(town.first, night.business_date, "年度评价引用", "命令行", night.run_at)]
    monkeypatch.setattr("huiliu.apps.datahub.selectors.nights.pins", lambda _lake: kept)
    page = text_of(control, f"/datahub/nights/{night.key}/")
    assert "保留：年度评价引用" in page
    assert "回退到这一天" in page
    monkeypatch.setattr(LakeHome, "expired_snapshots", lambda _lake: {town.first})
    gone = text_of(control, f"/datahub/nights/{night.key}/")
    assert "已按期清理" in gone
    assert "回退到这一天" not in gone


def test_interface_and_page_tell_the_same_night(town, control):
    listed = control.get("/api/v1/nights").json()
    assert [item["outcome"] for item in listed["items"]] == ["refused", "published", "published"]
    assert [item["served"] for item in listed["items"]] == [False, True, False]
    one = control.get(f"/api/v1/nights/{listed['items'][0]['key']}").json()
    assert one["checks"][0]["verdict"] == "fail"
    assert control.get("/api/v1/nights/" + "0" * 32).status_code == 404


def test_what_was_typed_is_in_no_address(town, control):
    page = text_of(control, "/datahub/persons/")
    assert 'method="post"' in page
    assert "autofocus" in page
    assert 'data-hotkey="/"' in page
    assert control.get("/datahub/persons/?text=张三").content.decode().count("张*") == 0


def test_a_slip_is_said_beside_the_field(town, control):
    page = control.post("/datahub/persons/", {"text": "11010519491231", "kind": "id_number"}).content.decode()
    assert "证件号码应为 18 位或 15 位，实为 14 位" in page


def test_a_post_without_persons_sees_no_search_on_the_workbench(town, sign_in):
    page = text_of(sign_in("it"), "/")
    assert "最近批次" in page
    assert "查询人员" not in page


def test_quick_search_leads_to_the_result(town, control):
    assert "张*" in control.post("/datahub/persons/", {"text": "张三"}).content.decode()


def test_an_empty_result_says_how_the_terms_were_read(town, control):
    page = control.post("/datahub/persons/", {"text": "11010519491231"}).content.decode()
    assert "按人员编码没有找到" in page
