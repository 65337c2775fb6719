"""An export read by another reader: every row and sum is the library's, in the standard's form, and nothing else."""

import json
from decimal import Decimal

import pytest

from huiliu.kernel.digests import sm3
from interchange.conftest import exported
from interchange.library import GBT, PERSONS, ROWS, made
from interchange.reading import lines, records

pytestmark = pytest.mark.slow

COMMON = {"时间属性": "2014010120250331", "地域属性": "440000", "修改时间": "20250330"}
TOWN = {"行政区划代码": "449921", "行政区划": "紫金县（合成）"}
AGENCY = {"经办机构编码": "44990201"}
WANG = {"人员编码": "P1", "社会保障号码": "44990019700101001X", "姓名": "王𬭎"}
DUE = {"应缴类型代码": "10", "应缴类型": "正常应缴"}


def of(whole, part, name):
    return [record for found, record in records(whole[0] / "xml" / f"{part}.xml") if found == name]


def test_all_twenty_tables_and_nine_documents_with_their_schemas(whole):
    folder = whole[0]
    assert sorted(p.stem for p in (folder / "xml").glob("*.xml")) == sorted(GBT.parts)
    assert sorted(p.stem for p in (folder / "xml").glob("*.xsd")) == sorted(GBT.parts)
    assert [p.name[:3] for p in sorted((folder / "csv").iterdir())] == [f"表{number:02}" for number in range(1, 21)]


def test_a_person_in_full(whole):
    assert of(whole, "人员信息", "个人")[0] == {
        **COMMON, **TOWN, **WANG, "证件类型代码": "01", "证件类型": "居民身份证", "证件号码": "44990019700101001X",
        "性别代码": "1", "性别": "男性", "出生日期": "19700101", "移动电话": "13800000001",
    }  # fmt: skip


def test_contributions_part_by_scheme_again(whole):
    own = {**COMMON, **TOWN, **AGENCY, **WANG, **DUE, "单位编码": "U1", "单位名称": "河源甲厂"}
    employees = {**own, "险种代码": "110", "险种": "企业职工基本养老保险"}
    assert of(whole, "人员缴费", "企业职工缴费") == [
        {**employees, "结算单号": "S202501", "结算年月": "202501", "应缴年月": "202501", "个人应缴金额": "400.10",
         "单位缴费比例": "0.1600"},
        {**employees, "结算单号": "S202502", "结算年月": "202502", "应缴年月": "202502", "个人应缴金额": "400.20"},
    ]  # fmt: skip
    (office,) = of(whole, "人员缴费", "机关事业人员缴费")
    assert office["个人应缴金额"] == "-0.05"
    (resident,) = of(whole, "人员缴费", "城乡居民缴费")
    assert (resident["应缴年度"], resident["市级财政补贴"], resident["姓名"]) == ("2014", "30.00", "李㛃<&>")
    assert [r["结算单号"] for r in of(whole, "单位缴费", "企业单位缴费")] == ["S1"]
    assert [r["结算单号"] for r in of(whole, "单位缴费", "机关事业单位缴费")] == ["S2"]


def test_nobody_who_is_in_no_pension_scheme_leaves_the_house(whole):
    for path in (*whole[0].rglob("*.xml"), *whole[0].rglob("*.csv")):
        text = path.read_bytes().decode("gb18030")
        assert "只参加" not in text, path.name
        assert "P3" not in text, path.name
        assert "210" not in [record.get("险种代码") for record in (lines(path) if path.suffix == ".csv" else [])]
    assert [r["支付明细序号"] for r in of(whole, "待遇支付", "待遇支付明细")] == ["Z1"]


def test_csv_holds_the_same_as_xml(whole):
    for form in GBT.forms:
        of_xml = of(whole, form.part, form.name)
        of_csv = lines(whole[0] / "csv" / f"{form.file_name}.csv")
        plain = [{k: v for k, v in row.items() if k not in ("变更前", "变更后")} for row in of_csv]
        assert plain == [{k: v for k, v in row.items() if k not in ("变更前", "变更后")} for row in of_xml], form.number


def test_what_xml_cannot_hold_is_replaced_and_told(whole):
    (change,) = of(whole, "变更转移", "人员变更")
    assert (change["变更前"], change["变更后"]) == ("旧\r\n值\ufffd", "\ue816新ḿ")
    told = json.loads((whole[0] / "manifest.json").read_bytes())
    (table,) = [t for t in told["tables"] if t["number"] == "15"]
    assert (table["replaced"], table["moved"]) == ({"变更前": 1}, {"变更后": 1})


def test_totals_are_the_librarys(whole):
    told = json.loads((whole[0] / "manifest.json").read_bytes())
    sums = {t["number"]: t["sums"] for t in told["tables"]}
    assert {t["number"]: t["rows"] for t in told["tables"]} == {
        "1": 1, "2": 2, "3": 1, "4": 2, "5": 1, "6": 1, "7": 1, "8": 1, "9": 1, "10": 1, "11": 2, "12": 1, "13": 1,
        "14": 1, "15": 1, "16": 0, "17": 1, "18": 1, "19": 1, "20": 2,
    }  # fmt: skip
    assert (sums["11"]["个人应缴金额"], sums["12"]["个人应缴金额"], sums["13"]["待遇金额"]) == (
        "800.30",
        "-0.05",
        "260.55",
    )
    assert sums["11"]["财政划账金额"] is None  # nobody said anything of it: not zero
    again = sum(Decimal(r["个人应缴金额"]) for r in of(whole, "人员缴费", "企业职工缴费"))
    assert f"{again}" == sums["11"]["个人应缴金额"]


def test_the_manifest_names_origin_and_digest_of_every_file(whole):
    folder = whole[0]
    told = json.loads((folder / "manifest.json").read_bytes())
    assert told["wording"] == "按 GB/T 40217 结构输出"
    assert told["valid"] is True
    origin = told["origin"]
    assert (origin["business_date"], origin["snapshot"], origin["level"]) == ("2025-03-31", 1, "A")
    listed = {file["name"]: (file["bytes"], file["digest"]) for file in told["files"]}
    there = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*") if p.is_file()}
    own = {"manifest.json", "导出说明.txt"}
    assert listed == {n: (len(d), f"sm3:{sm3(d)}") for n, d in there.items() if n not in own}


def test_what_the_library_does_not_hold_is_told(whole):
    text = (whole[0] / "导出说明.txt").read_text(encoding="utf-8")
    assert "AAC087 荣誉称号" in text
    assert "AAB034N 经办机构" in text
    assert "本次输出未经标准指定的机构认证" in text
    assert "符合认证" not in text
    assert not [p["name"] for p in PERSONS if p["name"] in text]  # names nobody


@pytest.mark.slow
def test_rows_of_a_scheme_that_no_table_takes_are_counted(tmp_path, monkeypatch):
    from dataclasses import replace

    from interchange import conftest

    less = replace(GBT, forms=tuple(f for f in GBT.forms if f.number != "10"))
    monkeypatch.setattr(conftest, "GBT", less)
    assert exported(tmp_path / "x").unassigned == {"contribution": 1}


def test_only_some_tables_and_one_format(tmp_path):
    done = exported(tmp_path / "x", numbers=("13", "2"), formats=("csv",))
    assert sorted(p.name for p in (tmp_path / "x" / "csv").iterdir()) == ["表02_个人.csv", "表13_待遇支付明细.csv"]
    assert not (tmp_path / "x" / "xml").exists()
    assert done.valid is None  # what was not examined is not said to be right


def test_an_earlier_day_without_a_column_or_a_table(tmp_path):
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    snapshot = made(rows)
    snapshot.rows('ALTER TABLE snap.person DROP COLUMN "mobile"')
    from dataclasses import replace

    done = exported(tmp_path / "x", replace(snapshot, tables=snapshot.tables - {"voucher"}), numbers=("2", "20"))
    by_number = {table.form.number: table for table in done.tables}
    assert by_number["2"].unheld == ("AAB034", "AAC067")
    assert (by_number["20"].totals.rows, by_number["20"].elements) == (0, ())


@pytest.mark.slow
def test_slices_change_nothing_and_a_second_run_is_identical(tmp_path, monkeypatch, whole):
    from huiliu.interchange import select

    monkeypatch.setattr(select, "SLICE_ROWS", 1)
    exported(tmp_path / "x")
    for path in whole[0].rglob("*.*"):
        if path.is_file():
            assert (tmp_path / "x" / path.relative_to(whole[0])).read_bytes() == path.read_bytes(), path.name
