"""Exports brought in: kept, shown, written whole or not at all, and the same again changes nothing."""

import io
from datetime import datetime

import pytest
import xlsxwriter
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.funds.models import Event, ImportFile, ImportRow, ProjectYear
from huiliu.apps.funds.selectors.importing import mappings
from huiliu.apps.funds.selectors.projects import ledger_year
from huiliu.apps.funds.services import Sent, import_preview, import_upload, import_write, mapping_save, project_rename
from huiliu.budget.import_mapping import plain
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AUTHORITY = [
    ["指标文号", "下达日期", "金额（元）", "指标类型"],
    ["文〔2024〕1号", datetime(2024, 1, 20), 200000, "年初批复"],
]
QUOTA = [["到账通知书号", "到账日期", "额度金额"], ["通知1", datetime(2024, 10, 8), 157600.1]]
PAYMENT = [
    ["支付凭证号", "支付日期", "支付金额", "收款人", "经济分类", "支付申请单号", "业务类型", "原支付凭证号"],
    ["Z1", datetime(2024, 10, 18), 60000, "甲公司", "30213 维修（护）费", "S1", "支付", None],
    ["Z2", datetime(2024, 11, 20), -600.5, "甲公司", "30213 维修（护）费", None, "退款", "Z1"],
]


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def book(rows):
    """An XLSX file as a spreadsheet writes it: days as days, amounts as floats."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as written:
        written.set_properties({"created": datetime(2024, 12, 1)})
        sheet = written.add_worksheet("导出")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path


def send(books, code, rows, who="kuai", name="导出.xlsx"):
    file = book(rows) if isinstance(rows, list) else io.BytesIO(rows)
    return import_upload(year=books.year, sent=Sent(code, file, name), user=books.people[who], actor=Actor(who))


def write(books, file, who="kuai"):
    return import_write(file=file, user=books.people[who], actor=Actor(who))


@pytest.fixture
def funded(books):
    write(books, send(books, "integrated-authority", AUTHORITY))
    write(books, send(books, "integrated-quota", QUOTA))
    return books


@pytest.mark.both_dbs
def test_the_year_2024_out_of_three_exports(funded):
    file = send(funded, "integrated-payment", PAYMENT)
    assert write(funded, file, "chu") == 4
    ledger = ledger_year(funded.year)
    assert (ledger.adjusted(), ledger.issued(), ledger.paid()) == (20_000_000, 15_760_010, 5_939_950)
    assert list(ledger.broken()) == []
    kinds = Event.objects.order_by("pk").values_list("kind", "origin", "number")
    assert list(kinds)[2:] == [
        ("request", "import", "S1"),
        ("review", "import", "S1"),
        ("payment", "import", "Z1"),
        ("refund", "import", "Z2"),
    ]
    rows = ImportRow.objects.filter(file=file).values_list("row", "outcome", "event__number", "written_by__username")
    assert list(rows) == [(2, "new", "Z1", "chu"), (3, "new", "Z2", "chu")]


@pytest.mark.both_dbs
def test_the_same_file_twice_changes_nothing(funded):
    before = Event.objects.count()
    again = send(funded, "integrated-quota", QUOTA)
    assert ImportFile.objects.count() == 2
    with refused("FUND-085"):
        write(funded, again)
    # The next export holds the old row too, and one more.
    longer = send(funded, "integrated-quota", [*QUOTA, ["通知2", "2024-12-01", 42399.9]])
    preview = import_preview(longer)
    assert [(one.row.row, one.state) for one in preview.proposals] == [(2, "known"), (3, "new")]
    assert write(funded, longer) == 1
    assert (Event.objects.count(), ledger_year(funded.year).issued()) == (before + 1, 20_000_000)
    known = send(funded, "integrated-quota", [["说明"], *QUOTA])
    with refused("FUND-084"):
        write(funded, known)


def test_equal_parts_of_one_application_on_one_day(funded):
    rows = [*PAYMENT[:2], ["Z9", *PAYMENT[1][1:]]]
    file = send(funded, "integrated-payment", rows)
    assert import_preview(file).ready
    assert write(funded, file, "chu") == 6
    assert ledger_year(funded.year).paid() == 12_000_000


def test_what_a_merged_cell_hides_is_asked_for(funded):
    file, rows = io.BytesIO(), [[f"Z{at}", "2024-10-18", 1, "甲公司", "30213"] for at in (1, 2)]
    with xlsxwriter.Workbook(file) as written:
        sheet = written.add_worksheet("导出")
        for number, row in enumerate([[*PAYMENT[0][:5], "支出事项"], *rows]):
            sheet.write_row(number, 0, row)
        sheet.merge_range(1, 5, 2, 5, "设备维护")
    problems = import_preview(send(funded, "integrated-payment", file.getvalue())).reading.problems
    assert [(one.row, one.column, one.what) for one in problems] == [(3, "F 列“支出事项”", "这一格与相邻的格合并了")]


def test_two_units_in_one_file(funded):
    heading = [*PAYMENT[0][:5], "金额单位"]
    rows = [[f"Z{unit}", *PAYMENT[1][1:5], unit] for unit in ("元", "万元")]
    below = ["", "", "", "", "", "金额单位：万元"]
    problems = import_preview(send(funded, "integrated-payment", [heading, *rows, below])).reading.problems
    what = "这里写明单位万元，对应关系中是元"
    assert [(one.row, one.column, one.what) for one in problems] == [(3, "F 列", what), (4, "F 列", what)]


@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_number_of_a_person_is_told_before_anything_is_written(funded, place):
    row = [*PAYMENT[1]]
    row[place] = "甲 11010519491231002X"
    preview = import_preview(send(funded, "integrated-payment", [PAYMENT[0], row]))
    assert [(one.row, one.what) for one in preview.reading.problems] == [(2, "文字中含有证件号码、手机号码或银行卡号")]
    assert not preview.ready


def test_a_file_that_was_damaged_is_mended_by_sending_it_again(funded, tmp_path):
    file = send(funded, "integrated-payment", PAYMENT)
    (tmp_path / "attachments" / file.digest.removeprefix("sm3:")).write_bytes(b"x")
    with refused("CTRL-046"):
        import_preview(file)
    assert send(funded, "integrated-payment", PAYMENT).pk == file.pk
    assert import_preview(file).ready


def test_rows_beyond_what_may_be_new_are_not_looked_at(funded, monkeypatch):
    monkeypatch.setattr("huiliu.apps.funds.services.importing.MOST_NEW", 1)
    rows = [*PAYMENT[:2], ["Z9", "2024-11-01", *PAYMENT[1][2:]]]
    file = send(funded, "integrated-payment", rows)
    assert [one.state for one in import_preview(file).proposals] == ["new", "refused"]
    with pytest.raises(HuiliuError, match="一次最多导入 1 行新的"):
        write(funded, file, "chu")


def test_all_or_nothing_with_the_first_row_named(funded):
    over = [*PAYMENT[:2], ["Z3", "2024-11-01", 100000.0, "乙公司", "30213", None, None, None]]
    with pytest.raises(HuiliuError) as caught:
        write(funded, send(funded, "integrated-payment", over), "chu")
    assert (caught.value.code, caught.value.message.startswith("第 3 行：")) == ("FUND-110", True)
    unclear = [*PAYMENT[:2], ["Z3", "2024-11-01", 0.125, "乙公司", "30213", None, None, None]]
    with pytest.raises(HuiliuError) as caught:
        write(funded, send(funded, "integrated-payment", unclear), "chu")
    assert (caught.value.code, caught.value.message) == ("FUND-084", "第 3 行C 列“支付金额”：金额不是整数分")
    assert Event.objects.filter(kind="payment").count() == 0
    last = events(EventFilter()).latest("seq")
    assert (last.action, last.outcome, last.details["code"]) == ("funds.import_write", "refused", "FUND-084")


def test_what_the_database_refuses_undoes_the_rows_before_it(funded, monkeypatch):
    from huiliu.apps.funds.services import importing

    def lay(year, event, *rest):
        if event.kind == "refund":
            raise HuiliuError(code="FUND-999", message="不行", hint="")
        return real(year, event, *rest)

    real = importing.event_lay
    monkeypatch.setattr(importing, "event_lay", lay)
    before = Event.objects.count()
    with pytest.raises(HuiliuError, match=r"第 3 行：不行"):
        write(funded, send(funded, "integrated-payment", PAYMENT), "chu")
    assert (Event.objects.count(), ImportRow.objects.filter(file__code="integrated-payment").count()) == (before, 0)


def test_whose_hand(books):
    with refused("FUND-060"):
        send(books, "integrated-quota", QUOTA, "chu")
    authority, payment = send(books, "integrated-authority", AUTHORITY), send(books, "integrated-payment", PAYMENT)
    for file, who in ((authority, "chu"), (authority, "ling"), (payment, "kuai")):
        with refused("FUND-060"):
            write(books, file, who)


def test_a_payment_in_the_export_of_what_was_asked_for_here(funded):
    asked = funded.ask(6_000_000, (10, 9), number="S1")
    last = [PAYMENT[0], ["Z1", "2024-12-31", *PAYMENT[1][2:]]]
    file = send(funded, "integrated-payment", last)
    with refused("FUND-112"):
        write(funded, file, "chu")
    funded.sign(asked, "fu", "ling")
    assert write(funded, file, "chu") == 1
    assert Event.objects.get(kind="payment").refers_id == asked.pk


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_text_file_is_read_like_a_workbook(funded, encoding):
    heading = "支付凭证号\t支付日期\t支付金额\t收款人\t经济分类"
    text = f'国库支付明细\n{heading}\n="0017"\t2024/10/18\t60,000.00\t甲公司\t30213\n'
    assert write(funded, send(funded, "integrated-payment", text.encode(encoding), name="导出.xls"), "chu") == 3
    paid = Event.objects.get(kind="payment")
    assert (paid.number, paid.amount_fen, paid.refers.payee) == ("0017", 6_000_000, "甲公司")
    assert ImportFile.objects.first().name == "导出.csv"


def test_an_export_may_bear_an_earlier_name_of_the_project(books):
    project_rename(
        project=books.year.project, names={"name": "新的名称"}, user=books.people["kuai"], actor=Actor("kuai")
    )
    books.year.project.refresh_from_db()
    heading = [*AUTHORITY[0], "项目名称"]
    rows = [[f"文{name}", "2024-02-01", 1, "追加", name] for name in ("信息化 维护", "新的名称", "别的")]
    preview = import_preview(send(books, "integrated-authority", [heading, *rows]))
    assert [one.state for one in preview.proposals] == ["new", "new"]
    assert preview.reading.left_out == ((4, "属于其他项目"),)


def test_contracts_become_commitments(funded):
    rows = [
        ["合同编号", "签订日期", "合同金额", "供应商", "付款日期", "支出事项"],
        ["甲-2023-7", datetime(2023, 12, 28), 157600, "甲公司", datetime(2024, 11, 30), "设备维护"],
    ]
    assert write(funded, send(funded, "contracts", rows)) == 1
    one = Event.objects.get(kind="commitment")
    assert (str(one.day), str(one.due), one.payee, one.purpose) == (
        "2023-12-28", "2024-11-30", "甲公司", funded.purposes["upkeep"],
    )  # fmt: skip
    with refused("FUND-084"):
        write(funded, send(funded, "contracts", [["合同台账"], *rows]))


def test_a_refund_of_a_payment_of_the_year_before(funded):
    write(funded, send(funded, "integrated-payment", PAYMENT[:2]), "chu")
    funded.year = ProjectYear.objects.create(
        project=funded.year.project, year=2025, mode="quota", opened_at=funded.year.opened_at
    )
    file = send(
        funded, "integrated-payment", [PAYMENT[0], ["T1", "2025-01-20", -600, "甲公司", "30213", None, None, "Z1"]]
    )
    (one,) = import_preview(file).proposals
    assert one.said == "原支付在 2024 年度，不能在本年度退款"


def test_a_statement_is_compared_and_never_written(funded):
    write(funded, send(funded, "integrated-payment", PAYMENT), "chu")
    lines = [
        ["交易日期", "凭证号", "借方发生额", "贷方发生额", "对方户名"],
        ["2024-10-19", "Z1", 60000, None, "甲公司"],
        ["2024-11-20", None, None, 600.5, "甲公司"],
        ["2024-12-01", "F1", 5, None, "银行"],
    ]
    file = send(funded, "bank-statement", lines)
    assert [pair.state for pair in import_preview(file).pairs] == ["day", "agrees", "only_statement"]
    with refused("FUND-084"):
        write(funded, file)


def test_hostile_files_are_refused_as_elsewhere(books):
    for content, code in ((b"", "UPL-001"), (b"%PDF-1.4 %%EOF", "UPL-003"), (b"PK\x03\x04garbage", "UPL-"),
                          (b"a,b\n=1+1,2\n", "FUND-081"), (b"<html><table>", "FUND-081"),
                          (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "UPL-004")):  # fmt: skip
        with refused(code):
            send(books, "integrated-quota", content)
    with refused("AUDIT-003"):
        send(books, "integrated-quota", QUOTA, name="11010519491231002X.xlsx")
    with refused("FUND-081"):
        send(books, "integrated-quota", [["别的"]])
    with refused("FUND-083"):
        send(books, "../quota", QUOTA)
    assert ImportFile.objects.count() == 0


def test_the_office_reads_its_own_headings(books):
    strange = [["批文", "何时", "多少（万元）"], ["通知1", "2024-10-08", 15.76]]
    with refused("FUND-081"):
        send(books, "integrated-quota", strange)
    content = plain(mappings()["integrated-quota"])
    content |= {"unit": "wan", "columns": {"number": ["批文"], "day": ["何时"], "amount": ["多少"]}, "words": {}}
    who = {"user": books.people["kuai"], "actor": Actor("kuai")}
    row = mapping_save(code="integrated-quota", content=content, **who)
    assert (row.number, row.content["source"]) == (1, "本单位保存")
    write(books, send(books, "integrated-authority", AUTHORITY))
    write(books, send(books, "integrated-quota", strange))
    assert ledger_year(books.year).issued() == 15_760_000
    with refused("FUND-080"):
        mapping_save(code="integrated-quota", content={**content, "unit": "fen"}, **who)
    with refused("FUND-060"):
        mapping_save(code="integrated-quota", content=content, user=books.people["chu"], actor=Actor("chu"))


@pytest.mark.both_dbs
def test_what_is_kept_of_an_import_stays(funded):
    statements = (
        "UPDATE funds_importfile SET name = 'x'",
        "DELETE FROM funds_importrow",
        "UPDATE funds_importrow SET why = 'x'",
        "DELETE FROM funds_importfile",
    )
    for statement in statements:
        with pytest.raises(IntegrityError, match="FUND-055"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    row = ImportRow.objects.filter(outcome="new").first()
    with pytest.raises(IntegrityError, match="FUND-056"), transaction.atomic():
        ImportRow.objects.create(
            file=row.file, row=99, outcome="new", event=row.event, written_by=row.written_by, written_at=row.written_at
        )
