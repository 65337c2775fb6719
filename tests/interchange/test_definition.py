"""The twenty tables as the catalog has them, and definitions that are refused."""

from pathlib import Path

import pytest

from huiliu.interchange import Notation
from huiliu.interchange.reading import read_interchange
from huiliu.kernel.errors import HuiliuError
from interchange.library import CATALOG, GBT

YAML = Path(__file__).parents[2] / "src/huiliu/catalog/interchange/gbt40217.yaml"


@pytest.mark.parametrize(
    ("text", "base", "size", "exact", "after"),
    [
        ("C8", "string", 8, True, 0),
        ("C..20", "string", 20, False, 0),
        ("C", "string", None, False, 0),
        ("I..3", "integer", 3, False, 0),
        ("I", "integer", None, False, 0),
        ("D16.2", "decimal", 16, False, 2),
    ],
)
def test_notations_of_the_standard(text, base, size, exact, after):
    assert Notation.parse(text) == Notation(text, base, size, exact, after)


@pytest.mark.parametrize("text", ["", "C..", "I3", "I..", "D16", "X8", "C08", "D16.2.1", "c8"])
def test_what_is_no_notation(text):
    with pytest.raises(ValueError, match="^" + text.replace(".", r"\.") + "$"):
        Notation.parse(text)


def test_twenty_tables_in_nine_documents():
    assert [form.number for form in GBT.forms] == [str(number) for number in range(1, 21)]
    assert len({form.name for form in GBT.forms}) == 20
    assert GBT.parts == (
        "单位信息", "人员信息", "参保信息", "单位缴费", "人员缴费", "待遇支付", "变更转移", "参数信息", "财务信息",
    )  # fmt: skip
    assert {form.part for form in GBT.forms} == set(GBT.parts)


def test_every_table_of_the_catalog_that_is_of_the_standard_is_there_under_its_number():
    told = {form.number: form.table.standard for form in GBT.forms}
    assert all(f"表{number}" in standard for number, standard in told.items())


def test_pension_schemes_only_and_each_in_one_table():
    assert GBT.schemes == ("110", "120", "170")
    for table in ("contribution", "unit_contribution"):
        schemes = [v for f in GBT.forms if f.table.name == table for c in f.conditions for v in c.values]
        assert sorted(schemes) == ["110", "120", "170"], table
    for form in GBT.forms:
        if "insurance_type" in form.table.by_name:
            assert {v for c in form.conditions for v in c.values} <= {"110", "120", "170"}, form.number


def test_it_is_never_called_certified():
    assert GBT.wording == "按 GB/T 40217 结构输出"
    assert "符合认证" not in YAML.read_text(encoding="utf-8")


def test_known_types_are_the_standards():
    elements = {e.code: e for form in GBT.forms for e in form.elements}
    known = {
        "AAC001": "C..20",
        "AAC002": "C..32",
        "AAB001": "C..16",
        "AAE180": "D16.2",
        "AAA042": "D16.4",
        "AAC006": "C8",
    }
    assert {code: elements[code].notation.text for code in known} == known
    assert all(elements[code].certain for code in known)
    assert not elements["AAC067"].certain  # nobody has told its length


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("from: unit\n", "from: units\n", "forms/1"),
        ("part: 单位信息", "part: 单位", "forms/1"),
        ("AAB001: C..16", "AAB001: X16", "types/AAB001"),
        ("name: 单位\n", "name: 单 位\n", "forms/1"),
        ("[AAB001, AAB004, BAB010", "[AAB001, AAB001, BAB010", "forms/1"),
        ("AAB034N: 经办机构\n", "AAB034N: 经办机构\n  AAB004: 单位编码\n", "forms/1"),
        ('schemes: ["120"]', 'schemes: ["210"]', "forms/9"),
        ("keep: {AAA100: []}", "keep: {AAC001: []}", "forms/16"),
        ("ZZZ001: span", "ZZZ001: spam", "run/ZZZ001"),
        ("wording: ", "words: ", "整个文件"),
    ],
)
def test_a_wrong_definition_is_refused_with_its_place(tmp_path, old, new, where):
    text = YAML.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "x.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(HuiliuError) as refused:
        read_interchange(tmp_path / "x.yaml", CATALOG.tables)
    assert (refused.value.code, refused.value.facts["where"]) == ("INTERCHANGE-001", where)
