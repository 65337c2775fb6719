"""The glossary check: the built-in catalogue passes, and each planted breach is named."""

import pytest

from huiliu.catalog import Catalog
from huiliu.catalog.glossary import GLOSSARY, check_glossary
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.tables import Column, table


def test_the_built_in_catalogue_keeps_to_it():
    assert check_glossary() == []
    terms = load_yaml(GLOSSARY)["terms"]
    assert 30 <= len(terms) <= 150  # a term a table, and the columns that several tables share
    labels = {label for t in Catalog.load().tables.values() for label in (t.label, *(c.label for c in t.columns))}
    assert len(labels & set(terms)) >= 20, "the check compares real names, not an empty set"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("terms: {疑点: clue, 疑点: doubt}", "键 疑点 重复"),
        ("terms: {疑点: clue, 线索: clue}", "英文词 clue 用于 2 个术语：疑点、线索"),
        ("terms: {clue: clue}", "术语 clue 须为中文"),
        ("terms: {疑点: Yidian 1}", "英文词 Yidian 1 须为小写字母"),
        ("terms: {疑点: 3}", "英文词 3 须为小写字母"),
        ("terms: {}", "须有 terms"),
        ("terms: {险种: scheme}", "enrolment.insurance_type 的名称“险种”在术语表中是 scheme"),
        ("terms: {个人: human}", "person 的名称“个人”在术语表中是 human"),
    ],
)
def test_each_breach_is_named(tmp_path, text, problem):
    path = tmp_path / "glossary.yaml"
    path.write_text(text, encoding="utf-8")
    assert problem in "\n".join(check_glossary(path))


def test_given_tables_are_checked_instead():
    wrong = table(
        name="t", label="表", grain=("number",), columns=(Column("number", code="AAC001", kind="id", label="人员编码"),)
    )
    assert check_glossary(tables=[wrong]) == ["t.number 的名称“人员编码”在术语表中是 person_no，请改用这个词"]
