"""Looking people up: what is found, what is shown, and the audit row without which nothing is."""

import json
from datetime import date
from decimal import Decimal

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.display import catalog, masked_row, page_table
from huiliu.apps.datahub.services import person_search, person_view
from huiliu.apps.datahub.tests.town import LI, LI_ID, WANG, WANG_ID, ZHANG, ZHANG_ID, Site
from huiliu.kernel.errors import HuiliuError
from huiliu.web.asof import AsOf

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)
RAW = (
    "张三",
    "李㛃",
    "王𬭎",
    "钱七",
    ZHANG_ID,
    LI_ID,
    WANG_ID,
    "13800000001",
    "6222000000000001",
    "1970-01-01",
    "2024-12-15",
)


def find(text, kind="auto"):
    return person_search(actor=CHEN, scopes=WHOLE, kind=kind, text=text)


def key_of(text):
    [hit] = find(text).hits
    return hit.key


@pytest.mark.parametrize("text", [ZHANG, ZHANG_ID, ZHANG_ID[:6] + ZHANG_ID[8:17], "张三"])
def test_a_person_is_found_by_every_kind_of_term(town, text):
    [hit] = find(text).hits
    assert hit.cells["person_no"].text == ZHANG
    assert hit.cells["name"].text == "张*"
    assert hit.cells["id_number"].text == f"449****{ZHANG_ID[-4:]}"
    assert hit.cells["born_on"].text == "****"
    assert hit.schemes == ("110 企业职工基本养老保险",)


def test_a_prefix_finds_at_most_fifty_and_says_that_there_are_more(town):
    found = find("赵小")
    assert (len(found.hits), found.more) == (50, True)
    assert find("赵小07").more is False


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("0018", "auto", ["张*", "赵**"]),  # identity numbers
        ("010018", "auto", ["张*", "赵**"]),
        ("002X", "auto", ["李*"]),
        ("0001", "tail", ["张*", "赵**"]),  # a mobile number, and an identity number
        ("0000001", "tail", ["张*"]),  # seven digits: mobile numbers only
        ("13800000001", "auto", ["张*"]),
        ("13800000009", "auto", []),
        ("9700101001", "tail", []),  # no part of an identity number longer than six
    ],
)
def test_last_digits_find_identity_and_mobile_numbers(town, text, kind, names):
    assert [hit.cells["name"].text for hit in find(text, kind).hits] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("zhangsan", ["张*"]),
        ("zs", ["张*"]),
        ("zhangs", ["张*"]),
        ("ZHANG SAN", ["张*"]),
        ("wang", ["王*"]),
        ("wh", ["王*"]),
        ("zhangsi", []),
    ],
)
def test_pinyin_finds_names_by_syllables_and_initials(town, text, names):
    assert [hit.cells["name"].text for hit in find(text).hits] == names


def test_wildcards_are_only_letters(town):
    assert not find("赵%", "name").hits
    assert not find("__", "name").hits


def test_the_search_is_in_the_audit_and_its_terms_are_not(town):
    find("张三")
    find("张三")
    find("李㛃")
    first, second, third = events(EventFilter(action="datahub.person_search")).order_by("seq")
    assert first.details["found"] == 1
    assert first.details["terms"] == second.details["terms"] != third.details["terms"]
    told = json.dumps(
        [list(events(EventFilter()).values()), list(SubjectKey.objects.values())], default=str, ensure_ascii=False
    )
    assert not [value for value in RAW if value in told]


def test_keys_stay_and_are_not_the_number(town):
    key = key_of(ZHANG)
    assert key_of("张三") == key
    assert ZHANG not in key
    assert SubjectKey.objects.get(key=key).person_no == ZHANG


def test_without_an_audit_row_nothing_leaves(town, monkeypatch):
    key = key_of(ZHANG)

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.datahub.services.persons.record", broken)
    monkeypatch.setattr("huiliu.apps.datahub.services.persons.record_alone", broken)
    with pytest.raises(RuntimeError):
        find("李㛃")
    with pytest.raises(RuntimeError):
        person_view(actor=CHEN, scopes=WHOLE, key=key)
    assert SubjectKey.objects.count() == 1


def test_the_look_is_recorded_before_a_row_is_read(town, monkeypatch):
    key = key_of(ZHANG)

    def stop(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("huiliu.apps.datahub.services.persons.person_page", stop)
    with pytest.raises(KeyboardInterrupt):
        person_view(actor=CHEN, scopes=WHOLE, key=key)
    assert events(EventFilter(action="datahub.person_view")).get().object_key == key


def test_a_person_is_read_in_seconds(town):
    page = person_view(actor=CHEN, scopes=WHOLE, key=key_of(ZHANG))
    [scheme] = page.contributions
    states = {month: cell.state for month, cell in scheme.months.items()}
    assert states == {
        202411: "late", 202412: "gap", 202501: "paid", 202502: "arrears", 202503: "gap",
    }  # fmt: skip
    [enrolment] = page.enrolments
    assert enrolment.rows[0]["unit_no"].full == "4499000001 合成机械厂"
    assert page.payments == []
    assert page.death is None
    assert page.without_rows == (
        "人员变更、关系转移、死亡人员、待遇核定、银行退票、资格认证、个人账户、失业待遇核定、失业待遇支付明细、"
        "工伤事件、工伤待遇支付明细、入户核查"
    )


def test_what_is_known_stands_apart_from_what_is_not(town):
    page = person_view(actor=CHEN, scopes=WHOLE, key=key_of(WANG))
    labels = [cell.label for cell in page.facts]
    assert labels[:5] == ["人员编码", "社会保障号码", "证件类型", "证件号码", "性别"]
    assert "移动电话" not in labels
    assert "移动电话" in page.unknown.split("、")
    assert not set(labels) & set(page.unknown.split("、"))


def test_an_amount_says_yuan_in_its_heading_or_beside_it(town):
    table = catalog().tables["enrolment"]
    money = next(column for column in table.columns if column.kind == "money")
    cells = masked_row(table, {money.name: Decimal("5000")})
    [column] = page_table(table, [cells]).columns
    assert (column.label, cells[money.name].text) == (f"{money.label}（元）", "5,000.00")
    assert cells[money.name].full == "5,000.00 元"


def test_a_death_is_said_first_and_its_day_is_protected(town):
    page = person_view(actor=CHEN, scopes=WHOLE, key=key_of(LI))
    assert page.death["died_on"].text == "****"
    assert page.death["registered_on"].text == "2025-03-10"
    assert [s.total for s in page.payments] == [5200]


def test_a_new_table_about_persons_appears_by_its_definition_alone(town):
    page = person_view(actor=CHEN, scopes=WHOLE, key=key_of(WANG))
    [section] = [s for s in page.others if s.table.name == "home_visit"]
    assert section.table.label == "入户核查"
    assert (section.rows[0]["year"].text, section.rows[0]["witness"].text) == ("2024", "钱*")


def test_a_column_without_definition_is_hidden(town):
    person = catalog().tables["person"]
    cells = masked_row(person, {"person_no": ZHANG, "diagnosis": "秘密", "bank_account": "6222000000000001"})
    assert (cells["diagnosis"].text, cells["diagnosis"].masked, cells["diagnosis"].value) == ("****", True, None)
    assert cells["bank_account"].text == "6222****0001"
    assert cells["person_no"].text == ZHANG


def test_an_unknown_key_shows_and_records_nothing(town):
    assert person_view(actor=CHEN, scopes=WHOLE, key="0" * 32) is None
    assert not events(EventFilter()).exists()


def test_before_the_first_night_search_says_what_to_do(empty_home):
    with pytest.raises(HuiliuError) as caught:
        find(ZHANG)
    assert caught.value.code == "LAKE-030"


def test_page_and_answer_hold_no_protected_value(town, control):
    for person in (ZHANG, LI, WANG):
        key = key_of(person)
        page = control.get(f"/datahub/persons/{key}/").content.decode()
        answer = control.get(f"/api/v1/persons/{key}").json()
        told = json.dumps(answer, ensure_ascii=False)
        assert not [value for value in RAW if value in page or value in told]
        assert answer["identity"]["name"]["masked"] is True


def test_search_by_page_and_by_interface_agree(town, control):
    body = {"text": "张三", "kind": "name"}
    answer = control.post("/api/v1/persons/search", json.dumps(body), content_type="application/json").json()
    page = control.post("/datahub/persons/", body).content.decode()
    assert [item["key"] for item in answer["items"]] == [key_of(ZHANG)]
    assert f"/datahub/persons/{key_of(ZHANG)}/" in page
    assert "张*" in page
    told = json.dumps(answer, ensure_ascii=False)
    assert "张三" not in told


def test_the_person_page_asks_the_database_a_fixed_number_of_times(town, control, django_assert_num_queries):
    key = key_of(ZHANG)
    control.get("/datahub/persons/" + key + "/")
    with django_assert_num_queries(20):
        control.get("/datahub/persons/" + key + "/")


def test_a_damaged_library_is_said_in_chinese_and_brings_no_page_down(town, control, settings, tmp_path):
    key = key_of(ZHANG)
    settings.HOME = Site(tmp_path / "damaged")
    settings.HOME.lake.mkdir(parents=True)
    for content in (b"{", b"\xff\xfe", b"{}", b"[]", b"null"):
        (settings.HOME.lake / "published.json").write_bytes(content)
        for path in ("/", "/datahub/nights/", f"/datahub/persons/{key}/", "/fundsafety/clues/", "/api/v1/nights"):
            answer = control.get(path)
            assert answer.status_code == 409, path
            assert "LAKE-032" in answer.content.decode()


def test_a_search_page_says_the_day_of_the_snapshot_it_read(town, control, monkeypatch):
    """The pointer may move between two reads of one page: what is said must be what was read."""
    monkeypatch.setattr("huiliu.config.freshness.as_of", lambda: AsOf(date(2099, 1, 1), "A", "完整"))
    page = control.post("/datahub/persons/", {"text": "张三"}).content.decode()
    assert "2025-04-01" in page
    assert "2099-01-01" not in page
